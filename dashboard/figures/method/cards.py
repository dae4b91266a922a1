"""The cards of the method page that are written from the definitions and the settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.figures.method.words import WORDS
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.table_cells import Cell, Column, Line
from dashboard.formats import NOTHING, day_text, moment_text, sentence
from queries.asked.view import Rule, View
from queries.definitions.flag_rule import LEVEL_NAMES, SCOPE_NAMES, Parameters
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import METRICS

_NAMES = {
    "judged": "Trước hạn + Đúng hạn + Trễ hạn",
    "not_late": "Trước hạn + Đúng hạn",
    "to_resolve": "Tiếp nhận + Kỳ trước chuyển sang",
    "c_late": "Trễ hạn + Quá hạn chưa giải quyết xong",
    "b_late": "Trong mẫu số: xong trễ, hoặc quá hạn chưa giải quyết xong",
    "b_due": "Hẹn trả trong kỳ, đã xong hoặc đã quá hạn",
    "d_late": "Tiếp nhận trong kỳ: xong trễ, hoặc quá hạn chưa giải quyết xong",
    "online_high": "Nộp trực tuyến mức độ 3, 4, một phần, toàn trình",
    "eligible": "Tiếp nhận, mức độ 3, 4, một phần, toàn trình, mọi kênh",
    "level_3": "Trực tuyến mức độ 3", "level_4": "Trực tuyến mức độ 4", "partial": "Trực tuyến một phần",
    "full": "Trực tuyến toàn trình",
    "self_submitted": "Trực tuyến, công dân tự nộp",
    "assisted_known": "Tự nộp + Được hỗ trợ",
    "post_in": "Nộp qua bưu chính công ích", "post_out": "Trả kết quả qua bưu chính công ích",
    "returned": "Kết quả trả cho công dân trong kỳ",
    "pleased": "Phiếu rất hài lòng + hài lòng", "very_satisfied": "Phiếu rất hài lòng",
    "votes": "Tổng số phiếu",
    "apologized": "Trễ hạn, quá hạn có phiếu xin lỗi",
    "complaints_answered": "Đã trả lời", "complaints_overdue": "Quá hạn chưa trả lời",
    "procedures_used": "Thủ tục có hồ sơ", "fields_used": "Lĩnh vực có hồ sơ",
}  # fmt: skip


def part_name(word: str) -> str:
    """Give a numerator or denominator in words; the metric's own name where it is one."""
    if word in _NAMES:
        return _NAMES[word]
    return METRICS[word].name if word in METRICS else NOTHING


def metrics_table(view: View) -> str:
    """Draw every metric there is, as its definition says, with the documents in force."""
    return _table(
        f"{len(METRICS)} chỉ số",
        "Viết thẳng từ định nghĩa mà mọi trang, tệp tải về và API cùng dùng.",
        ("Chỉ số", "Tử số", "Mẫu số", "Định nghĩa", "Tính theo", "Căn cứ"),
        [
            (
                Cell(one.name),
                Cell(part_name(one.numerator) if one.is_rate else f"đếm {one.unit}"),
                Cell(part_name(one.denominator) if one.is_rate else NOTHING),
                Cell(one.definition),
                Cell(one.days),
                Cell(one.source_text(view) or NOTHING),
            )
            for one in METRICS.values()
        ],
        note="Cộng trước, chia sau: tỷ lệ của địa bàn là tổng tử số trên tổng mẫu số. Mẫu số 0 in “—”.",
    )


def flags_table(view: View, parameters: Parameters) -> str:
    """Draw every flag there is, with the values in force."""
    return _table(
        f"{len(FLAGS)} cảnh báo",
        "Quy tắc đang áp dụng, với ngưỡng và số ngày theo cài đặt.",
        ("Cảnh báo", "Mức", "Xét", "Quy tắc", "Trên", "Căn cứ"),
        [
            (
                Cell(one.name),
                Cell(LEVEL_NAMES[one.level]),
                Cell(SCOPE_NAMES[one.scope]),
                Cell(one.rule_text(view, parameters), note=sentence(one.consequence(view))),
                Cell(one.base or NOTHING),
                Cell(one.source_text(view)),
            )
            for one in FLAGS.values()
        ],
        note="“Đơn vị có cảnh báo đỏ” chỉ kể cảnh báo mức đỏ xét đơn vị; cảnh báo mức đỏ xét hồ sơ là danh "
        "sách việc phải làm. Cảnh báo về công chức chỉ hiện con số, trừ khi cài đặt cho phép xem tên và mã. "
        f"Căn cứ là văn bản có hiệu lực ngày {day_text(view.end)}; quy định địa phương thay được bằng văn "
        "bản của địa phương mình ở cài đặt.",
    )


