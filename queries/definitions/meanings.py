"""What a number means, whatever kind it is: a metric, a sum of counts, a flag, or a word of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from queries.asked.view import View
from queries.definitions.flag_rule import Parameters
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import METRICS, ONLINE_SUMS, SUMS
from queries.definitions.sources import BIEU_II06, OURS, QD_45


@dataclass(frozen=True)
class Meaning:
    """A number's name, definition, the days that put a dossier into it, its legal source, what follows.

    ``days`` is empty where no day decides, ``consequence`` where no document says what follows.
    """

    name: str
    definition: str
    days: str
    source: str
    consequence: str = ""


_OURS = OURS.documents[0].name
_FORM = "Biểu số II.06a/VPCP/KSTT"

_SUM_NAMES = {
    "judged": "Đã giải quyết, có ngày hẹn trả",
    "not_late": "Trước hạn và đúng hạn",
    "to_resolve": "Phải giải quyết trong kỳ",
    "judged_and_overdue": "Đã giải quyết có ngày hẹn trả, và quá hạn chưa giải quyết xong",
    "c_late": "Trễ hạn và quá hạn chưa giải quyết xong",
    "online_high": "Nộp trực tuyến mức độ 3, 4, một phần hoặc toàn trình",
}

_RATED = METRICS["satisfaction_rate"]
_WORDS = {
    "oldest": Meaning(
        "Quá hạn lâu nhất",
        "Ngày hẹn trả sớm nhất trong các hồ sơ quá hạn chưa giải quyết xong.",
        METRICS["open_overdue"].days,
        BIEU_II06.id,
    ),
    "eligible": Meaning(
        "Hồ sơ của thủ tục có cung cấp trực tuyến",
        "Hồ sơ tiếp nhận trong kỳ, mọi kênh, của thủ tục có cung cấp trực tuyến mức độ 3, 4, một phần hoặc "
        "toàn trình.",
        METRICS["received"].days,
        _OURS,
    ),
    "level_unknown": Meaning(
        "Không rõ mức độ",
        "Hồ sơ nộp trực tuyến mà cả hồ sơ và thủ tục đều không ghi mức độ.",
        METRICS["received"].days,
        _OURS,
    ),
    "votes": Meaning(
        "Số phiếu",
        "Phiếu đánh giá trong kỳ của mọi nguồn trừ SIPAS.",
        _RATED.days,
        _OURS,
    ),
    "five_levels": Meaning(
        "Năm mức hài lòng",
        "Phần của mỗi mức trong số phiếu: rất hài lòng, hài lòng, bình thường, không hài lòng, rất không hài "
        "lòng.",
        _RATED.days,
        _OURS,
    ),
    "sipas": Meaning(
        "SIPAS",
        "Tỷ lệ hài lòng theo khảo sát SIPAS, đứng riêng, không gộp với các nguồn khác.",
        _RATED.days,
        _OURS,
    ),
    "satisfaction_change": Meaning(
        "Thay đổi của tỷ lệ hài lòng",
        "Hiệu của hai tỷ lệ hài lòng, tính bằng điểm %, trên các nguồn có phiếu ở cả hai bên.",
        _RATED.days,
        _OURS,
    ),
    "change": Meaning(
        "Thay đổi",
        "Hiệu của hai tỷ lệ, tính bằng điểm %: từ 4% lên 5% là tăng 1 điểm %. So với kỳ nào thì ghi ở đầu "
        "trang; kỳ chưa kết thúc được so với đúng chừng ấy ngày của kỳ kia.",
        "",
        _OURS,
    ),
    "votes_by_source": Meaning(
        "Số phiếu theo nguồn",
        "Phiếu đánh giá trong kỳ của nguồn ghi ở đầu cột.",
        _RATED.days,
        _OURS,
    ),
    "votes_by_level": Meaning(
        "Số phiếu theo mức",
        "Phiếu đánh giá trong kỳ ở mức ghi ở đầu cột; phiếu SIPAS không gộp với các nguồn khác.",
        _RATED.days,
        _OURS,
    ),
    "contribution": Meaning(
        "Đóng góp",
        "Hồ sơ trễ của đơn vị (của lĩnh vực, thủ tục trong đơn vị) / toàn bộ mẫu số của phạm vi đang xem, kỳ "
        "này trừ mốc so sánh, tính bằng điểm %. Đóng góp của mọi phần cộng lại bằng thay đổi của toàn bộ.",
        "",
        _OURS,
    ),
    "red_dossiers": Meaning(
        "Hồ sơ mức đỏ trên 1.000 hồ sơ phải giải quyết",
        "Hồ sơ có trong ít nhất một việc mức đỏ, mỗi hồ sơ tính một lần, trên 1.000 hồ sơ phải giải quyết "
        "trong kỳ (tiếp nhận + kỳ trước chuyển sang).",
        "",
        _OURS,
    ),
    "days_late": Meaning(
        "Số ngày trễ",
        "Số ngày lịch từ ngày hẹn trả đầu tiên đến ngày có kết quả; chưa có kết quả thì đến ngày chốt của "
        "kỳ.",
        METRICS["late_1_3"].days,
        BIEU_II06.id,
    ),
    "waiting": Meaning(
        "Lâu nhất",
        "Số ngày lịch tính đến hết ngày chốt của kỳ, từ ngày hẹn trả (hoặc hạn trả lời) sớm nhất trong các "
        "hồ sơ, phản ánh ở dòng ấy.",
        "",
        _OURS,
    ),
    "running": Meaning(
        "Từ khi nào",
        "Số tháng liền đơn vị có tỷ lệ trễ hẹn từ ngưỡng trở lên, tính lùi từ tháng cuối của kỳ, trong 13 "
        "tháng đang xem; bỏ qua tháng không có hồ sơ để tính.",
        "",
        _OURS,
    ),
    "missed": Meaning(
        "Có thể nộp trực tuyến nhưng nộp cách khác",
        "Hồ sơ tiếp nhận trong kỳ của thủ tục có cung cấp trực tuyến mức độ 3, 4, một phần hoặc toàn trình "
        "mà không nộp trực tuyến ở các mức độ ấy.",
        METRICS["received"].days,
        _OURS,
    ),
    "assisted": Meaning(
        "Được hỗ trợ",
        "Hồ sơ nộp trực tuyến mức độ 3, 4, một phần, toàn trình do công chức nộp giúp công dân.",
        METRICS["received"].days,
        _OURS,
    ),
    "assisted_unknown": Meaning(
        "Không ghi người nộp",
        "Hồ sơ nộp trực tuyến mức độ 3, 4, một phần, toàn trình mà nguồn không ghi công dân tự nộp hay được "
        "hỗ trợ; không có trong tỷ lệ tự nộp.",
        METRICS["received"].days,
        _OURS,
    ),
    "postal_contract": Meaning(
        "Hợp đồng bưu chính công ích",
        "Đơn vị có ký hợp đồng nhận, trả hồ sơ qua bưu chính công ích. Ở dòng cộng: số đơn vị có hợp đồng / "
        "số đơn vị.",
        "",
        QD_45.documents[0].name,
    ),
    "outside_catalogue": Meaning(
        "Thủ tục ngoài danh mục của cấp mình",
        "Thủ tục có hồ sơ tiếp nhận trong kỳ mà không nằm trong danh mục của cấp mình.",
        METRICS["received"].days,
        _OURS,
    ),
    "gap": Meaning(
        "Chênh lệch với nguồn",
        "Tiếp nhận + kỳ trước chuyển sang, trừ mọi kết cục đếm được; khác 0 là dữ liệu nguồn ghi sai hoặc bị "
        "sửa.",
        "",
        _OURS,
    ),
    "form_counter": Meaning(
        "Cột (5): trực tiếp và bưu chính",
        "Hồ sơ tiếp nhận trong kỳ không qua kênh trực tuyến.",
        METRICS["received"].days,
        _FORM,
    ),
    "form_on_time": Meaning(
        "Cột (9): đúng hạn",
        "Đã giải quyết, có kết quả đúng ngày hẹn trả đầu tiên; cộng cả từ chối và công dân rút nếu đơn vị "
        "đặt như vậy, khi đó chú thích dưới bảng có nói.",
        METRICS["on_time"].days,
        _FORM,
    ),
    "form_open": Meaning(
        "Cột (11): đang giải quyết",
        "Cột (12) + cột (13).",
        METRICS["open_in_time"].days,
        _FORM,
    ),
    "form_in_time": Meaning(
        "Cột (12): đang giải quyết trong hạn",
        "Chưa kết thúc, chưa quá hẹn trả, kể cả hồ sơ tạm dừng.",
        METRICS["open_in_time"].days,
        _FORM,
    ),
    "parts": Meaning(
        "Cơ cấu",
        "Trước hạn, đúng hạn, trễ hạn trong hồ sơ đã giải quyết có ngày hẹn trả.",
        METRICS["late"].days,
        BIEU_II06.id,
    ),
}

NAMES: Mapping[str, str] = {
    **{one.id: one.name for one in METRICS.values()},
    **{one.id: one.name for one in FLAGS.values()},
    **_SUM_NAMES,
    **{word: one.name for word, one in _WORDS.items()},
}
"""Everything that can be asked what it means: id → name on screen."""


def meaning_of(word: str, view: View, parameters: Parameters) -> Meaning:
    """Say what a number means under the rules of a view. Raises KeyError for what is not in ``NAMES``."""
    if word in METRICS:
        metric = METRICS[word]
        return Meaning(metric.name, metric.definition, metric.days, metric.source_text(view) or _OURS)
    if word in FLAGS:
        rule = FLAGS[word]
        return Meaning(
            rule.name, rule.rule_text(view, parameters), "", rule.source_text(view), rule.consequence(view)
        )
    if word in _SUM_NAMES:
        parts = [METRICS[one].name for one in {**SUMS, **ONLINE_SUMS}[word]]
        source = METRICS[{**SUMS, **ONLINE_SUMS}[word][0]].source_text(view)
        return Meaning(_SUM_NAMES[word], f"{' + '.join(parts)}.", "", source or _OURS)
    told = _WORDS[word]
    dated = told.source == BIEU_II06.id
    return replace(told, source=view.rules.cited((BIEU_II06,), view.end)) if dated else told
