"""The tables the dashboard reads, declared once.

A district's database administrator exposes the tables as views (or renames them in
the settings). Only ``units`` and ``dossiers`` and the columns marked required must
exist; whatever else is missing is read as NULL, and ``Courses.has`` says so, so that a
reader sees "không có dữ liệu" and never a zero. Nothing personal about citizens is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, in words a database administrator can check."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """One column of the contract.

    ``required``: the dashboard cannot work without it. ``key``: part of the table's
    key, so null and repeated values are defects. ``words``: the values it may hold.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    key: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table or view of the contract; ``label`` is its Vietnamese name."""

    name: str
    label: str
    columns: tuple[Column, ...]
    required: bool = False

    def __getitem__(self, name: str) -> Column:
        """Give the column of that name; KeyError where the contract has none."""
        for one in self.columns:
            if one.name == name:
                return one
        raise KeyError(f"{self.name}.{name}")


UNIT_KINDS = (
    "ward", "commune", "township", "zone", "department", "desk", "center", "branch", "point",
)  # fmt: skip
CHANNELS = ("counter", "online", "post", "kiosk")
STATES = ("open", "suspended", "finished", "refused", "withdrawn")
CLOSED_STATES = ("finished", "refused", "withdrawn")
ONLINE_LEVELS = ("1", "2", "3", "4", "partial", "full")
RATING_LEVELS = ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")
RATING_SOURCES = ("tablet", "paper", "front", "online", "sipas")
SLIP_KINDS = ("apology", "supplement", "refusal")
SAMPLE_SOURCE = "DỮ LIỆU MẪU"
"""``loads.source`` of the sample district begins with this; nothing else marks a sample."""


def _text(
    name: str, meaning: str, *, required: bool = False, key: bool = False, words: tuple[str, ...] = ()
) -> Column:
    return Column(name, Kind.TEXT, meaning, required, key, words)


def _moment(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, Kind.MOMENT, meaning, required)


def _day(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, Kind.DAY, meaning, required)


def _number(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, Kind.NUMBER, meaning, required)


def _decimal(name: str, meaning: str) -> Column:
    return Column(name, Kind.DECIMAL, meaning)


def _yes_no(name: str, meaning: str) -> Column:
    return Column(name, Kind.BOOLEAN, meaning)


CONTRACT: dict[str, Table] = {
    one.name: one
    for one in (
        Table(
            "units",
            "đơn vị",
            (
                _text("unit_code", "mã đơn vị", required=True, key=True),
                _text("name", "tên đơn vị", required=True),
                _text(
                    "kind",
                    "loại: ward phường, commune xã, township thị trấn, zone đặc khu; department phòng chuyên "
                    "môn, desk bộ phận một cửa cấp huyện, center Trung tâm Phục vụ hành chính công, branch "
                    "chi nhánh, point điểm tiếp nhận",
                    required=True,
                    words=UNIT_KINDS,
                ),
                _text("parent_code", "mã đơn vị cấp trên"),
                _number("sort_order", "thứ tự trình bày"),
                _day("active_from", "hoạt động từ ngày"),
                _day("active_to", "hoạt động đến hết ngày"),
                _text("successor_code", "mã đơn vị kế thừa sau sáp nhập"),
                _yes_no("has_postal_contract", "có hợp đồng bưu chính công ích"),
                _text("head_name", "người đứng đầu"),
            ),
            required=True,
        ),
        Table(
            "procedures",
            "thủ tục hành chính",
            (
                _text("procedure_code", "mã thủ tục", required=True, key=True),
                _text("name", "tên thủ tục", required=True),
                _text("field", "lĩnh vực"),
                _text("level", "cấp giải quyết: commune xã, district huyện", words=("commune", "district")),
                _text(
                    "online_level",
                    "mức độ trực tuyến: 1, 2, 3, 4, partial một phần, full toàn trình",
                    words=ONLINE_LEVELS,
                ),
                _number("time_limit_days", "thời hạn giải quyết, ngày làm việc"),
                _yes_no("interlinked", "thủ tục liên thông"),
            ),
        ),
        Table(
            "dossiers",
            "hồ sơ",
            (
                _text("dossier_code", "mã hồ sơ", required=True, key=True),
                _text("unit_code", "đơn vị chịu trách nhiệm kết quả, được tính số liệu", required=True),
                _text("receiving_unit_code", "nơi nộp hồ sơ, khi khác đơn vị chịu trách nhiệm"),
                _text("procedure_code", "mã thủ tục"),
                _text("field", "lĩnh vực, khi nguồn không có thủ tục"),
                _text(
                    "channel",
                    "kênh nộp: counter trực tiếp, online trực tuyến, post bưu chính công ích, kiosk ki-ốt",
                    required=True,
                    words=CHANNELS,
                ),
                _text("online_level", "mức độ trực tuyến khi tiếp nhận", words=ONLINE_LEVELS),
                _yes_no("assisted", "công chức nộp trực tuyến hộ công dân"),
                _moment("submitted_at", "thời điểm nộp, trước khi tiếp nhận"),
                _moment("received_at", "thời điểm tiếp nhận", required=True),
                _moment("clock_start_at", "thời điểm bắt đầu tính thời hạn, khi khác lúc tiếp nhận"),
                _moment(
                    "due_at",
                    "thời điểm hẹn trả ĐẦU TIÊN; chỉ tạm dừng đúng luật mới dời, hẹn lại thì "
                    "không; chỉ có ngày nghĩa là hết ngày đó",
                    required=True,
                ),
                _moment("current_due_at", "thời điểm hẹn trả đang hiệu lực, sau hẹn lại"),
                _moment(
                    "finished_at",
                    "thời điểm kết quả về đến bộ phận một cửa (không phải lúc công dân nhận); "
                    "trống khi chưa xong",
                    required=True,
                ),
                _moment("returned_at", "thời điểm trả kết quả cho công dân"),
                _yes_no("returned_by_post", "trả kết quả qua bưu chính"),
                _text(
                    "state",
                    "trạng thái: open đang giải quyết, suspended tạm dừng, finished đã giải quyết, "
                    "refused từ chối, withdrawn công dân rút",
                    required=True,
                    words=STATES,
                ),
                _moment("suspended_since", "bắt đầu lần tạm dừng đang hiệu lực"),
                _text("officer_code", "mã công chức chịu trách nhiệm"),
                _text("late_reason", "lý do trễ, theo danh mục"),
                _moment("updated_at", "lần thay đổi cuối ở nguồn"),
            ),
            required=True,
        ),
        Table(
            "slips",
            "phiếu",
            (
                _text("slip_id", "mã phiếu", required=True, key=True),
                _text("dossier_code", "mã hồ sơ", required=True),
                _text(
                    "kind",
                    "loại: apology xin lỗi và hẹn lại, supplement yêu cầu bổ sung, refusal từ chối",
                    required=True,
                    words=SLIP_KINDS,
                ),
                _moment("issued_at", "thời điểm ban hành", required=True),
                _text("issuing_unit_code", "đơn vị ban hành, khi khác đơn vị của hồ sơ"),
                _moment("due_before", "hẹn trả đang hiệu lực lúc ban hành phiếu"),
                _moment("new_due_at", "hẹn trả mới"),
                _text("reason", "lý do"),
            ),
        ),
        Table(
            "ratings",
            "phiếu đánh giá",
            (
                _text("unit_code", "mã đơn vị", required=True),
                _day("rated_on", "ngày đánh giá", required=True),
                _text(
                    "source",
                    "nguồn: tablet, paper, front MTTQ, online, sipas",
                    required=True,
                    words=RATING_SOURCES,
                ),
                _text("level", "mức đánh giá", required=True, words=RATING_LEVELS),
                _number("votes", "số phiếu", required=True),
                _text("dossier_code", "mã hồ sơ"),
            ),
        ),
        Table(
            "officers",
            "công chức",
            (
                _text("officer_code", "mã công chức", required=True, key=True),
                _text("name", "họ tên công chức"),
                _text("unit_code", "mã đơn vị"),
                _yes_no("on_contract", "lao động hợp đồng"),
            ),
        ),
        Table(
            "complaints",
            "phản ánh, kiến nghị",
            (
                _text("complaint_id", "mã phản ánh", required=True, key=True),
                _text("unit_code", "mã đơn vị", required=True),
                _day("received_on", "ngày tiếp nhận", required=True),
                _text("field", "lĩnh vực"),
                _day("due_on", "hạn trả lời"),
                _day("answered_on", "ngày trả lời"),
            ),
        ),
        Table(
            "receptions",
            "tiếp công dân",
            (
                _text("unit_code", "mã đơn vị", required=True),
                _day("held_on", "ngày tiếp", required=True),
                _text("kind", "loại buổi tiếp"),
            ),
        ),
        Table(
            "loads",
            "nạp dữ liệu",
            (
                _moment("as_of", "số liệu đến thời điểm", required=True),
                _moment("loaded_at", "thời điểm nạp"),
                _text("source", "nguồn"),
                _number("rows", "số dòng"),
            ),
        ),
        Table(
            "events",
            "mốc",
            (
                _day("on_day", "ngày", required=True),
                _text("title", "tên mốc, ví dụ “Bắt đầu thí điểm”", required=True),
                _text("unit_code", "mã đơn vị; trống: mọi đơn vị"),
                _text("document", "văn bản"),
            ),
        ),
        Table(
            "duties",
            "việc phải làm theo văn bản",
            (
                _text("duty_id", "mã việc", required=True, key=True),
                _text("unit_code", "mã đơn vị", required=True),
                _text("title", "việc phải làm", required=True),
                _day("due_on", "hạn", required=True),
                _day("done_on", "ngày làm xong"),
                _text("document", "văn bản"),
            ),
        ),
        Table(
            "published",
            "số liệu đã công bố",
            (
                _text("unit_code", "mã đơn vị", required=True),
                _text("source", "nơi công bố", required=True),
                _day("period_start", "từ ngày", required=True),
                _day("period_end", "đến hết ngày", required=True),
                _number("received", "số tiếp nhận"),
                _number("on_time", "số đúng hạn"),
                _number("late", "số trễ hạn"),
                _decimal("score", "điểm"),
                _number("rank", "thứ hạng"),
            ),
        ),
        Table(
            "steps",
            "luân chuyển",
            (
                _text("dossier_code", "mã hồ sơ", required=True),
                _number("step_no", "bước thứ", required=True),
                _text("unit_code", "mã đơn vị", required=True),
                _text("officer_code", "mã công chức"),
                _moment("received_at", "thời điểm nhận"),
                _moment("due_at", "thời điểm phải chuyển"),
                _moment("handed_at", "thời điểm chuyển"),
            ),
        ),
    )
}

MAIN_MOMENT = {
    "dossiers": "received_at", "slips": "issued_at", "ratings": "rated_on", "complaints": "received_on",
    "receptions": "held_on", "loads": "as_of",
}  # fmt: skip
"""The column by which a table's first and last days are told; a row of a sheet without it is none."""
