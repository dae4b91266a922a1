"""What the words mean that Vietnamese systems write into the contract's columns of words."""

from __future__ import annotations

from collections.abc import Mapping

from queries.source.files.spellings import fold_plain
from queries.source.folding import fold
from queries.source.mapping import LEFT_OUT


def _words(**told: str) -> dict[str, str]:
    return {one.strip(): ours for ours, words in told.items() for one in words.split("|")}


_LEVELS = _words(
    full="Toàn trình|Một cửa toàn trình|Dịch vụ công toàn trình|DVC toàn trình|DVCTT toàn trình|"
    "Dịch vụ công trực tuyến toàn trình",
    partial="Một phần|Dịch vụ công một phần|DVC một phần|DVCTT một phần|Dịch vụ công trực tuyến một phần",
) | {
    f"{prefix}{level}": level for level in "1234" for prefix in ("Mức độ ", "Mức ", "Cấp độ ")
}  # fmt: skip

WORDS: Mapping[str, Mapping[str, str]] = {
    "dossiers.state": _words(
        open="Đang giải quyết|Đang xử lý|Đang thụ lý|Chưa giải quyết|Đã tiếp nhận|Tiếp nhận|Mới tiếp nhận|"
        "Chờ xử lý|Chờ giải quyết|Đang xử lý trong hạn|Đang xử lý quá hạn|Đang giải quyết trong hạn|"
        "Đang giải quyết quá hạn|Chưa xử lý|Chờ phê duyệt|Chờ ký|Đang thẩm định|Được tiếp nhận|Chưa "
        "có kết quả|"
        "2|4",
        suspended="Tạm dừng|Tạm dừng xử lý|Chờ bổ sung|Yêu cầu bổ sung|Đang chờ bổ sung|"
        "Chờ bổ sung hồ sơ|"
        "Yêu cầu bổ sung giấy tờ|Yêu cầu thực hiện nghĩa vụ tài chính|Chờ thực hiện nghĩa vụ tài chính|"
        "Tạm dừng giải quyết|Đang tạm dừng|5|6",
        finished="Đã giải quyết|Đã xử lý|Đã xử lý xong|Đã có kết quả|Đã trả kết quả|Hoàn thành|Đã hoàn thành|"
        "Đã kết thúc|Chờ trả kết quả|Có kết quả|Đã trả|Đã giải quyết đúng hạn|Đã giải quyết trễ hạn|"
        "Đã giải quyết trước hạn|Đã giải quyết quá hạn|Đã xử lý đúng hạn|Đã xử lý trễ hạn|Đã xử lý trước hạn|"
        "Đã giải quyết xong|Đã xong|9|10",
        refused="Từ chối|Từ chối giải quyết|Không giải quyết|Trả lại|Trả hồ sơ|Đã từ chối|Không đủ điều kiện|"
        "Trả lại hồ sơ|Dừng xử lý|Dừng giải quyết|8",
        withdrawn="Rút hồ sơ|Công dân rút|Đã rút|Công dân yêu cầu rút hồ sơ|Công dân rút hồ sơ|Đã rút hồ sơ|"
        "Rút|7",
    ) | dict.fromkeys(
        ("Mới đăng ký", "Không được tiếp nhận", "Chờ tiếp nhận", "Từ chối tiếp nhận", "Chưa tiếp nhận",
         "1", "3"),
        LEFT_OUT,
    ),
    "dossiers.channel": _words(
        counter="Trực tiếp|Nộp trực tiếp|Tại quầy|Một cửa|Tại bộ phận một cửa|Tiếp nhận trực tiếp|1",
        online="Trực tuyến|Nộp trực tuyến|Qua mạng|Online|Cổng dịch vụ công|Cổng DVC|Cổng DVCQG|Dịch vụ công|"
        "Tiếp nhận trực tuyến|Qua cổng dịch vụ công|Cổng dịch vụ công quốc gia|2",
        post="Bưu chính|Bưu điện|BCCI|Bưu chính công ích|Qua bưu điện|Qua bưu chính|Dịch vụ bưu "
        "chính công ích|"
        "Qua bưu chính công ích|Qua dịch vụ bưu chính công ích|Dịch vụ BCCI|3",
        kiosk="Ki-ốt|Kiosk|Kiốt|Ki ốt",
    ),
    "dossiers.online_level": _LEVELS,
    "procedures.online_level": _LEVELS,
    "procedures.level": _words(
        commune="Cấp xã|Xã|UBND cấp xã|Phường|Cấp phường", district="Cấp huyện|Huyện|UBND cấp huyện|"
        "Quận|Cấp quận"
    ),
    "dossiers.returned_by_post": _words(
        true="Bưu chính|Bưu điện|BCCI|Bưu chính công ích|Qua bưu điện|Qua bưu chính|Qua bưu chính công ích|"
        "Qua dịch vụ bưu chính công ích",
        false="Trực tiếp|Tại quầy|Nhận trực tiếp|Tại bộ phận một cửa|Trực tuyến|Nhận trực tuyến|Bản điện tử",
    ),
    "dossiers.assisted": _words(
        true="Nộp hộ|Nộp thay|Cán bộ nộp hộ|Công chức nộp hộ", false="Tự nộp|Công dân tự nộp"
    ),
    "units.kind": _words(
        ward="Phường|UBND phường", commune="Xã|UBND xã", township="Thị trấn|UBND thị trấn", zone="Đặc khu",
        department="Phòng|Phòng ban|Phòng chuyên môn|Phòng ban chuyên môn",
        desk="Bộ phận một cửa|Bộ phận tiếp nhận và trả kết quả|Một cửa|Bộ phận một cửa cấp huyện",
        center="Trung tâm|Trung tâm phục vụ hành chính công|TTPVHCC", branch="Chi nhánh",
        point="Điểm tiếp nhận|Điểm",
    ),
    "slips.kind": _words(
        apology="Xin lỗi|Phiếu xin lỗi|Xin lỗi và hẹn lại|Phiếu xin lỗi và hẹn lại ngày trả kết quả|"
        "Phiếu xin lỗi và hẹn lại|Thư xin lỗi|Văn bản xin lỗi",
        supplement="Bổ sung|Yêu cầu bổ sung|Phiếu yêu cầu bổ sung|Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ|"
        "Phiếu bổ sung|Bổ sung hồ sơ|Hướng dẫn hoàn thiện hồ sơ|Phiếu hướng dẫn hoàn thiện hồ sơ",
        refusal="Từ chối|Phiếu từ chối|Phiếu từ chối tiếp nhận giải quyết hồ sơ|Từ chối giải quyết|"
        "Phiếu từ chối giải quyết hồ sơ|Từ chối tiếp nhận",
    ),
    "ratings.source": _words(
        tablet="Máy tính bảng|Màn hình|Thiết bị|Tablet|Kiosk", paper="Phiếu giấy|Giấy|Hòm phiếu|Phiếu",
        front="MTTQ|Mặt trận|Mặt trận Tổ quốc|UBMTTQ|Ủy ban Mặt trận Tổ quốc",
        online="Trực tuyến|Online|Cổng dịch vụ công|Qua mạng", sipas="SIPAS|Chỉ số SIPAS",
    ),
    "ratings.level": _words(
        very_satisfied="Rất hài lòng|Rất tốt", satisfied="Hài lòng|Tốt", neutral="Bình thường|Trung bình",
        dissatisfied="Không hài lòng|Chưa hài lòng|Kém", very_dissatisfied="Rất không hài lòng|Rất kém",
    ),
}  # fmt: skip
"""Contract "table.column" → what a system writes → our word, or ``LEFT_OUT``; with the national codes."""


_KNOWN = {
    name: {
        **{fold_plain(one): ours for one, ours in words.items()},
        **{fold(one): ours for one, ours in words.items()},
    }
    for name, words in WORDS.items()
}


def usual_word(table: str, column: str, word: str) -> str | None:
    """Give what Vietnamese systems mean by a word, with its marks or without; None where nobody knows."""
    known = _KNOWN.get(f"{table}.{column}", {})
    return known.get(fold(word), known.get(fold_plain(word)))
