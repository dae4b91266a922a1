"""How Vietnamese systems and officials head the columns of the contract, and the columns we never read.

Heads are compared folded (``fold_head``): marks, case, punctuation and usual abbreviations make no
difference, so one spelling with its marks stands for all of these.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Spelled:
    """The heads of one column.

    ``heads`` say it plainly; ``weaker`` say it where none of those is there; ``names``: what stands there is
    the name of a unit, procedure or official, not a code.
    """

    heads: tuple[str, ...]
    weaker: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def _heads(heads: str, weaker: str = "", names: str = "") -> Spelled:
    return Spelled(*(tuple(one.strip() for one in text.split("|") if one) for text in (heads, weaker, names)))


_UNIT = _heads(
    "Mã đơn vị|Mã cơ quan|Mã đơn vị xử lý|Mã đơn vị giải quyết|Mã đơn vị thụ lý|Mã cơ quan xử lý|"
    "Mã cơ quan giải quyết|Mã định danh đơn vị|Mã định danh cơ quan",
    "Mã phường|Mã xã|Mã phường xã|Mã xã phường",
    "Đơn vị|Tên đơn vị|Đơn vị xử lý|Đơn vị giải quyết|Đơn vị thụ lý|Đơn vị thực hiện|Đơn vị chịu trách nhiệm|"
    "Đơn vị xử lý hồ sơ|Đơn vị giải quyết hồ sơ|Cơ quan|Tên cơ quan|Cơ quan xử lý|Cơ quan giải quyết|"
    "Cơ quan thực hiện|Cơ quan thụ lý|Phòng ban xử lý|Phòng ban|Phường xã|Xã phường|Xã phường thị trấn|"
    "Phường xã thị trấn|Phường|Xã|Tên phường|Tên xã",
)
_PROCEDURE = _heads(
    "Mã thủ tục|Mã thủ tục hành chính|Mã số thủ tục|Mã số thủ tục hành chính|Mã dịch vụ công",
    names="Thủ tục|Tên thủ tục|Thủ tục hành chính|Tên thủ tục hành chính|Dịch vụ công|Tên dịch vụ công|"
    "Loại thủ tục|Loại hồ sơ|Loại thủ tục hành chính",
)
_OFFICER = _heads(
    "Mã cán bộ|Mã công chức|Mã cán bộ xử lý|Mã công chức xử lý|Mã chuyên viên|Mã cán bộ công chức|"
    "Mã nhân viên",
    names="Cán bộ|Cán bộ xử lý|Cán bộ thụ lý|Cán bộ giải quyết|Công chức|Công chức xử lý|Công chức thụ lý|"
    "Công chức giải quyết|Chuyên viên|Chuyên viên xử lý|Chuyên viên thụ lý|Người xử lý|Người thụ lý|"
    "Người giải quyết|Cán bộ đang xử lý|Người đang xử lý|Cán bộ công chức",
)
_DOSSIER = _heads(
    "Mã hồ sơ|Mã số hồ sơ|Mã hồ sơ thủ tục hành chính",
    "Số hồ sơ|Số biên nhận|Mã biên nhận|Số biên nhận hồ sơ|Số phiếu tiếp nhận|Mã phiếu tiếp nhận|"
    "Số tiếp nhận|Mã tiếp nhận|Số giấy tiếp nhận|Mã hồ sơ một cửa|Số ký hiệu hồ sơ|Mã tra cứu",
)
_FIELD = _heads("Lĩnh vực|Tên lĩnh vực|Lĩnh vực thủ tục", "Nhóm lĩnh vực|Nhóm thủ tục|Mã lĩnh vực")
_LEVEL = _heads(
    "Mức độ dịch vụ công|Mức độ trực tuyến|Mức độ dịch vụ công trực tuyến|Mức dịch vụ công|"
    "Mức độ dịch vụ|Loại dịch vụ công|Mức trực tuyến",
    "Mức độ",
)
_UPDATED = _heads(
    "Ngày cập nhật|Cập nhật lần cuối|Thời gian cập nhật|Ngày cập nhật cuối|Ngày sửa cuối|Lần cập nhật cuối"
)

SPELLINGS: Mapping[str, Mapping[str, Spelled]] = MappingProxyType({
    "units": {
        "unit_code": _heads(
            "Mã đơn vị|Mã cơ quan|Mã định danh đơn vị|Mã định danh cơ quan|Mã định danh",
            "Mã phường|Mã xã|Mã phường xã|Mã xã phường|Mã",
        ),
        "name": _heads("Tên đơn vị|Tên cơ quan|Đơn vị|Cơ quan", "Tên|Tên phường xã|Phường xã|Tên phường"),
        "kind": _heads("Loại đơn vị|Loại|Loại cơ quan|Loại hình|Loại hình đơn vị", "Cấp|Cấp đơn vị"),
        "parent_code": _heads(
            "Mã đơn vị cấp trên|Mã cấp trên|Mã đơn vị cha|Mã cha",
            names="Đơn vị cấp trên|Cơ quan cấp trên|Trực thuộc|Đơn vị cha",
        ),
        "sort_order": _heads("Thứ tự trình bày|Thứ tự hiển thị|Thứ tự sắp xếp|Thứ tự"),
        "active_from": _heads("Hoạt động từ ngày|Hoạt động từ|Ngày thành lập|Ngày bắt đầu hoạt động"),
        "active_to": _heads(
            "Hoạt động đến ngày|Hoạt động đến hết ngày|Hoạt động đến|Ngày giải thể|Ngày kết thúc hoạt động"
        ),
        "successor_code": _heads(
            "Mã đơn vị kế thừa|Mã đơn vị kế thừa sau sáp nhập|Mã đơn vị mới",
            names="Đơn vị kế thừa|Đơn vị kế thừa sau sáp nhập|Sáp nhập vào",
        ),
        "has_postal_contract": _heads(
            "Có hợp đồng bưu chính công ích|Hợp đồng bưu chính công ích|Có hợp đồng bưu chính|"
            "Hợp đồng bưu chính"
        ),
        "head_name": _heads("Người đứng đầu|Thủ trưởng|Thủ trưởng đơn vị|Lãnh đạo|Lãnh đạo đơn vị"),
    },
    "procedures": {
        "procedure_code": _heads("|".join(_PROCEDURE.heads), "Mã"),
        "name": _heads(
            "Tên thủ tục|Tên thủ tục hành chính|Thủ tục|Thủ tục hành chính|Tên dịch vụ công", "Tên"
        ),
        "field": _FIELD,
        "level": _heads("Cấp giải quyết|Cấp thực hiện|Thẩm quyền|Cấp thẩm quyền|Thẩm quyền giải "
        "quyết", "Cấp"),
        "online_level": _LEVEL,
        "time_limit_days": _heads(
            "Thời hạn giải quyết|Thời gian giải quyết|Số ngày giải quyết|Thời hạn|Thời hạn ngày làm việc|"
            "Số ngày làm việc|Thời hạn ngày|Thời gian giải quyết ngày làm việc"
        ),
        "interlinked": _heads("Liên thông|Thủ tục liên thông|Thủ tục hành chính liên thông"),
    },
    "dossiers": {
        "dossier_code": _DOSSIER,
        "unit_code": _UNIT,
        "receiving_unit_code": _heads(
            "Mã đơn vị tiếp nhận|Mã cơ quan tiếp nhận|Mã nơi nộp|Mã nơi tiếp nhận",
            names="Đơn vị tiếp nhận|Cơ quan tiếp nhận|Nơi tiếp nhận|Nơi nộp|Nơi nộp hồ sơ|Điểm tiếp nhận|"
            "Bộ phận tiếp nhận|Đơn vị tiếp nhận hồ sơ|Nơi tiếp nhận hồ sơ",
        ),
        "procedure_code": _PROCEDURE,
        "field": _FIELD,
        "channel": _heads(
            "Hình thức nộp|Hình thức nộp hồ sơ|Kênh nộp|Kênh nộp hồ sơ|Phương thức nộp|Cách nộp|"
            "Phương thức nộp hồ sơ",
            "Hình thức tiếp nhận|Hình thức tiếp nhận hồ sơ|Kênh tiếp nhận|Phương thức tiếp nhận|"
            "Nguồn tiếp nhận|Hình thức|Kênh",
        ),
        "online_level": _LEVEL,
        "assisted": _heads(
            "Nộp hộ|Nộp thay|Cán bộ nộp hộ|Công chức nộp hộ|Nộp trực tuyến hộ|Công chức nộp trực tuyến hộ|"
            "Nộp hộ công dân"
        ),
        "submitted_at": _heads(
            "Ngày nộp|Ngày nộp hồ sơ|Thời gian nộp|Ngày nộp trực tuyến|Thời gian nộp hồ sơ", "Ngày gửi"
        ),
        "received_at": _heads(
            "Ngày tiếp nhận|Thời gian tiếp nhận|Ngày tiếp nhận hồ sơ|Thời gian tiếp nhận hồ sơ",
            "Ngày nhận|Ngày nhận hồ sơ|Thời gian nhận|Tiếp nhận|Thời gian nhận hồ sơ",
        ),
        "clock_start_at": _heads(
            "Ngày bắt đầu tính hạn|Ngày bắt đầu tính thời hạn|Ngày tính hạn|Thời gian bắt đầu tính hạn|"
            "Ngày bắt đầu xử lý"
        ),
        "due_at": _heads(
            "Ngày hẹn trả|Ngày hẹn trả kết quả|Hạn trả|Hạn trả kết quả|Ngày hẹn|Hẹn trả|Hẹn trả kết quả|"
            "Thời gian hẹn trả|Thời gian hẹn trả kết quả|Ngày hẹn trả lần đầu|Ngày hẹn trả đầu tiên|"
            "Thời hạn trả kết quả|Thời hạn trả",
            "Hạn xử lý|Hạn giải quyết|Ngày đến hạn|Hạn hoàn thành|Hạn xử lý hồ sơ|Ngày hết hạn",
        ),
        "current_due_at": _heads(
            "Ngày hẹn lại|Hẹn lại|Ngày hẹn trả mới|Hạn trả mới|Ngày hẹn trả lại|Hẹn lại ngày|Ngày hẹn mới|"
            "Ngày hẹn trả đang hiệu lực|Hạn trả sau gia hạn|Ngày gia hạn"
        ),
        "finished_at": _heads(
            "Ngày có kết quả|Thời gian có kết quả|Ngày kết quả về bộ phận một cửa|Có kết quả|"
            "Ngày có kết quả giải quyết",
            "Ngày hoàn thành|Ngày kết thúc|Ngày giải quyết xong|Ngày xử lý xong|Ngày hoàn thành xử lý|"
            "Ngày kết thúc xử lý|Thời gian hoàn thành|Thời gian kết thúc|Ngày giải quyết|Ngày hoàn tất|"
            "Ngày xong|Hoàn thành|Ngày kết quả|Ngày hoàn thành hồ sơ",
        ),
        "returned_at": _heads(
            "Ngày trả kết quả|Ngày trả|Thời gian trả kết quả|Thời gian trả|Ngày trả thực tế|"
            "Ngày trả kết quả thực tế|Ngày trả kết quả cho công dân|Trả kết quả",
            "Ngày nhận kết quả|Ngày công dân nhận kết quả|Ngày công dân nhận",
        ),
        "returned_by_post": _heads(
            "Trả qua bưu điện|Trả qua bưu chính|Trả kết quả qua bưu điện|Trả kết quả qua bưu chính|"
            "Trả kết quả qua bưu chính công ích",
            "Hình thức trả|Hình thức trả kết quả|Hình thức nhận kết quả",
        ),
        "state": _heads(
            "Tình trạng|Trạng thái|Tình trạng hồ sơ|Trạng thái hồ sơ|Tình trạng xử lý|Trạng thái xử lý|"
            "Tình trạng giải quyết|Trạng thái giải quyết"
        ),
        "suspended_since": _heads(
            "Ngày tạm dừng|Tạm dừng từ ngày|Tạm dừng từ|Ngày dừng xử lý|Ngày dừng|Thời gian tạm dừng",
            "Ngày yêu cầu bổ sung",
        ),
        "officer_code": _OFFICER,
        "late_reason": _heads(
            "Lý do trễ|Lý do trễ hạn|Lý do trễ hẹn|Nguyên nhân trễ|Nguyên nhân trễ hạn|Nguyên nhân trễ hẹn|"
            "Lý do quá hạn|Lý do chậm"
        ),
        "updated_at": _UPDATED,
    },
    "slips": {
        "slip_id": _heads("Mã phiếu|Số phiếu|Số văn bản|Số phiếu xin lỗi|Mã số phiếu"),
        "dossier_code": _DOSSIER,
        "kind": _heads("Loại phiếu|Loại|Loại văn bản|Tên phiếu"),
        "issued_at": _heads(
            "Ngày ban hành|Ngày lập phiếu|Ngày phiếu|Ngày lập|Ngày ký|Ngày ra phiếu|Ngày xin lỗi|"
            "Thời gian ban hành"
        ),
        "issuing_unit_code": _heads(
            "Mã đơn vị ban hành|Mã cơ quan ban hành",
            names="Đơn vị ban hành|Cơ quan ban hành|Đơn vị lập phiếu|Đơn vị xin lỗi",
        ),
        "due_before": _heads("Ngày hẹn trả|Ngày hẹn trả cũ|Hạn trả cũ|Ngày hẹn cũ|Hẹn trả ban đầu|Hạn trả"),
        "new_due_at": _heads(
            "Ngày hẹn lại|Hẹn lại|Ngày hẹn trả mới|Hạn trả mới|Hẹn trả mới|Ngày hẹn trả lại|Hẹn lại ngày|"
            "Ngày hẹn mới"
        ),
        "reason": _heads("Lý do|Nguyên nhân|Lý do trễ|Lý do trễ hẹn|Lý do trễ hạn"),
    },
    "ratings": {
        "unit_code": _UNIT,
        "rated_on": _heads("Ngày đánh giá|Thời gian đánh giá|Ngày khảo sát|Ngày lấy ý kiến|Ngày",
            "Ngày chấm"),
        "source": _heads("Nguồn|Nguồn đánh giá|Nguồn phiếu|Hình thức đánh giá|Kênh đánh giá"),
        "level": _heads(
            "Mức đánh giá|Mức độ hài lòng|Mức hài lòng|Kết quả đánh giá|Đánh giá|Mức độ đánh giá",
            "Mức|Mức độ"
        ),
        "votes": _heads("Số phiếu|Số lượt|Số lượng|Số phiếu đánh giá|Số lượt đánh giá|Tổng số phiếu"),
        "dossier_code": _DOSSIER,
    },
    "officers": {
        "officer_code": _heads("|".join(_OFFICER.heads), "Mã|Tài khoản|Tên đăng nhập"),
        "name": _heads(
            "Họ tên|Họ và tên|Họ tên cán bộ|Họ và tên cán bộ|Tên cán bộ|Tên công chức|Họ tên công chức|"
            "Họ và tên công chức|Cán bộ|Công chức",
            "Tên",
        ),
        "unit_code": _UNIT,
        "on_contract": _heads("Hợp đồng|Lao động hợp đồng|Là hợp đồng|Hợp đồng lao động"),
    },
    "complaints": {
        "complaint_id": _heads(
            "Mã phản ánh|Mã phản ánh kiến nghị|Mã kiến nghị|Mã đơn|Số đơn|Mã PAKN|Số phản ánh|Mã số phản ánh|"
            "Mã khiếu nại|Số phản ánh kiến nghị",
            "Mã|Số",
        ),
        "unit_code": _UNIT,
        "received_on": _heads(
            "Ngày tiếp nhận|Ngày nhận|Ngày phản ánh|Ngày gửi|Thời gian tiếp nhận|Ngày nhận đơn|Ngày đến"
        ),
        "field": _FIELD,
        "due_on": _heads("Hạn trả lời|Hạn xử lý|Hạn giải quyết|Thời hạn trả lời|Ngày hẹn trả lời|Hạn"),
        "answered_on": _heads("Ngày trả lời|Ngày xử lý xong|Ngày giải quyết|Thời gian trả lời|Ngày "
        "hoàn thành"),
    },
    "receptions": {
        "unit_code": _UNIT,
        "held_on": _heads("Ngày tiếp|Ngày tiếp công dân|Ngày tiếp dân|Thời gian tiếp", "Ngày"),
        "kind": _heads("Loại buổi tiếp|Hình thức tiếp|Loại tiếp|Loại|Loại hình tiếp công dân|Hình thức"),
    },
    "loads": {
        "as_of": _heads("Số liệu đến|Số liệu đến ngày|Số liệu đến thời điểm|Dữ liệu đến ngày|Dữ liệu đến"),
        "loaded_at": _heads("Thời điểm nạp|Ngày nạp|Thời gian nạp|Ngày xuất|Thời gian xuất"),
        "source": _heads("Nguồn|Hệ thống"),
        "rows": _heads("Số dòng|Số bản ghi"),
    },
    "events": {
        "on_day": _heads("Ngày|Ngày sự kiện|Từ ngày|Ngày bắt đầu"),
        "title": _heads("Tên mốc|Mốc|Sự kiện|Tên sự kiện|Nội dung mốc", "Nội dung"),
        "unit_code": _UNIT,
        "document": _heads("Văn bản|Số văn bản|Căn cứ|Số ký hiệu văn bản"),
    },
    "duties": {
        "duty_id": _heads("Mã việc|Mã nhiệm vụ|Mã công việc|Số nhiệm vụ", "Mã"),
        "unit_code": _heads(
            "|".join(_UNIT.heads), "|".join(_UNIT.weaker), "|".join((*_UNIT.names, "Đơn vị chủ trì"))
        ),
        "title": _heads(
            "Việc phải làm|Tên việc|Nhiệm vụ|Công việc|Nội dung công việc|Nội dung nhiệm vụ|Tên nhiệm vụ|"
            "Tên công việc",
            "Nội dung",
        ),
        "due_on": _heads("Hạn|Hạn hoàn thành|Thời hạn|Thời hạn hoàn thành|Hạn xử lý|Ngày đến hạn"),
        "done_on": _heads("Ngày làm xong|Ngày hoàn thành|Hoàn thành|Ngày xong|Ngày báo cáo"),
        "document": _heads("Văn bản|Văn bản giao|Số văn bản|Căn cứ|Văn bản giao việc"),
    },
    "published": {
        "unit_code": _UNIT,
        "source": _heads("Nơi công bố|Nguồn|Nguồn công bố"),
        "period_start": _heads("Từ ngày|Kỳ từ ngày|Ngày bắt đầu|Kỳ từ"),
        "period_end": _heads("Đến ngày|Đến hết ngày|Kỳ đến ngày|Ngày kết thúc|Kỳ đến"),
        "received": _heads("Tiếp nhận|Số tiếp nhận|Số hồ sơ tiếp nhận|Hồ sơ tiếp nhận"),
        "on_time": _heads("Đúng hạn|Số đúng hạn|Số hồ sơ đúng hạn|Hồ sơ đúng hạn"),
        "late": _heads("Trễ hạn|Quá hạn|Số trễ hạn|Số hồ sơ trễ hạn|Số quá hạn|Hồ sơ trễ hạn"),
        "score": _heads("Điểm|Điểm số|Tổng điểm"),
        "rank": _heads("Thứ hạng|Xếp hạng|Hạng"),
    },
    "steps": {
        "dossier_code": _DOSSIER,
        "step_no": _heads("Bước|Bước thứ|Thứ tự bước|Số bước|Bước số"),
        "unit_code": _UNIT,
        "officer_code": _OFFICER,
        "received_at": _heads("Ngày nhận|Thời gian nhận|Ngày tiếp nhận|Thời gian tiếp nhận"),
        "due_at": _heads("Hạn xử lý|Hạn chuyển|Hạn|Hạn giải quyết|Ngày phải chuyển"),
        "handed_at": _heads("Ngày chuyển|Thời gian chuyển|Ngày xử lý xong|Ngày hoàn thành"),
    },
})  # fmt: skip
"""Contract table → column → its heads. The contract's own name of a column is one of its heads always."""

