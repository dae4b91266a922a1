"""What a setting's value may look like: from the text of a variable or motcua.toml to a value.

Each function takes what was written and gives what pydantic then checks; a ValueError
carries a Vietnamese reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_network
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Secret
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from queries.asked.periods import FIRST_YEAR, LAST_YEAR
from queries.asked.view import LocalRule, Rule
from queries.contract import CONTRACT, Kind
from queries.definitions.sources import LOCAL, Document
from queries.source.mapping import SESSION, MappingError, SourceMapping
from queries.source.masking import mask

LIVE = "live"

_PUBLIC_URL = re.compile(
    r"https?://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[a-z0-9._~-]+)*", re.IGNORECASE
)
_PERCENT = re.compile(r"[0-9]{1,2}([.,][0-9]{1,9})?")


class SecretUrl(Secret[str]):
    """A database address that prints without its password; ``get_secret_value()`` has it."""

    def _display(self) -> str:
        return mask(self.get_secret_value())


MAIL_ADDRESS = re.compile(
    r"(?=.{6,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,63}){0,8}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
"""An address of mail as every server takes it: no blanks, quotes, marks or control characters."""


def mail_address(text: str) -> str:
    """Give an address of mail. Raises ValueError for what is none."""
    if not MAIL_ADDRESS.fullmatch(text):
        raise ValueError("không phải một địa chỉ thư điện tử không dấu như noivu@quan.vn")
    return text


def suggestion(word: object, known: Iterable[str]) -> str:
    """Give ' Có phải ý bạn là "…"?' for the nearest known word, or nothing."""
    nearest = get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f' Có phải ý bạn là "{nearest[0]}"?' if nearest else ""


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError("không phải JSON đúng cú pháp") from error


def _address(value: object) -> object:
    """Accept an address whose kind of database SQLAlchemy knows; nothing is opened."""
    if not isinstance(value, str):
        return value
    try:
        url = make_url(value)
        url.get_dialect()
    except NoSuchModuleError as error:
        kind = value.partition(":")[0]
        known = ("duckdb", "postgresql+psycopg", "mysql+pymysql", "mariadb+pymysql", "sqlite")
        raise ValueError(f'không biết loại cơ sở dữ liệu "{kind}".{suggestion(kind, known)}') from error
    except (ArgumentError, ValueError) as error:
        # The cause holds the address, password and all: it stays inside.
        raise ValueError("không đọc được địa chỉ; ký tự lạ trong mật khẩu phải viết dạng %XX") from error
    except ModuleNotFoundError as error:
        raise ValueError(f'chưa cài trình điều khiển "{error.name}"') from error
    # The first @ ends the password: what a bare one in it leaves over is taken for the host or the database,
    # and drivers tell those.
    if url.host and "@" in f"{url.host}{url.database}":
        raise ValueError("có nhiều dấu @; trong mật khẩu, @ phải viết %40, / viết %2F, : viết %3A")
    return value


def _url_prefix(value: str) -> str:
    """Give a path without a slash at its end; "/" is none."""
    prefix = value.strip().rstrip("/")
    if prefix and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", prefix):
        raise ValueError("phải là đường dẫn như /motcua: chữ không dấu, số, dấu . _ ~ -")
    return prefix


def _public_url(value: str) -> str:
    """Give the address of the dashboard without a slash at its end; nothing is none."""
    address = value.strip().rstrip("/")
    if address and not _PUBLIC_URL.fullmatch(address):
        raise ValueError("phải là địa chỉ như https://motcua.quan.vn, không có tài khoản, không có ? và #")
    return address


def _are_hosts(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", name):
            raise ValueError(f'"{name}" không phải tên máy (không có cổng, không có http://)')
    return names


def _whole_number(value: object) -> object:
    """Refuse true, false and fractions, which pydantic would take for a number."""
    if isinstance(value, bool | float):
        raise ValueError("không phải số nguyên")
    return value


@cache
def _zone_names() -> frozenset[str]:
    # The list is read from some six hundred files; it does not change while a process runs.
    return frozenset(available_timezones())


def _time_zone(value: str) -> str:
    # Membership in the list, not ZoneInfo(value): that opens files by the given name.
    if value not in _zone_names():
        raise ValueError(f"không biết múi giờ này.{suggestion(value, _zone_names())}")
    return value


def moment_of(value: object, time_zone: str) -> object:
    """Give the pinned moment, or "live": a bare day is its last minute, an offset is taken off."""
    if isinstance(value, str):
        text = value.strip()
        if text == LIVE:
            return LIVE
        try:
            value = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError("không đọc được thời điểm") from error
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"năm phải từ {FIRST_YEAR} đến {LAST_YEAR}")
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return datetime.combine(value, time(23, 59))
    if value is None:
        return None
    raise ValueError("không đọc được thời điểm")


def _days(value: object) -> object:
    """Read "2026-01-02, 2026-04-30" or a list; each day once, in order."""
    if isinstance(value, str):
        value = _json(value) if value.lstrip().startswith("[") else re.split(r"[\s,;]+", value.strip(" ,;"))
    if isinstance(value, list | tuple) and any(isinstance(one, bool | int | float) for one in value):
        raise ValueError("mỗi ngày viết dạng 2026-01-02")
    return value


def _listed(value: object) -> object:
    """Read "10.0.0.1, 10.1.0.0/16" or a list; each once, in the order given."""
    if isinstance(value, str):
        value = _json(value) if value.lstrip().startswith("[") else re.split(r"[\s,;]+", value.strip(" ,;"))
    return [one for one in value if one] if isinstance(value, list | tuple) else value


def _networks(value: tuple[str, ...]) -> tuple[str, ...]:
    for one in value:
        try:
            ip_network(one, strict=False)
        except ValueError:
            raise ValueError(f"{one[:40]} không phải địa chỉ IP hay mạng") from None
    return tuple(dict.fromkeys(value))


def _in_order(value: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(sorted(set(value)))


def _named(value: object) -> dict[str, Any]:
    """Read a JSON object, or a table of motcua.toml."""
    if isinstance(value, str):
        value = _json(value)
    if not isinstance(value, Mapping):
        raise ValueError("không phải bảng tên → tên")
    return {str(key): one for key, one in value.items()}


def _flat(value: object) -> dict[str, Any]:
    """Read names by table: ``[columns.dossiers]`` and "dossiers.due_at" come to the same."""
    flat: dict[str, Any] = {}
    for key, one in _named(value).items():
        inner = (
            {f"{key}.{name}": each for name, each in one.items()} if isinstance(one, Mapping) else {key: one}
        )
        for name, each in inner.items():
            if name in flat:
                raise ValueError(f'"{name}" được khai hai lần')
            flat[name] = each
    return flat


def _names(value: object) -> dict[str, str]:
    """Read the source's own names of tables or columns."""
    flat = _flat(value)
    for key, name in flat.items():
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f'"{key}" phải đi với tên trong cơ sở dữ liệu')
    return flat


