"""What a number means, whatever kind it is: a metric, a sum of counts, a flag, or a word of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from queries.asked.view import View
from queries.definitions.flag_rule import Parameters
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import METRICS, ONLINE_SUMS, SUMS
from queries.definitions.sources import BIEU_II06, OURS


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
        BIEU_II06.documents[0].name,
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
    "parts": Meaning(
        "Cơ cấu",
        "Trước hạn, đúng hạn, trễ hạn trong hồ sơ đã giải quyết có ngày hẹn trả.",
        METRICS["late"].days,
        BIEU_II06.documents[0].name,
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
    return _WORDS[word]
