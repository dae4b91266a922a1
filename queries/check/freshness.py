"""Of which moment the data are, and how they are kept fresh: loads, updated_at, the time of a reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from queries.check.findings import NOTE, WARNING, Duration, Finding, counted, listed
from queries.check.trial import Course, Trial
from queries.source.engines import Patience
from queries.source.mapping import SourceMapping

_LIVE = (
    'nếu đây là cơ sở dữ liệu đang vận hành, đặt as_of = "live" để lấy thời điểm của lần cập nhật bản sao '
    "gần nhất"
)
_MANY_ROWS = 10_000
"""Of fewer rows nobody notices that an index is missing."""


def moments_found(outside: Sequence[str], remedy: str) -> Iterator[Finding]:
    """Give the tables that are not read as of one moment; ``remedy``: what puts them there."""
    if outside:
        told = (
            f"Bảng {listed(outside, len(outside))} được đọc mỗi bảng ở một lúc, không cùng thời điểm với các "
            "bảng khác: điều ghi vào nguồn giữa lần đọc có thể có ở bảng này mà chưa có ở bảng kia. Muốn mọi "
            f"bảng ở cùng một thời điểm, người quản trị cơ sở dữ liệu chạy {remedy}."
        )
        yield Finding(WARNING, "", None, "outside_snapshot", told)


def loads_found(trial: Trial, *, live: bool) -> Iterator[Finding]:
    """Give why the moment of the data is not told by ``loads``, where it is not."""
    if live:
        return
    if not trial.has("loads"):
        told = (
            "Không có bảng loads: thời điểm của số liệu được suy ra từ ngày giờ mới nhất của hồ sơ; tạo bảng "
            f"loads và ghi một dòng sau mỗi lần nạp, hoặc {_LIVE}."
        )
        yield Finding(NOTE, "loads", None, "loads_missing", told)
    elif not trial.reading.rows["loads"]:
        told = (
            "Bảng loads có nhưng chưa có dòng nào: thời điểm của số liệu tạm suy ra từ hồ sơ, và bảng theo "
            f"dõi không biết lần nạp nào đã xong; ghi một dòng sau mỗi lần nạp, hoặc {_LIVE}."
        )
        yield Finding(WARNING, "loads", None, "loads_empty", told, 0)
    elif not trial.row("SELECT count(as_of) FROM loads")[0]:
        told = (
            "Bảng loads có dòng nhưng không dòng nào có as_of đọc được: thời điểm của số liệu được suy ra từ "
            f"hồ sơ; ghi as_of ở mỗi lần nạp, hoặc {_LIVE}."
        )
        yield Finding(WARNING, "loads", "as_of", "loads_without_as_of", told)


def changes_found(trial: Trial, mapping: SourceMapping) -> Iterator[Finding]:
    """Give whether changes alone can be read: whether updated_at is there, and indexed."""
    survey, rows = trial.survey, trial.reading.rows["dossiers"]
    if not trial.has("dossiers.updated_at"):
        told = (
            "dossiers không có updated_at: không biết hồ sơ nào mới thay đổi, nên mỗi lần cập nhật phải đọc "
            "lại toàn bộ."
        )
        yield Finding(NOTE, "dossiers", "updated_at", "no_updated_at", told)
    elif survey.is_indexed is None:
        told = (
            "dossiers là view: bảng gốc nên có chỉ mục (index) trên cột updated_at để chỉ đọc những gì thay "
            "đổi; ngoài ra không cần chỉ mục nào."
        )
        yield Finding(NOTE, "dossiers", "updated_at", "index_unknown", told)
    elif not survey.is_indexed and rows >= _MANY_ROWS:
        table, column = mapping.table("dossiers"), mapping.column("dossiers", "updated_at")
        place = f"{mapping.schema}.{table}" if mapping.schema else table
        told = (
            f"Bảng {table} không có chỉ mục (index) trên {column}: hỏi “có gì mới” phải đọc cả bảng. Nên "
            f"tạo: CREATE INDEX {table}_{column} ON {place} ({column})."
        )
        yield Finding(WARNING, "dossiers", "updated_at", "missing_index", told, rows)


def time_found(
    trial: Trial, duration: Duration, course: Course, *, usual: Patience, percent: int
) -> Iterator[Finding]:
    """Give how long a reading takes, what that means for how often it is done, and what is too slow.

    ``usual``: how long the refresh waits; ``percent``: how much of the time it may read.
    """
    seconds = duration.source_seconds
    told = (
        f"Đọc toàn bộ {counted(duration.rows)} dòng mất {seconds_told(seconds)} "
        f"({counted(duration.rows_per_second)} dòng mỗi giây), làm sạch "
        f"{seconds_told(duration.cleaning_seconds)}."
    )
    if not trial.has("dossiers.updated_at"):
        least = seconds_told(max(60, seconds * 100 / percent))
        told += f" Không có updated_at nên không đọc lại thường hơn mỗi {least}."
    yield Finding(NOTE, "", None, "duration", told, duration.rows)
    for table, taken in course.seconds.items():
        wait = trial.reading.waits.get(table, 0.0)
        if wait > usual.silence:
            sentence = (
                f"Bảng {table}: có lần chờ {seconds_told(wait)} mới có dòng tiếp theo, lâu hơn "
                f"source_silence_seconds = {usual.silence:.0f}; khi phục vụ, lần đọc như vậy bị bỏ. View cần "
                "nhanh hơn, hoặc tăng cài đặt này."
            )
            yield Finding(WARNING, table, None, "slow", sentence)
        elif taken > usual.table:
            sentence = (
                f"Bảng {table} mất {seconds_told(taken)} để đọc, lâu hơn source_table_seconds = "
                f"{usual.table:.0f}; khi phục vụ, lần đọc như vậy bị bỏ. View cần nhanh hơn, hoặc tăng cài "
                "đặt "
                "này."
            )
            yield Finding(WARNING, table, None, "slow", sentence)


def seconds_told(seconds: float) -> str:
    """Give a length of time in Vietnamese: 0,4 giây; 12 giây; 3 phút 20 giây."""
    if seconds < 10:
        return f"{seconds:.1f} giây".replace(".", ",")
    if seconds < 60:
        return f"{seconds:.0f} giây"
    minutes, rest = divmod(round(seconds), 60)
    return f"{counted(minutes)} phút {rest} giây" if rest else f"{counted(minutes)} phút"
