"""Every metric, defined once: its name, its sums, its definition and its legal source.

The screen, the API, the exports and the method page all read ``METRICS``; the SQL of
the counts is in ``queries.on_time.outcomes``, and both speak the same words. Sums come first,
division last, in ``rate`` alone. Judging is done in integers, so that no rounding and
no floating point ever decides whether a unit is flagged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from math import sqrt

from queries.contract import RATING_LEVELS
from queries.definitions.metric import Metric
from queries.definitions.sources import (
    BIEU_II06,
    GIA_LAI,
    LEVELS_3_4,
    ONLINE_LEVELS,
    PARTIAL_AND_FULL,
    QD_45,
    QD_766,
    REPORTED_2019,
    VINH_PHUC,
    Source,
)
from queries.definitions.unit_metrics import UNIT_METRICS


def _count(name_id: str, name: str, definition: str, days: str, cited: Source | None = BIEU_II06) -> Metric:
    return Metric(name_id, name, "hồ sơ", definition, days, cited, numerator=name_id)


_CLOSED_IN = "ngày kết thúc trong kỳ"
_OPEN_AT = "ngày chốt: chưa kết thúc đến hết ngày ấy"
_RECEIVED_IN = "ngày tiếp nhận trong kỳ"
_RATED_IN = "ngày đánh giá trong kỳ"

METRICS: dict[str, Metric] = {
    one.id: one
    for one in (
        _count("received", "Tiếp nhận trong kỳ", "Hồ sơ tiếp nhận trong kỳ.", "ngày tiếp nhận trong kỳ"),
        _count(
            "carried_over",
            "Kỳ trước chuyển sang",
            "Hồ sơ tiếp nhận trước kỳ và chưa kết thúc trước ngày đầu kỳ.",
            "ngày đầu kỳ",
        ),
        _count("finished", "Đã giải quyết", "Hồ sơ có kết quả về đến bộ phận một cửa trong kỳ.", _CLOSED_IN),
        _count(
            "early", "Trước hạn", "Đã giải quyết, ngày có kết quả trước ngày hẹn trả đầu tiên.", _CLOSED_IN
        ),
        _count("on_time", "Đúng hạn", "Đã giải quyết, có kết quả đúng ngày hẹn trả đầu tiên.", _CLOSED_IN),
        _count(
            "late",
            "Trễ hạn",
            "Đã giải quyết, có kết quả sau ngày hẹn trả đầu tiên; hẹn lại vẫn là trễ hạn.",
            _CLOSED_IN,
        ),
        _count(
            "undated",
            "Không có ngày hẹn trả",
            "Đã giải quyết nhưng không có ngày hẹn trả: không tính là trước, đúng hay trễ hạn.",
            _CLOSED_IN,
            None,
        ),
        _count("refused", "Từ chối", "Kết thúc trong kỳ do từ chối; không tính trễ.", _CLOSED_IN, None),
        _count(
            "withdrawn",
            "Công dân rút",
            "Kết thúc trong kỳ do công dân rút; không tính trễ.",
            _CLOSED_IN,
            None,
        ),
        _count(
            "closed_undated",
            "Đã đóng, không rõ ngày",
            "Trạng thái đã kết thúc nhưng nguồn không ghi ngày: coi như kết thúc ngay ngày tiếp nhận.",
            _CLOSED_IN,
            None,
        ),
        _count("open_in_time", "Đang giải quyết trong hạn", "Chưa kết thúc, chưa quá hẹn trả.", _OPEN_AT),
        _count(
            "open_overdue",
            "Quá hạn chưa giải quyết xong",
            "Chưa kết thúc, đã quá ngày hẹn trả đầu tiên.",
            _OPEN_AT,
        ),
        _count(
            "suspended",
            "Tạm dừng",
            "Đang chờ bổ sung hoặc nộp phí, và chưa quá hạn lúc tạm dừng.",
            _OPEN_AT,
            None,
        ),
        Metric(
            "late_rate_a",
            "Tỷ lệ trễ hẹn, trên hồ sơ đã giải quyết",
            "%",
            "Trễ hạn / (trước hạn + đúng hạn + trễ hạn).",
            _CLOSED_IN,
            BIEU_II06,
            "late",
            "judged",
            2,
        ),
        Metric(
            "late_rate_b",
            "Tỷ lệ trễ hẹn, trên hồ sơ đến hạn",
            "%",
            "Trong hồ sơ có ngày hẹn trả trong kỳ (bỏ từ chối, công dân rút, tạm dừng): "
            "số xong trễ, hoặc quá hạn chưa giải quyết xong.",
            "ngày hẹn trả trong kỳ",
            VINH_PHUC,
            "b_late",
            "b_due",
            2,
        ),
        Metric(
            "late_rate_c",
            "Tỷ lệ trễ hẹn, trên hồ sơ phải giải quyết",
            "%",
            "(Trễ hạn + quá hạn chưa giải quyết xong) / (tiếp nhận + kỳ trước chuyển sang).",
            "ngày của từng số thành phần",
            GIA_LAI,
            "c_late",
            "to_resolve",
            2,
        ),
        Metric(
            "late_rate_d",
            "Tỷ lệ trễ hẹn, trên hồ sơ tiếp nhận",
            "%",
            "Trong hồ sơ tiếp nhận trong kỳ: số xong trễ, hoặc quá hạn chưa giải quyết xong. Gần đúng "
            "theo Quyết định 766, vốn còn tính lần yêu cầu bổ sung thứ hai là quá hạn.",
            "ngày tiếp nhận trong kỳ",
            QD_766,
            "d_late",
            "received",
            2,
        ),
        Metric(
            "late_rate_backlog",
            "Tỷ lệ trễ nếu xử lý hết hồ sơ quá hạn",
            "%",
            "(Trễ hạn + quá hạn chưa giải quyết xong) / (trước hạn + đúng hạn + trễ hạn + quá hạn chưa "
            "giải quyết xong): tỷ lệ A nếu hôm nay giải quyết xong toàn bộ hồ sơ quá hạn.",
            "ngày của từng số thành phần",
            None,
            "c_late",
            "judged_and_overdue",
            2,
        ),
        Metric(
            "on_time_rate",
            "Tỷ lệ đúng hạn",
            "%",
            "(Trước hạn + đúng hạn) / (trước hạn + đúng hạn + trễ hạn); in bằng 100 trừ tỷ lệ trễ đã in, "
            "cách tính A.",
            _CLOSED_IN,
            BIEU_II06,
            "not_late",
            "judged",
            2,
        ),
        Metric(
            "resolved_rate",
            "Tỷ lệ giải quyết",
            "%",
            "Đã giải quyết / (tiếp nhận + kỳ trước chuyển sang).",
            _CLOSED_IN,
            BIEU_II06,
            "finished",
            "to_resolve",
            1,
        ),
        Metric(
            "late_1_3",
            "Trễ 1–3 ngày",
            "hồ sơ",
            "Hồ sơ trễ hạn và quá hạn chưa giải quyết xong, trễ đến 3 ngày sau ngày hẹn trả.",
            "ngày kết thúc, hoặc ngày chốt",
            numerator="late_1_3",
        ),
        Metric(
            "late_4_10",
            "Trễ 4–10 ngày",
            "hồ sơ",
            "Như trên, trễ từ 4 đến 10 ngày.",
            "ngày kết thúc, hoặc ngày chốt",
            numerator="late_4_10",
        ),
        Metric(
            "late_over_10",
            "Trễ trên 10 ngày",
            "hồ sơ",
            "Như trên, trễ hơn 10 ngày.",
            "ngày kết thúc, hoặc ngày chốt",
            numerator="late_over_10",
        ),
        _count(
            "online",
            "Nộp trực tuyến",
            "Hồ sơ tiếp nhận trong kỳ qua kênh trực tuyến, mọi mức độ.",
            _RECEIVED_IN,
            None,
        ),
        Metric(
            "online_rate",
            "Tỷ lệ trực tuyến mức độ 3, 4",
            "%",
            "Hồ sơ nộp trực tuyến ở mức độ 3, 4, một phần hoặc toàn trình / hồ sơ tiếp nhận trong kỳ. "
            "Mức độ theo hồ sơ; hồ sơ không ghi thì theo thủ tục; không rõ thì không tính là mức độ 3, 4.",
            _RECEIVED_IN,
            ONLINE_LEVELS,
            "online_high",
            "received",
            1,
        ),
        Metric(
            "online_rate_eligible",
            "Tỷ lệ trực tuyến trên hồ sơ của thủ tục có cung cấp trực tuyến mức độ 3, 4",
            "%",
            "Hồ sơ nộp trực tuyến ở mức độ 3, 4, một phần hoặc toàn trình / hồ sơ tiếp nhận, mọi kênh, "
            "mà mức độ là 3, 4, một phần hoặc toàn trình.",
            _RECEIVED_IN,
            ONLINE_LEVELS,
            "online_high",
            "eligible",
            1,
        ),
        *(
            Metric(
                word,
                f"Trực tuyến {name}",
                "%",
                f"Hồ sơ nộp trực tuyến, mức độ ghi là “{name}” / hồ sơ tiếp nhận trong kỳ.",
                _RECEIVED_IN,
                source,
                word,
                "received",
                1,
            )
            for word, name, source in (
                ("level_3", "mức độ 3", LEVELS_3_4),
                ("level_4", "mức độ 4", LEVELS_3_4),
                ("partial", "một phần", PARTIAL_AND_FULL),
                ("full", "toàn trình", PARTIAL_AND_FULL),
            )
        ),
        Metric(
            "self_submitted",
            "Tự nộp",
            "%",
            "Trong hồ sơ trực tuyến mức độ 3, 4, một phần, toàn trình có ghi người nộp: công dân tự nộp / "
            "(tự nộp + được công chức hỗ trợ nộp). Hồ sơ không ghi được đếm riêng.",
            _RECEIVED_IN,
            None,
            "self_submitted",
            "assisted_known",
            1,
        ),
        Metric(
            "post_in",
            "Nộp qua bưu chính công ích",
            "%",
            "Hồ sơ nộp qua bưu chính công ích / hồ sơ tiếp nhận trong kỳ.",
            _RECEIVED_IN,
            QD_45,
            "post_in",
            "received",
            1,
        ),
        Metric(
            "post_out",
            "Trả kết quả qua bưu chính công ích",
            "%",
            "Kết quả trả qua bưu chính công ích / kết quả trả cho công dân trong kỳ.",
            "ngày trả kết quả trong kỳ",
            QD_45,
            "post_out",
            "returned",
            1,
        ),
        Metric(
            "satisfaction_rate",
            "Tỷ lệ hài lòng",
            "%",
            "(Phiếu rất hài lòng + phiếu hài lòng) / tổng số phiếu, gộp mọi nguồn trừ SIPAS; số phiếu "
            "từng nguồn in bên cạnh, SIPAS đứng riêng. Mức “hài lòng” suy ra theo Quyết định 766 không "
            "phải là khảo sát và không nằm ở đây.",
            _RATED_IN,
            REPORTED_2019,
            "pleased",
            "votes",
            2,
        ),
        Metric(
            "very_satisfied_rate",
            "Tỷ lệ rất hài lòng",
            "%",
            "Phiếu rất hài lòng / tổng số phiếu, gộp mọi nguồn trừ SIPAS.",
            _RATED_IN,
            REPORTED_2019,
            "very_satisfied",
            "votes",
            2,
        ),
        *UNIT_METRICS,
    )
}

BASES = ("A", "B", "C", "D")
"""The four late rates Vietnam uses; A is the default."""

BASIS_NAMES = {
    "A": "trên hồ sơ đã giải quyết",
    "B": "trên hồ sơ đến hạn",
    "C": "trên hồ sơ phải giải quyết",
    "D": "trên hồ sơ tiếp nhận",
}


def late_metric(basis: str) -> Metric:
    """Give the late rate of a basis, A to D."""
    return METRICS[f"late_rate_{basis.lower()}"]


COUNTS = (
    "received", "carried_over", "finished", "early", "on_time", "late", "undated", "refused", "withdrawn",
    "closed_undated", "open_in_time", "open_overdue", "suspended", "b_late", "b_due", "d_late",
    "late_1_3", "late_4_10", "late_over_10",
)  # fmt: skip
"""The counts a query gives; everything else follows from them by ``sums``."""

SUMS = {
    "judged_and_overdue": ("early", "on_time", "late", "open_overdue"),
    "judged": ("early", "on_time", "late"),
    "not_late": ("early", "on_time"),
    "to_resolve": ("received", "carried_over"),
    "c_late": ("late", "open_overdue"),
}
"""What a metric divides that is itself a sum of counts."""

ONLINE_COUNTS = (
    "received", "online", "level_3", "level_4", "partial", "full", "level_unknown", "eligible",
    "eligible_unknown", "self_submitted", "assisted", "assisted_unknown", "post_in", "returned", "post_out",
)  # fmt: skip
"""The counts of the online queries; ``queries.online.statements`` says what each holds."""

ONLINE_SUMS = {
    "online_high": ("level_3", "level_4", "partial", "full"),
    "assisted_known": ("self_submitted", "assisted"),
}
"""What an online metric divides that is itself a sum of counts."""


@dataclass(frozen=True)
class OnlineLevels:
    """What the levels that count are called from a day on (None: always), by ``sources.ONLINE_LEVELS``."""

    since: date | None
    name: str
    words: tuple[str, ...]


ONLINE_LEVELS_SINCE = (
    OnlineLevels(None, "mức độ 3, 4", ("level_3", "level_4")),
    OnlineLevels(date(2022, 8, 15), "một phần / toàn trình", ("partial", "full")),
)


def online_levels_on(day: date) -> OnlineLevels:
    """Give the words in force on a day; the level of a dossier stays as it was recorded."""
    return [one for one in ONLINE_LEVELS_SINCE if one.since is None or one.since <= day][-1]


VOTE_SUMS = {"pleased": ("very_satisfied", "satisfied"), "votes": RATING_LEVELS}
"""The same for the counts of votes by level (``contract.RATING_LEVELS``)."""

ENOUGH_VOTES = 30
"""Fewer votes than this are "ít phiếu": the rate is shown, but no trend, no fall and no flag."""

ENOUGH_DOSSIERS = 30
"""With fewer dossiers on either side a change of a rate is chance: it is not told."""


@dataclass(frozen=True)
class Share:
    """a out of b, undivided; ``b`` 0 means there is nothing to judge."""

    a: int
    b: int

    @cached_property
    def exact(self) -> Fraction | None:
        """Percent as an exact fraction; None where there is nothing to divide by."""
        return Fraction(100 * self.a, self.b) if self.b else None

    @property
    def percent(self) -> float | None:
        """Percent as a float, for drawing and for the API; None for nothing."""
        return 100 * self.a / self.b if self.b else None


def over(share: Share, percent: Fraction) -> bool:
    """Say whether a share is at or over a threshold, in integers ("từ 5% là vượt")."""
    return share.b > 0 and 100 * percent.denominator * share.a >= percent.numerator * share.b


def needed_on_time(share: Share, percent: Fraction) -> int | None:
    """Give how many dossiers in a row must be on time to get below the threshold (rate A).

    None where the share is not over. From 100·q·late < p·(n + x).
    """
    if not over(share, percent):
        return None
    return 100 * percent.denominator * share.a // percent.numerator - share.b + 1


def affordable_late(share: Share, percent: Fraction) -> int | None:
    """Give how many more dossiers may be late before the threshold is reached (rate A).

    None where the share is over, or there is nothing to judge. From
    100·q·(late + x) < p·(n + x).
    """
    if not share.b or over(share, percent):
        return None
    p, q = percent.numerator, percent.denominator
    return (p * share.b - 100 * q * share.a - 1) // (100 * q - p)


FEW = 20
"""Fewer judged dossiers than this is "ít hồ sơ": flagged as ordered, but never named worst."""

_WILSON_Z = 1.959963984540054  # two-sided 95%


@lru_cache(maxsize=4_096)
def wilson(share: Share) -> tuple[float, float] | None:
    """Give both ends of the 95% Wilson interval of a share, in percent; None for nothing."""
    if not share.b:
        return None
    n, rate, z = share.b, share.a / share.b, _WILSON_Z
    middle = rate + z * z / (2 * n)
    spread = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    scale = 100 / (1 + z * z / n)
    # At none and at all an end is exact; the floats miss it by a hair.
    low = max(0.0, scale * (middle - spread)) if share.a else 0.0
    return low, min(100.0, scale * (middle + spread)) if share.a < n else 100.0


def wilson_lower(share: Share) -> float | None:
    """Give the lower end of the 95% Wilson interval of a share, in percent."""
    interval = wilson(share)
    return interval[0] if interval else None


def strength(share: Share, percent: Fraction) -> str | None:
    """Say how sure a flag is: "few", "clear" or "over"; None where the unit is not over."""
    if not over(share, percent):
        return None
    if share.b < FEW:
        return "few"
    lower = wilson_lower(share)
    return "clear" if lower is not None and lower >= float(percent) else "over"


STRENGTH_NAMES = {"few": "ít hồ sơ", "clear": "vượt rõ", "over": "vượt ngưỡng"}
