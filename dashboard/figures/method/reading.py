"""Phương pháp begins with one figure, read aloud: what it counts, what it leaves out, what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.figures.method.example import steps_of
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import edges, needed_text, threshold_text
from dashboard.formats import count_text, rate_text, sentence, share_text
from queries.asked.view import View
from queries.definitions.metrics import BASIS_NAMES, FEW, METRICS, late_metric, over
from queries.on_time.judging import Row, Tally

_LATE = (
    "Kết quả về đến bộ phận một cửa sau ngày hẹn trả đầu tiên. Phiếu xin lỗi và hẹn lại không xóa trễ; chỉ "
    "tạm dừng đúng luật mới dời ngày hẹn."
)
_CAREFUL = (
    f"Dưới {FEW} hồ sơ thì một hồ sơ trễ đã làm tỷ lệ nhảy hơn 5 điểm %: ghi “ít hồ sơ”, không gọi là kém "
    "nhất. Tỷ lệ của toàn địa bàn là tổng chia tổng, không phải trung bình của các tỷ lệ."
)


@dataclass(frozen=True)
class Step:
    """One step of the reading; ``href`` opens the dossiers it speaks of, "" for none."""

    name: str
    text: str
    href: str = ""
    number: str = ""


def reading_title(row: Row, view: View) -> str:
    """Name the page by the real figure: "Tỷ lệ 3,70% đọc thế nào"."""
    share = row.verdict.share
    rate = f"Tỷ lệ {rate_text(share, 2, edges(view))}" if share.b else "Tỷ lệ trễ hẹn"
    return f"{rate} đọc thế nào"


def reading_lead(row: Row, view: View, whose: str) -> str:
    """Say the figure with its two numbers; ``whose``: as within a sentence."""
    share, of = row.verdict.share, BASIS_NAMES[view.basis].removeprefix("trên ")
    name = whose[0].upper() + whose[1:]
    if not share.b:
        return f"{name}: không có {of} trong kỳ này nên không có tỷ lệ, in “—”."
    rate = rate_text(share, 2, edges(view))
    return f"{name}: {count_text(share.a)} hồ sơ trễ trên {count_text(share.b)} {of}, tức {rate}."


def reading(row: Row, view: View, *, listed: Callable[..., str]) -> str:
    """Draw the steps; ``listed`` opens the dossiers behind a count."""
    metric, share = late_metric(view.basis), row.verdict.share
    top, bottom = steps_of(view.basis, row.tally, view)
    told = [
        Step("Thế nào là trễ", _LATE),
        Step("Tử số", sentence(top.sum), listed(metric.numerator) if share.a else "", top.total),
        Step("Mẫu số", sentence(bottom.sum), listed(metric.denominator) if share.b else "", bottom.total),
        *_threshold(row, view),
        *_waiting(row.tally, view, listed),
        Step("Không tính là trễ", _outside(row.tally, view.basis)),
        Step("Đọc cẩn thận", _CAREFUL),
    ]
    return markup(
        "method_reading.html",
        title="Từng bước",
        subtitle=f"Cách tính {view.basis}, {BASIS_NAMES[view.basis]}. Bấm vào số để xem đúng những hồ sơ đã "
        "đếm.",
        steps=told,
        note=f"Căn cứ: {metric.source_text(view)}.",
    )  # fmt: skip


def _threshold(row: Row, view: View) -> list[Step]:
    verdict, threshold = row.verdict, threshold_text(view)
    if not verdict.share.b:
        return []
    is_over = over(verdict.share, edges(view)[0])
    text = f"Từ {threshold} là vượt; " + ("đã vượt." if is_over else "chưa vượt.")
    if verdict.needed is not None and view.is_running:
        text += f" {needed_text(verdict.needed, view)}."
    elif verdict.affordable is not None and view.is_running:
        more = f"{count_text(verdict.affordable)} hồ sơ trễ"
        text += f" Còn được thêm {more} trước khi chạm {threshold}." if verdict.affordable else (
            f" Thêm 1 hồ sơ trễ là chạm {threshold}.")  # fmt: skip
    return [Step(f"So với ngưỡng {threshold}", f"{text} Căn cứ: {view.rules.threshold_cited(view.end)}.")]


def _waiting(tally: Tally, view: View, listed: Callable[..., str]) -> list[Step]:
    """Say of the overdue dossiers whether the rate has them, and what it would be without them waiting."""
    count, name = tally["open_overdue"], METRICS["open_overdue"].name
    if not count:
        return [Step(name, "Không còn hồ sơ nào.")]
    inside = {
        "A": "Chưa có trong tỷ lệ này, vì chưa xong.",
        "B": "Có trong tỷ lệ này, nếu hẹn trả trong kỳ.",
        "C": "Đã có trong tử số.",
        "D": "Có trong tỷ lệ này, nếu tiếp nhận trong kỳ.",
    }[view.basis]
    text = inside
    if view.basis == "A" and view.is_running:
        would = tally.with_backlog_done
        rate = rate_text(would, 2, edges(view))
        text += f" Nếu hôm nay xử lý hết, tỷ lệ trễ thành {rate} ({share_text(would)})."
    return [Step(name, text, listed("open_overdue"), count_text(count))]


def _outside(tally: Tally, basis: str) -> str:
    words = ("refused", "withdrawn", "undated", "suspended")
    told = [f"{METRICS[word].name.lower()} {count_text(tally[word])}" for word in words]
    where = "Có trong mẫu số, không bao giờ ở tử số" if basis in ("C", "D") else "Đếm riêng, ngoài tỷ lệ"
    return f"{where}: {', '.join(told)}."
