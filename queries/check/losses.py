"""What would be mended, lost or left empty when the source is read, by table, column and reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from queries.check.findings import ERROR, NOTE, WARNING, Finding, counted, listed, percent
from queries.check.trial import Trial
from queries.check.words import MANY_PERCENT
from queries.contract import CONTRACT
from queries.source.clean import CATALOGUES
from queries.source.folding import fold
from queries.source.mended import SENTENCES, Mended, Reason, Respelled

_ELSEWHERE = frozenset({Reason.UNKNOWN_WORD, Reason.NOT_BOOLEAN, Reason.OTHER_DAY_ORDER})
"""Told with the words and with the dates."""

_HARMLESS = frozenset({
    Reason.BLANKS, Reason.NOT_NFC, Reason.FOLDED_WORD, Reason.LEFT_OUT, Reason.SAME_ROW, Reason.NAMED_CODE,
    Reason.UNDERSTOOD_WORD, Reason.OVERLAP, Reason.NUMBERING, Reason.HEADER_AGAIN, Reason.SUMMARY,
    Reason.OUTSIDE, Reason.MERGED_DOWN, Reason.SERIAL,
})  # fmt: skip
_CODES = frozenset({
    Reason.FOLDED_CODE, Reason.AMBIGUOUS_CODE, Reason.UNKNOWN_CODE, Reason.NAMED_CODE, Reason.AMBIGUOUS_NAME,
})  # fmt: skip
_WORDS = frozenset({Reason.FOLDED_WORD, Reason.UNDERSTOOD_WORD})
_TOLD_IN_PAIRS = _WORDS | {Reason.FOLDED_CODE, Reason.NAMED_CODE}
_EMPTIED = frozenset({Reason.NOT_NUMBER, Reason.NO_SUCH_DAY, Reason.OUTSIDE_YEARS, Reason.NOT_MOMENT,
                      Reason.OTHER_DAY_ORDER, Reason.SHORT_YEAR})  # fmt: skip
_UNREADABLE = _EMPTIED - {Reason.OTHER_DAY_ORDER}
_NOT_YET = frozenset({Reason.NO_SUCH_DAY, Reason.OUTSIDE_YEARS})
_SIDE_COUNTS = frozenset({"receiving_unit_code", "officer_code", "successor_code", "parent_code"})
"""Codes on which no main figure depends."""

HAPPENED = {
    "dossiers": ("received_at", "finished_at", "returned_at", "suspended_since", "updated_at"),
    "slips": ("issued_at",), "ratings": ("rated_on",), "complaints": ("received_on", "answered_on"),
    "receptions": ("held_on",), "loads": ("as_of", "loaded_at"),
}  # fmt: skip
"""Columns that tell what has happened, so that none may lie in the future."""

_MEANS_NOTHING = frozenset({"dossiers.finished_at"})
"""Required columns that are empty of right."""


def mended_found(trial: Trial, mended: Sequence[Mended], respelled: Sequence[Respelled]) -> Iterator[Finding]:
    """Give one finding a table, column and reason."""
    for one in mended:
        reason = Reason(one.reason)
        if reason not in _ELSEWHERE:
            total = trial.reading.rows[one.table]
            examples = (
                () if _is_of_officials(one) else tuple(one.examples.split("; ") if one.examples else ())
            )
            told = f"{one.table}.{one.column}: {counted(one.count)} dòng. {SENTENCES[reason]}"
            told += _values(one, reason, respelled) or (f" Ví dụ: {', '.join(examples)}." if examples else "")
            yield Finding(_severity(one, reason, total), one.table, one.column, reason.value, told, one.count,
                          examples)  # fmt: skip


def _severity(one: Mended, reason: Reason, total: int) -> str:
    if reason in _HARMLESS or (reason in _CODES and one.column in _SIDE_COUNTS):
        return NOTE
    is_most = 100 * one.count >= MANY_PERCENT * total
    is_needed = CONTRACT[one.table][one.column].required and CONTRACT[one.table].required
    # Of what is empty of right a day that is none (0000-00-00, 1900-01-01) is how many sources say so.
    is_nothing = f"{one.table}.{one.column}" in _MEANS_NOTHING and reason in _NOT_YET
    if is_nothing:
        return WARNING
    if is_most and is_needed and reason in (_UNREADABLE | {Reason.UNKNOWN_CODE}):
        return ERROR
    return WARNING


def _values(one: Mended, reason: Reason, respelled: Sequence[Respelled]) -> str:
    """Name the codes: which folded to which, which are not known; of officials nothing."""
    if reason not in (_CODES | _WORDS) or _is_of_officials(one) or one.column == "officer_code":
        return ""
    of_this = [each for each in respelled
               if (each.table, each.column, each.reason) == (one.table, one.column, one.reason)]  # fmt: skip
    if reason in _TOLD_IN_PAIRS:
        pairs = [f"{each.value}” → “{each.target}" for each in of_this]
        return f" Đó là: {listed(pairs)}." if pairs else ""
    return f" Đó là: {listed([each.value for each in of_this])}." if of_this else ""


def _is_of_officials(one: Mended) -> bool:
    return one.table == "officers"


def codes_alike(trial: Trial) -> Iterator[Finding]:
    """Give the codes of a catalogue that differ only in how they are written: each is one of its own."""
    for name, key in CATALOGUES.items():
        by_fold: dict[str, list[str]] = {}
        for (code,) in trial.rows(f'SELECT "{key}" FROM "{name}" WHERE "{key}" IS NOT NULL ORDER BY 1'):
            by_fold.setdefault(fold(str(code)), []).append(str(code))
        alike = [codes for codes in by_fold.values() if len(codes) > 1]
        if alike:
            pairs = [f"{'” và “'.join(codes)}" for codes in alike]
            which = "" if name == "officers" else f": {listed(pairs)}"
            told = (
                f"Bảng {name} có mã chỉ khác nhau ở chữ hoa, chữ thường{which}; mỗi mã được tính riêng, và "
                "hồ sơ "
                "ghi kiểu thứ ba thì không biết là mã nào."
            )
            yield Finding(WARNING, name, key, "alike_codes", told, sum(map(len, alike)))


_EMPTY_MEANS = {
    "units": "mọi hồ sơ thành không rõ đơn vị, không xếp hạng được",
    "dossiers": "mọi số về hồ sơ sẽ trống",
}
"""What a required table without rows leaves empty: not every page, where other tables have rows."""


def gaps_found(trial: Trial, mended: Sequence[Mended], now: datetime) -> Iterator[Finding]:
    """Give, one finding a table, what is empty where it is required, and what lies in the future."""
    for name, spec in CONTRACT.items():
        if not trial.has(name):
            continue
        total = trial.reading.rows[name]
        if not total:
            if spec.required:
                told = f"Bảng {name} ({spec.label}) chưa có dòng nào; {_EMPTY_MEANS[name]}."
                others = [
                    f"{other} {counted(rows)} dòng"
                    for other, rows in trial.reading.rows.items()
                    if rows and other in CONTRACT and other != name
                ]
                told += f" Bảng có dòng: {', '.join(others)}." if others else ""
                yield Finding(WARNING, name, None, "empty", told, 0)
            continue
        lost = {
            one.column: one.count for one in mended if one.table == name and Reason(one.reason) in _EMPTIED
        }
        columns = [one.name for one in spec.columns if one.required and trial.has(f"{name}.{one.name}")]
        empty = _counts(trial, name, [f'"{one}" IS NULL' for one in columns])
        left = {column: n - lost.get(column, 0) for column, n in zip(columns, empty, strict=True)}
        gaps = {one: n for one, n in left.items() if n > 0 and f"{name}.{one}" not in _MEANS_NOTHING}
        if gaps:
            told = ", ".join(f"{one} ở {counted(n)} dòng ({percent(n, total)})" for one, n in gaps.items())
            yield Finding(WARNING, name, next(iter(gaps)), "empty_required",
                          f"Bảng {name} có cột bắt buộc bị trống: {told}.", max(gaps.values()))  # fmt: skip
        happened = [one for one in HAPPENED.get(name, ()) if trial.has(f"{name}.{one}")]
        late = _counts(trial, name, [f'"{one}" > $now' for one in happened], now)
        ahead = {one: n for one, n in zip(happened, late, strict=True) if n}
        if ahead:
            told = ", ".join(f"{one} ở {counted(n)} dòng" for one, n in ahead.items())
            sentence = (
                f"Bảng {name} có việc đã xảy ra mà ngày giờ sau {now:%H:%M %d/%m/%Y}: {told}; kiểm tra đồng "
                "hồ và múi giờ của nguồn."
            )
            yield Finding(WARNING, name, next(iter(ahead)), "future", sentence, max(ahead.values()))


def _counts(trial: Trial, table: str, conditions: Sequence[str], now: datetime | None = None) -> list[int]:
    if not conditions:
        return []
    asked = ", ".join(f"count(*) FILTER ({one})" for one in conditions)
    return list(trial.row(f'SELECT {asked} FROM "{table}"', {} if now is None else {"now": now}))
