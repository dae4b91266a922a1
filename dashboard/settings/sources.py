"""Where settings come from, and the Vietnamese sentence for each thing wrong in them."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import Secret, SecretStr
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource

from dashboard.settings.values import suggestion
from dashboard.system_words import reason_of
from queries.source.masking import mask

PREFIX = "MOTCUA_"
FILE = "motcua.toml"
FILE_VARIABLE = "MOTCUA_CONFIG"
NOT_SETTINGS = ("MOTCUA_TEST_", "MOTCUA_ACCEPT_DATA")
"""Variables that tell the tests which servers to use: no settings, and no mistake either."""

DEFAULT, COMMAND_LINE, ENVIRONMENT = "mặc định", "dòng lệnh", "môi trường"

SECRET = frozenset({"secret_key", "oidc_client_secret", "smtp_password"})
"""Settings of which nothing is ever shown; of ``database_url`` only the password is hidden."""


TABLES = frozenset({"tables", "columns", "values", "zones"})
"""Settings that are whole tables: their own error names the one entry that is wrong."""


class SettingsError(Exception):
    """Settings that cannot be used; its text is one Vietnamese sentence a line."""


@dataclass(frozen=True)
class Source:
    """What one source gives: setting → raw value. ``label`` names it to a reader."""

    label: str
    values: Mapping[str, Any]
    variables: Mapping[str, str] = field(default_factory=dict)

    def origin_of(self, key: str) -> str:
        """Give the origin of one setting, naming the variable as it is written in the environment."""
        return f"{self.label} {self.variables[key]}" if key in self.variables else self.label

    def strange(self, known: Iterable[str]) -> list[str]:
        """Give the keys that are no setting."""
        return [key for key in self.values if key not in set(known)]


def variable(name: str) -> str:
    """Give the environment variable of a setting."""
    return PREFIX + name.upper()


def read_environment(settings_class: type[BaseSettings], known: Iterable[str]) -> Source:
    """Read every MOTCUA_ variable; an empty one counts as not set.

    pydantic ignores a variable it does not know, so those are added here, to be refused.
    """
    written = {
        key.upper(): key
        for key, value in os.environ.items()
        if value and key.upper().startswith(PREFIX) and not key.upper().startswith(NOT_SETTINGS)
    }
    written.pop(FILE_VARIABLE, None)
    mine = {variable(name): name for name in known}
    read = EnvSettingsSource(settings_class)()
    values = {mine[upper]: read[mine[upper]] for upper in written if upper in mine}
    strange = {upper.removeprefix(PREFIX).lower(): key for upper, key in written.items() if upper not in mine}
    variables = {mine[upper]: key for upper, key in written.items() if upper in mine} | strange
    return Source(ENVIRONMENT, values | dict.fromkeys(strange), variables)


def read_file() -> Source:
    """Read motcua.toml of the current folder, or the file that MOTCUA_CONFIG names."""
    chosen = os.environ.get(FILE_VARIABLE)
    path = Path(chosen or FILE)
    if not chosen and not (path.is_symlink() or path.exists()):
        return Source(FILE, {})
    label = chosen or FILE
    try:
        # utf-8-sig: Notepad puts a byte order mark in front, which TOML does not allow.
        return Source(label, tomllib.loads(path.read_text("utf-8-sig")))
    except FileNotFoundError:
        raise SettingsError(f"Không thấy tệp cài đặt {label} ({ENVIRONMENT} {FILE_VARIABLE}).") from None
    except OSError as error:
        raise SettingsError(f"Không đọc được tệp cài đặt {label}: {reason_of(error)}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"Tệp cài đặt {label} không phải UTF-8; hãy lưu lại với mã UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+), column (\d+)", str(error))
        place = f" ở dòng {where[1]}, cột {where[2]}" if where else " ở cuối tệp"
        if "Cannot overwrite" in str(error):
            raise SettingsError(f"Tệp cài đặt {label}: một khóa được đặt hai lần,{place}. Bỏ một.") from None
        raise SettingsError(f"Tệp cài đặt {label} sai cú pháp TOML{place}.") from None


def unknown(key: str, source: Source, known: Iterable[str]) -> str:
    """Give the sentence for a key that is no setting; its value may be a secret and is not shown."""
    known = list(known)
    near = suggestion(key.lower(), known)
    return f'Không có cài đặt "{key}" ({source.origin_of(key)}).{near} Các cài đặt: {", ".join(known)}.'


def problem(error: ErrorDetails, origins: Mapping[str, str], allowed: Callable[[str], str]) -> str:
    """Give the sentence for one thing pydantic found wrong."""
    location = error["loc"]
    # A check across settings has no place of its own; its type names the setting to mend.
    key = str(location[0]) if location else error["type"]
    place = key + "".join(f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in location[1:])
    origin = origins.get(key, DEFAULT)
    context = error.get("ctx", {})
    if error["type"] == "missing":
        wrong = "còn thiếu"
    elif error["type"] == "extra_forbidden":
        wrong = "không phải mục của dòng này"
    elif not location:
        wrong = f"không hợp lệ: {context['reason']}"
    else:
        reason = f": {context['error']}" if error["type"] == "value_error" else ""
        value = "" if key in TABLES else f"có giá trị {shown(key, error['input'])} "
        wrong = f"{value}không hợp lệ{reason}"
    if error["type"] == "literal_error":
        wrong += "." + suggestion(error["input"], re.findall(r"'(\w+)'", str(context["expected"])))
    wrong = wrong.rstrip(".") if not wrong.endswith("?") else wrong
    end = " " if wrong.endswith("?") else ". "
    return f"Cài đặt {place} ({origin}) {wrong}{end}Cho phép: {allowed(key)}."


def shown(key: str, value: object) -> str:
    """Give a value as a reader may see it: short, and without any password."""
    if key in SECRET or isinstance(value, SecretStr):
        return "***"
    text = str(value) if isinstance(value, str | int | float | date | datetime | Secret) else repr(value)
    safe = mask(text)
    if key == "database_url" and "@" in text and "***" not in safe:
        return "***"  # an address too odd to say where its password is
    safe = safe if len(safe) <= 80 else safe[:77] + "…"
    return f'"{safe}"' if isinstance(value, str) else safe
