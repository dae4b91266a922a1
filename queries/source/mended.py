"""What was mended or left out when a source was read clean: its reasons, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from queries.source.files.rows import WHY
from queries.source.files.sheet import LOSSES

EXAMPLES = 3
"""So many keys are kept as examples of each thing mended."""


class Reason(StrEnum):
    """Why a value was changed, emptied or only noted, or a row left out."""

    BLANKS = "blanks"
    NOT_NFC = "not_nfc"
    BROKEN_TEXT = "broken_text"
    FOLDED_CODE = "folded_code"
    AMBIGUOUS_CODE = "ambiguous_code"
    UNKNOWN_CODE = "unknown_code"
    FOLDED_WORD = "folded_word"
    UNKNOWN_WORD = "unknown_word"
    NOT_BOOLEAN = "not_boolean"
    NOT_NUMBER = "not_number"
    NO_SUCH_DAY = "no_such_day"
    OUTSIDE_YEARS = "outside_years"
    OTHER_DAY_ORDER = "other_day_order"
    SHORT_YEAR = "short_year"
    NOT_MOMENT = "not_moment"
    LEFT_OUT = "left_out"
    SAME_ROW = "same_row"
    SAME_KEY = "same_key"
    NAMED_CODE = "named_code"
    AMBIGUOUS_NAME = "ambiguous_name"
    UNDERSTOOD_WORD = "understood_word"
    DERIVED = "derived"
    OVERLAP = "overlap"
    MERGED_DOWN = "merged_down"
    NO_KEY = "no_key"
    NO_MOMENT = "no_moment"
    NO_WORD = "no_word"
    NUMBERING = "numbering"
    HEADER_AGAIN = "header_again"
    SUMMARY = "summary"
    OUTSIDE = "outside"
    SHIFTED = "shifted"
    ERROR_CELL = "error_cell"
    NO_RESULT = "formula_without_result"
    ROUNDED = "rounded_number"
    SERIAL = "serial_day"


@dataclass(frozen=True, order=True)
class Respelled:
    """One distinct value that was mended: ``value`` as it came, ``target`` what it became."""

    table: str
    column: str
    reason: str
    value: str
    target: str


RESPELLED = 20
"""So many distinct values are told of each thing mended."""

SENTENCES: dict[Reason, str] = {
    Reason.BLANKS: "Có khoảng trắng hoặc ký tự ẩn ở hai đầu; đã bỏ đi.",
    Reason.NOT_NFC: "Chữ Việt viết bằng dấu rời (không phải Unicode dựng sẵn NFC); đã đổi về dựng sẵn.",
    Reason.BROKEN_TEXT: "Có byte không phải chữ UTF-8; mỗi chỗ như thế thành dấu \ufffd; xem lại "
    "bảng mã của nguồn.",
    Reason.FOLDED_CODE: "Mã viết khác danh mục (chữ hoa, chữ thường); đã lấy mã của danh mục.",
    Reason.AMBIGUOUS_CODE: "Mã khớp với nhiều mã của danh mục khi không phân biệt chữ hoa, chữ thường; giữ "
    "nguyên, tính là không rõ.",
    Reason.UNKNOWN_CODE: "Mã không có trong danh mục; giữ nguyên, tính là không rõ.",
    Reason.FOLDED_WORD: "Từ viết khác chữ hoa, chữ thường; đã đổi về từ của hợp đồng dữ liệu.",
    Reason.UNKNOWN_WORD: "Từ không có trong hợp đồng dữ liệu; giữ nguyên, tính là không rõ; nếu biết nghĩa, "
    "khai ở [values].",
    Reason.NOT_BOOLEAN: "Không đọc được là có hay không; để trống.",
    Reason.NOT_NUMBER: "Không đọc được thành số; để trống.",
    Reason.NO_SUCH_DAY: "Ngày không có thật (như 0000-00-00, 30/02, infinity); để trống.",
    Reason.OUTSIDE_YEARS: "Ngày nằm ngoài các năm đọc được; để trống.",
    Reason.OTHER_DAY_ORDER: "Ngày viết trái với thứ tự ngày, tháng đã khai (như tháng 15); để trống; xem lại "
    "khuôn ngày ở cài đặt.",
    Reason.SHORT_YEAR: "Năm chỉ viết hai chữ số (như 05/11/26); không đoán thế kỷ nên để trống; xuất lại với "
    "năm bốn chữ số, hoặc khai date_formats có %y.",
    Reason.NOT_MOMENT: "Không đọc được thành ngày giờ; để trống.",
    Reason.LEFT_OUT: "Dòng mang giá trị mà [values] nói là bỏ qua; đã bỏ.",
    Reason.SAME_ROW: "Dòng giống hệt một dòng khác; chỉ giữ một.",
    Reason.SAME_KEY: "Dòng trùng khóa với dòng khác; giữ dòng cập nhật sau cùng.",
    Reason.NAMED_CODE: "Ghi tên thay cho mã; hiểu theo tên vì chỉ một tên trong danh mục khớp.",
    Reason.AMBIGUOUS_NAME: "Ghi tên thay cho mã, và nhiều đơn vị hoặc thủ tục cùng tên này; giữ nguyên, tính "
    "là không rõ.",
    Reason.UNDERSTOOD_WORD: "Từ của hệ thống nguồn, hiểu theo bảng từ có sẵn; nếu hiểu sai, khai ở [values].",
    Reason.DERIVED: "Không có bảng đơn vị; đơn vị và loại đơn vị được suy ra từ hồ sơ; nên thêm bảng units.",
    Reason.OVERLAP: "Dòng có cả ở tệp hoặc trang khác; chỉ giữ một (dòng cập nhật sau cùng, cơ sở dữ liệu, "
    "rồi tệp mới hơn).",
    Reason.MERGED_DOWN: "Ô gộp xuống nhiều dòng; mỗi dòng được gộp mang giá trị của ô ấy.",
    Reason.NO_KEY: "Dòng không có mã nên không dùng được; dòng của tệp thì motcua refresh ghi lại ở thư mục "
    "tra-lai để sửa.",
    Reason.NO_MOMENT: "Dòng không có ngày nên không dùng được; dòng của tệp thì motcua refresh ghi lại ở thư "
    "mục tra-lai để sửa.",
    Reason.NO_WORD: 'Để trống; tính là không rõ; nếu biết nghĩa của ô trống, khai "" = … ở [values].',
    **{Reason(one.value): told for one, told in (*WHY.items(), *LOSSES.items())},
}
"""What a person is told of each reason."""


@dataclass(frozen=True, order=True)
class Mended:
    """How often one thing happened in one column; ``examples``: up to three keys, joined by "; ".

    ``column`` is the table's key where whole rows are concerned.
    """

    table: str
    column: str
    reason: str
    count: int
    examples: str