def _known(names: Iterable[str], kind: str, known: list[str]) -> None:
    if strange := next((key for key in names if key not in known), None):
        raise ValueError(f'không có {kind} "{strange}" trong quy ước dữ liệu.{suggestion(strange, known)}')


_COLUMNS = {f"{table.name}.{column.name}": column for table in CONTRACT.values() for column in table.columns}
_MOMENTS = [name for name, column in _COLUMNS.items() if column.kind in (Kind.DAY, Kind.MOMENT)]


def _known_tables(value: dict[str, str]) -> dict[str, str]:
    _known(value, "bảng", list(CONTRACT))
    return value


def _known_columns(value: dict[str, str]) -> dict[str, str]:
    _known(value, "cột", list(_COLUMNS))
    return value


def old_names(value: object, origin: str) -> list[str]:
    """Give the hint where ``columns`` is written the old way, "table.column", once for all."""
    if isinstance(value, str):
        value = _json(value)
    old = [str(key) for key in value if "." in str(key)] if isinstance(value, Mapping) else []
    if not old:
        return []
    table, _, column = old[0].partition(".")
    name = json.dumps(str(value[old[0]]), ensure_ascii=False) if isinstance(value, Mapping) else ""
    return [
        f'Cài đặt columns ({origin}): "{old[0]}" là cách viết cũ, vẫn đọc được; nên viết [columns.{table}] '
        f"rồi {column} = {name}."
    ]


