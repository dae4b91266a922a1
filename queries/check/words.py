"""Words of a source that the contract does not know, as TOML that can be pasted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from queries.check.findings import ERROR, WARNING, Finding, counted, listed, percent
from queries.check.trial import Trial
from queries.contract import CONTRACT, Kind
from queries.source.files.words import usual_word
from queries.source.folding import Catalogue
from queries.source.mapping import FALSE_WORDS, LEFT_OUT, TRUE_WORDS, SourceMapping
from queries.source.mended import Mended, Reason, Respelled

MANY_PERCENT = 50
"""From such a share on a column says nothing any more: what depends on it would be wrong, not incomplete."""

_MOST_WORDS = 20

NATIONAL: Mapping[str, Mapping[str, str]] = {
    "state": {
        "1": LEFT_OUT, "2": "open", "3": LEFT_OUT, "4": "open", "5": "suspended", "6": "suspended",
        "7": "withdrawn", "8": "refused", "9": "finished", "10": "finished",
    },
    "channel": {"1": "counter", "2": "online", "3": "post"},
}  # fmt: skip
"""The national codes of a dossier's state and channel."""

_NEEDED = frozenset({"dossiers.state", "dossiers.channel", "units.kind", "slips.kind", "ratings.level"})
_WHEN_UNKNOWN = {
    "dossiers.channel": "được tính là nộp trực tiếp (counter)",
    "dossiers.state": "được tính là đã giải quyết nếu có finished_at, còn lại là đang giải quyết",
    "ratings.level": "bị bỏ qua khi tính tỷ lệ hài lòng",
    "dossiers.online_level": "được tính là “không rõ mức độ”",
    "procedures.online_level": "được tính là “không rõ mức độ”",
}


@dataclass(frozen=True)
class Unknown:
    """The words of one column that are not known: word → its rows, None where they are not counted."""

    table: str
    column: str
    words: Mapping[str, int | None]
    rows: int


def unknown_words(trial: Trial, mended: Sequence[Mended], respelled: Sequence[Respelled]) -> list[Unknown]:
    """Give the columns that hold words which are not known, the most frequent first."""
    found = []
    for one in mended:
        if one.reason == Reason.UNKNOWN_WORD.value:
            found.append(Unknown(one.table, one.column, _frequent(trial, one.table, one.column), one.count))
        elif one.reason == Reason.NOT_BOOLEAN.value:
            words = [each.value for each in respelled if _is_of(each, one)]
            found.append(Unknown(one.table, one.column, dict.fromkeys(words), one.count))
    return found


def _is_of(respelled: Respelled, mended: Mended) -> bool:
    return (respelled.table, respelled.column, respelled.reason) == (
        mended.table,
        mended.column,
        mended.reason,
    )


def _frequent(trial: Trial, table: str, column: str) -> dict[str, int | None]:
    rows = trial.rows(
        f'SELECT "{column}", count(*) FROM "{table}" WHERE "{column}" IS NOT NULL'  # names of ours
        f' AND NOT list_contains($known, "{column}") GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_MOST_WORDS}',
        {"known": list(CONTRACT[table][column].words)},
    )
    return {str(word): n for word, n in rows}


def words_found(trial: Trial, unknown: Sequence[Unknown]) -> Iterator[Finding]:
    """Give a finding a column: what becomes of the words, and which they are."""
    for one in unknown:
        name, total = f"{one.table}.{one.column}", trial.reading.rows[one.table]
        is_boolean = CONTRACT[one.table][one.column].kind is Kind.BOOLEAN
        then = "để trống" if is_boolean else _WHEN_UNKNOWN.get(name, "không được tính ở phần dùng cột này")
        is_most = name in _NEEDED and 100 * one.rows >= MANY_PERCENT * total
        sentence = (
            f"{name}: {counted(one.rows)} dòng ({percent(one.rows, total)}) mang từ không có trong quy ước, "
            f"{then}: {listed(list(one.words))}. Khai nghĩa ở [values] (xem các dòng TOML ở cuối)."
        )
        severity = ERROR if is_most else WARNING
        yield Finding(severity, one.table, one.column, "unknown_word", sentence, one.rows, tuple(one.words))


