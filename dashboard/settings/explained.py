"""The settings told to a person: what each is, where its value came from, and a motcua.toml."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from textwrap import wrap
from typing import Any

from pydantic import SecretStr

from dashboard.settings.settings import Settings, allowed, public_name
from dashboard.settings.sources import FILE, variable
from dashboard.settings.values import DatedRule, FileRow, FormRow, OwnRule, SecretUrl

NOT_SET = "(không đặt)"


@dataclass(frozen=True)
class SettingRow:
    """One setting. ``value`` and ``default`` are texts to show, without any password."""

    name: str
    value: str
    origin: str
    help: str
    allowed: str
    default: str
    variable: str

    def to_dict(self) -> dict[str, str]:
        """Give the row for JSON."""
        return asdict(self)


def explain(settings: Settings) -> list[SettingRow]:
    """Give one row per setting, in the order of the documentation."""
    defaults = Settings()
    return [
        SettingRow(
            name=public_name(field),
            value=_told(getattr(settings, field)),
            origin=settings.origin(field),
            help=str(info.description),
            allowed=allowed(public_name(field)),
            default=_told(getattr(defaults, field)),
            variable=variable(public_name(field)),
        )
        for field, info in Settings.model_fields.items()
    ]


def as_toml(settings: Settings) -> str:
    """Give a commented motcua.toml: what is set stands, what is not is a comment with its default.

    A password is never written: an address that has one, and the key, stay comments.
    """
    lines = [f"# {FILE}: đặt trong thư mục chạy, hoặc chỉ đường dẫn bằng MOTCUA_CONFIG."]
    lines += ["# Bỏ dấu # để đặt. Biến môi trường MOTCUA_… và dòng lệnh được ưu tiên hơn tệp này."]
    last: list[str] = []
    for field, info in Settings.model_fields.items():
        name = public_name(field)
        value = getattr(settings, field)
        block = ["", *_comment(str(info.description)), *_comment(f"Cho phép: {allowed(name)}.")]
        is_set = field in settings.model_fields_set and value is not None and not _holds_secret(value)
        if value is None or _holds_secret(value):
            written = [f"{name} = {json.dumps(_told(value) if value else '', ensure_ascii=False)}"]
        else:
            written = _toml(name, value)
        block += [line if is_set else f"# {line}" for line in written]
        # A TOML table swallows every key after it, so tables stand at the end.
        if written[0].startswith("["):
            last += block
        else:
            lines += block
    return "\n".join([*lines, *last, ""])


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, 96, break_long_words=False, break_on_hyphens=False)]


def _holds_secret(value: object) -> bool:
    if isinstance(value, SecretUrl):
        return str(value) != value.get_secret_value()
    return isinstance(value, SecretStr)


def _toml(name: str, value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return _toml_table(name, value)
    if isinstance(value, tuple) and value and isinstance(value[0], DatedRule | FileRow | FormRow | OwnRule):
        return [line for row in value for line in (f"[[{name}]]", *_toml_row(row))]
    if isinstance(value, tuple):
        every = (_quoted(one) if isinstance(one, str) else str(one) for one in value)
        return [f"{name} = [{', '.join(every)}]"]
    if isinstance(value, bool | int):
        return [f"{name} = {json.dumps(value)}"]
    if isinstance(value, datetime):
        return [f"{name} = {value.isoformat()}"]
    return [f"{name} = {_quoted(str(value))}"]


def _toml_table(name: str, value: Mapping[str, Any]) -> list[str]:
    """Give a table, those within it after it: of columns one a table, of values one a column."""
    if name == "columns":
        tables: dict[str, dict[str, str]] = {}
        for key, called in value.items():
            table, _, column = key.partition(".")
            tables.setdefault(table, {})[column] = called
        value = tables
    lines = [f"[{name}]"] if not value or any(not isinstance(one, Mapping) for one in value.values()) else []
    for key, one in value.items():
        if isinstance(one, Mapping):
            lines += [
                f"[{name}.{key}]",
                *(f"{_quoted(word)} = {_quoted(meant)}" for word, meant in one.items()),
            ]
        else:
            lines.append(f"{_quoted(key)} = {_quoted(one)}")
    return lines


def _toml_row(row: DatedRule | FileRow | FormRow | OwnRule) -> list[str]:
    given = {key: one for key, one in row.model_dump().items() if one not in (None, "")}
    return [f"{key} = {one if isinstance(one, date) else _quoted(one)}" for key, one in given.items()]


def _quoted(text: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _told(value: object) -> str:
    match value:
        case None | ():
            text = NOT_SET
        case SecretStr():
            text = "***"
        case bool():
            text = json.dumps(value)
        case Mapping():
            text = ", ".join(f"{key} → {_within(one)}" for key, one in value.items()) or NOT_SET
        case tuple():
            text = "; ".join(_told(one) for one in value)
        case DatedRule():
            since = f"từ {value.since:%d/%m/%Y}: " if value.since else ""
            text = f"{since}{value.percent.replace('.', ',')}% ({value.document})"
        case OwnRule():
            since = f" (từ {value.since:%d/%m/%Y})" if value.since else ""
            text = f"{value.replaces} → {value.document}{since}"
        case FormRow():
            since = f"từ {value.since:%d/%m/%Y}: " if value.since else ""
            text = f"{since}{value.code} ({value.document})"
        case FileRow():
            more = [one for one in (value.table, value.sheet and f"trang {value.sheet}") if one]
            text = f"{value.path} ({', '.join(more)})" if more else value.path
        case datetime():
            text = f"{value:%H:%M %d/%m/%Y}"
        case date():
            text = f"{value:%d/%m/%Y}"
        case _:
            text = str(value)
    return text


def _within(value: object) -> str:
    return f"({_told(value)})" if isinstance(value, Mapping) else str(value)
