"""What a card shows when it has no figures: three outcomes, three looks."""

from __future__ import annotations

from dashboard.figures.shared.markup import markup
from queries.asked.view import View

NO_DATA = "không có dữ liệu"
"""What depends on a table or column that the source does not have: never 0."""
NOT_STARTED = "Kỳ chưa bắt đầu"
BARRED = "Kỳ này không thuộc phạm vi tài khoản được xem"
BARRED_MONTH = "ngoài phạm vi được xem"
"""What is said of a month in a trend that its reader may not see."""
UNTOLD = (
    "Số toàn địa bàn ghi “—” hoặc không nêu ở chỗ lấy số ấy trừ số được xem là ra số của riêng một đơn vị "
    "khác: khi ngoài các đơn vị được xem chỉ một đơn vị có số liệu; khi lọc theo lĩnh vực, thủ tục; với "
    "khoảng ngày tự chọn, hoặc số liệu ở thời điểm khác."
)
"""Why the district's total does not stand beside a unit's own; the same whatever the reason is."""
UNTOLD_LINE = "đường xám nhạt: toàn địa bàn, đứt ở tháng không nêu để không lộ số của riêng một đơn vị khác"
UNTOLD_MONTH = "không nêu, để không lộ số của riêng một đơn vị khác"


def why_no_figures(view: View) -> tuple[str, str]:
    """Say why there are no figures of a view, as a title and a sentence."""
    if view.is_barred:
        return BARRED, "Hãy chọn một kỳ được xem; muốn xem kỳ này, hỏi người quản trị."
    return NOT_STARTED, f"Kỳ này bắt đầu từ {view.period.start:%d/%m/%Y}."


def nothing(title: str, text: str = "Không có hồ sơ nào trong kỳ này", more: str = "") -> str:
    """Say that there is nothing in this period: calm, it is an answer."""
    return markup("outcome.html", kind="nothing", title=title, text=text, more=more, code="", request="")


def failed(text: str, code: str, more: str = "", *, request: str = "") -> str:
    """Say that a card could not be drawn, with the code of the cause and the request's id, as in the log."""
    return markup("outcome.html", kind="failed", title="", text=text, more=more, code=code, request=request)