_ABBREVIATIONS = {
    "hs": "ho so", "kq": "ket qua", "dv": "don vi", "tthc": "thu tuc hanh chinh", "tt": "thu tuc",
    "cb": "can bo", "cc": "cong chuc", "cbcc": "can bo cong chuc", "dvc": "dich vu cong", "cv": "chuyen vien",
    "dvctt": "dich vu cong truc tuyen", "cq": "co quan", "tn": "tiep nhan", "sl": "so luong",
    "cbccvc": "can bo cong chuc",
}  # fmt: skip
_MOMENT_WORDS = re.compile(r"^(?:thoi diem|ngay gio|gio ngay|ngay thang nam|ngay thang|thoi gian ngay) ")

_PERSONAL = re.compile(
    r"\b(?:ho (?:va )?ten|ho dem|ten (?:cong dan|nguoi|chu|khach|ca nhan|to chuc|doanh nghiep|cong "
    r"ty)|cong dan"
    r"|nguoi (?:nop|dan|yeu cau|dai dien|lien he|nhan|duoc|de nghi|khai|uy quyen|gui|phan anh|khieu nai)"
    r"|chu (?:ho so|ho|so huu|dau tu|su dung)|nop ho so boi|ca nhan|to chuc|doanh nghiep|khach hang"
    r"|cmnd|cmt|cccd|cancuoc|can cuoc|chung minh|ho chieu|so dinh danh|dinh danh ca nhan|giay to tuy than"
    r"|dien thoai|dt|sdt|di dong|lien he|lien lac|zalo|dia chi|thuong tru|tam tru|noi o|cho o|email|e mail"
    r"|thu dien tu|hop thu|ngay sinh|nam sinh|sinh ngay|gioi tinh|dan toc|ton giao|que quan|quoc tich"
    r"|ma so thue|mst|so tai khoan|so nha|thua dat|so thua)\b"
)  # fmt: skip
_OF_OFFICIALS = re.compile(r"\b(?:can bo|cong chuc|chuyen vien|nguoi dung dau|thu truong)\b")
ORDINALS = frozenset({"stt", "so tt", "so thu tu", "thu tu", "tt", "thu tuc so", "no", "#"})
"""Heads of the running number, folded."""


def fold_plain(text: str) -> str:
    """Give a text without marks, case and punctuation: words of a to z and digits, one blank between."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "d"))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()
    return " ".join(re.findall(r"[a-z0-9#]+", bare))


def fold_head(text: str) -> str:
    """Give a head as heads are compared: folded, usual abbreviations written out, "Thời điểm" as "Ngày"."""
    words = fold_plain(text).split()
    return _MOMENT_WORDS.sub("ngay ", " ".join(_ABBREVIATIONS.get(one, one) for one in words))


def is_personal(head: str) -> bool:
    """Say whether a head tells of a citizen: a name, a number, an address. Asked of heads not recognised."""
    folded = fold_plain(head)
    return bool(_PERSONAL.search(folded)) and not _OF_OFFICIALS.search(folded)