def unknown_of(seen: Mapping[str, Mapping[str, int]], mapping: SourceMapping) -> list[Unknown]:
    """Give the columns that hold words which are not known, of words seen by "table.column"."""
    found = []
    for name, counts in seen.items():
        table, _, column = name.partition(".")
        spec = CONTRACT[table][column]
        known = Catalogue((*spec.words, *mapping.words(table, column)))
        if spec.kind is Kind.BOOLEAN:
            known = Catalogue((*TRUE_WORDS, *FALSE_WORDS, *mapping.words(table, column)))
        words = {
            word: n for word, n in sorted(counts.items(), key=_most_first) if not known.alike(word.strip())
        }
        if words:
            found.append(Unknown(table, column, dict(list(words.items())[:_MOST_WORDS]), sum(words.values())))
    return found


def _most_first(counted_word: tuple[str, int]) -> tuple[int, str]:
    word, n = counted_word
    return -n, word


def meanings(one: Unknown) -> dict[str, str]:
    """Give what the words of a column may mean; "" where nobody knows.

    By the national codes where every one of them is one, else as Vietnamese systems use them.
    """
    codes = NATIONAL.get(one.column, {}) if one.table == "dossiers" else {}
    if one.words and all(_code(word) in codes for word in one.words):
        return {word: codes[_code(word)] for word in one.words}
    return {
        word: ("" if _code(word) else usual_word(one.table, one.column, word)) or "" for word in one.words
    }


def as_toml(unknown: Sequence[Unknown], mapping: SourceMapping) -> str:
    """Give the sections of motcua.toml that would say what the words mean; empty where all are known.

    Every line is a comment: what a word means is for a person to say. National codes are proposed where
    every unknown word of the column is one.
    """
    sections: dict[str, list[str]] = {}
    for one in unknown:
        if not one.words:
            continue
        section = _section(one, mapping)
        allowed = allowed_words(one)
        codes = NATIONAL.get(one.column, {}) if one.table == "dossiers" else {}
        is_national = all(_code(word) in codes for word in one.words)
        head = f"[values.{section}]"
        if section in mapping.values:
            head = f"# Thêm vào [values.{section}] đã có trong cài đặt:"
        lines = sections.setdefault(section, [head])  # a section stands once, whatever tables have the column
        if is_national:
            lines.append("# Đây có thể là mã quốc gia; nếu đúng, bỏ dấu # ở các dòng dưới.")
        else:
            lines.append(f"# Điền nghĩa rồi bỏ dấu #: {', '.join(allowed)}.")
        for word, rows in one.words.items():
            line = f"# {json.dumps(word, ensure_ascii=False)} = "
            if any(known.startswith(line) for known in lines):
                continue
            meant = codes[_code(word)] if is_national else ""
            told = f"  # {counted(rows)} dòng" if rows is not None else ""
            lines.append(f"{line}{json.dumps(meant)}{told}")
    return "\n\n".join("\n".join(lines) for lines in sections.values())


def _code(word: str) -> str:
    return word.lstrip("0") if word.isascii() and word.isdigit() else ""


def allowed_words(one: Unknown) -> list[str]:
    """Give the words that a word of this column may be said to mean."""
    spec = CONTRACT[one.table][one.column]
    return [*(["true", "false"] if spec.kind is Kind.BOOLEAN else spec.words), LEFT_OUT]


def _section(one: Unknown, mapping: SourceMapping) -> str:
    """Give the section's name: the column's alone where no other column of that name means otherwise."""
    full = f"{one.table}.{one.column}"
    if full in mapping.values:
        return full
    alike = [column for spec in CONTRACT.values() for column in spec.columns if column.name == one.column]
    return one.column if len({(each.kind, each.words) for each in alike}) == 1 else full