def _words(value: object) -> dict[str, dict[str, str]]:
    """Read ``[values.COLUMN]`` and ``[values.TABLE.COLUMN]``: the source's words → ours."""
    words: dict[str, dict[str, str]] = {}
    for key, mapped in _named(value).items():
        if not isinstance(mapped, Mapping):
            raise ValueError(f'"{key}" phải là một bảng từ, viết dạng [values.{key}]')
        for word, ours in mapped.items():
            if isinstance(ours, Mapping):
                inner = words.setdefault(f"{key}.{word}", {})
                inner |= {str(one): _word(f"{key}.{word}", one, meant) for one, meant in ours.items()}
            else:
                words.setdefault(key, {})[str(word)] = _word(key, word, ours)
    return words


def _word(name: str, word: object, ours: object) -> str:
    if isinstance(ours, bool):
        return json.dumps(ours)
    if not isinstance(ours, str | int):
        raise ValueError(f'[values.{name}]: "{word}" phải đi với một từ')
    return str(ours)


def _known_words(value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    for name, mapped in value.items():
        _known([name], "cột", [*_COLUMNS, *dict.fromkeys(one.partition(".")[2] for one in _COLUMNS)])
        for word, ours in mapped.items():
            try:
                SourceMapping(values={name: {word: ours}})
            except MappingError as error:
                known = re.findall(r"[a-z0-9_]+", str(error).rpartition(":")[2])
                raise ValueError(str(error) + suggestion(ours, known)) from error
    return value


def _zones(value: object) -> dict[str, str]:
    """Read ``[zones]``: "dossiers.received_at", or a whole table, → session, UTC or an IANA zone."""
    zones = _flat(value)
    _known(zones, "cột ngày giờ", [*_MOMENTS, *dict.fromkeys(one.partition(".")[0] for one in _MOMENTS)])
    known = {SESSION, *_zone_names()}
    for name, zone in zones.items():
        if zone not in known:
            raise ValueError(f'{name}: không biết múi giờ "{zone}".{suggestion(zone, known)}')
    return zones


_DIRECTIVES = frozenset("dmYyHIMSfp")


def _formats(value: object) -> object:
    """Read "%d/%m/%Y; %d.%m.%Y" or a list of formats."""
    if isinstance(value, str):
        text = value.strip()
        value = (
            _json(text) if text.startswith("[") else [one.strip() for one in text.split(";") if one.strip()]
        )
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ValueError("không phải danh sách khuôn ngày")
    if not value:
        raise ValueError("cần ít nhất một khuôn ngày")
    for one in value:
        signs = re.findall(r"%-?(.?)", one)
        if strange := next((sign for sign in signs if sign not in _DIRECTIVES), None):
            raise ValueError(f'khuôn "{one}" có %{strange}; chỉ dùng %d %m %Y %y %H %I %M %S %f %p')
        if not {"d", "m"} <= set(signs) or not {"Y", "y"} & set(signs):
            raise ValueError(f'khuôn "{one}" phải có %d (ngày), %m (tháng) và %Y (năm)')
    return value


def _known_targets(value: dict[str, str]) -> dict[str, str]:
    _known(dict.fromkeys(value.values(), ""), "bảng", list(CONTRACT))
    return value


def _percent(value: object) -> object:
    """Read 5, "5", "4.5" or "4,5"; exactly the decimal digits written, never a binary fraction."""
    text = value.strip() if isinstance(value, str) else str(value)
    if isinstance(value, bool) or not _PERCENT.fullmatch(text) or not text.strip("0,."):
        raise ValueError("không phải tỷ lệ phần trăm lớn hơn 0 và nhỏ hơn 100")
    return text.replace(",", ".")


def _target(value: object) -> object:
    """Read a target in percent: as ``_percent``, but 100 is one too."""
    text = str(value).strip().removesuffix("%").strip()
    if value is None or isinstance(value, bool):
        return value
    return "100" if re.fullmatch(r"100([.,]0{1,9})?", text) else _percent(text)


def _nothing_if_empty(value: object) -> object:
    return None if value == "" else value


class DatedRule(BaseModel):
    """One row of ``thresholds`` or ``near_bands``: the percent, since when, by which document.

    ``consequence``: what that document says of a unit that reaches the percent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    percent: Annotated[str, BeforeValidator(_percent)]
    since: Annotated[date | None, BeforeValidator(_nothing_if_empty)] = None
    document: Annotated[str, Field(min_length=1)]
    consequence: str = ""

    def rule(self) -> Rule:
        """Give the row as the queries know it."""
        return Rule(self.percent, self.since, self.document, self.consequence)


def _one_of_local(value: object) -> object:
    if value not in LOCAL:
        raise ValueError(f"phải là một trong {', '.join(LOCAL)}.{suggestion(value, LOCAL)}")
    return value


class OwnRule(BaseModel):
    """One row of ``local_rules``: the district's own document in the place of another locality's."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    replaces: Annotated[str, BeforeValidator(_one_of_local)]
    document: Annotated[str, Field(min_length=1)]
    since: Annotated[date | None, BeforeValidator(_nothing_if_empty)] = None
    unit_consequence: str = ""
    official_consequence: str = ""

    def rule(self) -> LocalRule:
        """Give the row as the queries know it."""
        document = Document(self.document, self.since, self.unit_consequence, self.official_consequence)
        return LocalRule(self.replaces, document)


def _once_a_day(value: tuple[OwnRule, ...]) -> tuple[OwnRule, ...]:
    if len({(row.replaces, row.since) for row in value}) < len(value):
        raise ValueError("hai dòng cùng replaces và cùng since")
    return value


class FormRow(BaseModel):
    """One row of ``form_ii06a``: what the form is called, who gets it, by which document, since when."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    since: Annotated[date | None, BeforeValidator(_nothing_if_empty)] = None
    code: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(min_length=1)]
    recipient: Annotated[str, Field(min_length=1)]
    document: Annotated[str, Field(min_length=1)]


def _rows(value: object) -> object:
    return _json(value) if isinstance(value, str) else value


_DatedRow = TypeVar("_DatedRow", DatedRule, FormRow)


def _dated(value: tuple[_DatedRow, ...]) -> tuple[_DatedRow, ...]:
    if not value:
        raise ValueError("cần ít nhất một dòng")
    if len({row.since for row in value}) < len(value):
        raise ValueError("hai dòng cùng since")
    return tuple(sorted(value, key=lambda row: row.since or date.min))


def _nothing_blank(value: object) -> object:
    if value is not None and not (isinstance(value, str) and value.strip()):
        raise ValueError("phải là chữ, không được trống")
    return value


def _one_of_tables(value: object) -> object:
    _known([] if value is None else [str(value)], "bảng", list(CONTRACT))
    return value


class FileRow(BaseModel):
    """One row of ``files``: a path or a pattern, and where they cannot be recognised its table and sheet."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    path: Annotated[str, BeforeValidator(_nothing_blank)]
    table: Annotated[str | None, BeforeValidator(_one_of_tables)] = None
    sheet: Annotated[str | None, BeforeValidator(_nothing_blank)] = None


def _each_once(value: tuple[FileRow, ...]) -> tuple[FileRow, ...]:
    if twice := next((one for i, one in enumerate(value) if one in value[:i]), None):
        raise ValueError(f'"{twice.path}" được khai hai lần')
    return value


DatabaseUrl = Annotated[SecretUrl, BeforeValidator(_address)]
Whole = Annotated[int, BeforeValidator(_whole_number)]
MailAddress = Annotated[str, AfterValidator(mail_address)]
HostNames = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_are_hosts)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
UrlPrefix = Annotated[str, AfterValidator(_url_prefix)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Moment = datetime | Literal["live"] | None
Days = Annotated[tuple[date, ...], BeforeValidator(_days), AfterValidator(_in_order)]
Networks = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_networks)]
TableNames = Annotated[dict[str, str], BeforeValidator(_names), AfterValidator(_known_tables)]
ColumnNames = Annotated[dict[str, str], BeforeValidator(_names), AfterValidator(_known_columns)]
SourceTables = Annotated[dict[str, str], BeforeValidator(_names), AfterValidator(_known_targets)]
Words = Annotated[dict[str, dict[str, str]], BeforeValidator(_words), AfterValidator(_known_words)]
Zones = Annotated[dict[str, str], BeforeValidator(_zones)]
DateFormats = Annotated[tuple[str, ...], BeforeValidator(_formats)]
Target = Annotated[str | None, BeforeValidator(_target)]
Files = Annotated[tuple[FileRow, ...], BeforeValidator(_rows), AfterValidator(_each_once)]
DatedRules = Annotated[tuple[DatedRule, ...], BeforeValidator(_rows), AfterValidator(_dated)]
OwnRules = Annotated[tuple[OwnRule, ...], BeforeValidator(_rows), AfterValidator(_once_a_day)]
Forms = Annotated[tuple[FormRow, ...], BeforeValidator(_rows), AfterValidator(_dated)]