def _table(
    title: str, subtitle: str, columns: Sequence[str], rows: Iterable[tuple[Cell, ...]], note: str = ""
) -> str:
    return markup(
        "table.html", title=title, subtitle=subtitle, total=(), note=note, links=(), more="", more_href="",
        columns=tuple(Column(name, is_number=False) for name in columns), rows=[Line(row) for row in rows],
    )  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """One setting in force: what it is for, its value, where the value comes from."""

    name: str
    help: str
    value: str
    origin: str


@dataclass(frozen=True)
class Origin:
    """Where the data come from."""

    district: str
    engine: str
    as_of: datetime
    is_inferred: bool
    is_old: bool
    is_sample: bool
    sources: tuple[tuple[str, datetime], ...]


def method_headline(
    view: View, origin: Origin, *, title: str, lead: str, period: str
) -> str:  # fmt: skip
    """Draw the figure that the page reads, and the moment and the sources of the data."""
    how = "suy ra từ hồ sơ, vì nguồn không ghi lần nạp nào" if origin.is_inferred else "theo lần nạp dữ liệu"
    return markup(
        "method_headline.html",
        title=title,
        lead=lead,
        period=period,
        as_of=moment_text(view.as_of),
        how=how,
        is_pinned=view.as_of != origin.as_of,
        latest=moment_text(origin.as_of),
        origin=origin,
        sources=[(name or "(không ghi tên nguồn)", moment_text(moment)) for name, moment in origin.sources],
    )


def rules_card(view: View) -> str:
    """Draw the threshold and the near band with their days, documents and consequences."""
    rules = view.rules

    def rows(history: tuple[Rule, ...], now: Rule) -> list[tuple[str, str, str, bool]]:
        ordered = sorted(history, key=lambda rule: rule.since or date.min)
        return [
            (_since(rule), f"{rule.percent.replace('.', ',')}%", rule.document, rule == now)
            for rule in ordered
        ]

    follows = FLAGS["unit_late"].consequence(view)
    return markup(
        "method_rules.html",
        title="Ngưỡng đang áp dụng",
        subtitle=f"Kỳ đang xem dùng mức có hiệu lực ngày {day_text(view.end)}.",
        histories=(
            ("Ngưỡng tỷ lệ trễ hẹn (từ ngưỡng là vượt)", rows(rules.threshold, rules.threshold_on(view.end))),
            ("Sát ngưỡng (từ mức này đến dưới ngưỡng)", rows(rules.near, rules.near_on(view.end))),
        ),
        note=f"{sentence(follows)}." if follows else "",
    )


def administration_card(settings: Sequence[Setting], mended: Sequence[str], missing: Sequence[str]) -> str:
    """Draw what an administrator looks up, folded: settings, names of columns, names in the API.

    ``mended``, ``missing``: by the names of tables and columns.
    """
    return markup(
        "method_administration.html",
        title="Dành cho quản trị",
        subtitle="Cài đặt đang dùng, tên bảng và cột của nguồn, tên chỉ số và cảnh báo trong API.",
        settings=settings,
        mended=mended,
        missing=missing,
        names=[
            *((one.name, one.id) for one in METRICS.values()),
            *((one.name, one.id) for one in FLAGS.values()),
        ],
    )


def _since(rule: Rule) -> str:
    return "từ đầu" if rule.since is None else f"từ {day_text(rule.since)}"


def words_card() -> str:
    """Draw what the words on screen mean."""
    return markup(
        "method_words.html",
        title="Từ dùng trên các trang",
        subtitle="Cùng một từ ở mọi trang, tệp tải về và bản in.",
        words=WORDS,
    )
