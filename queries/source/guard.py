"""The guard before every engine: what is not a question is not sent."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Engine, event

_QUESTION = re.compile(r"^[\s(]*(select|with|show|describe|explain|pragma)\b", re.IGNORECASE)
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]""")
_WRITES = re.compile(r"\b(into|insert|update|delete|merge)\b", re.IGNORECASE)
NOT_OURS = re.compile(r";|--|/\*|\\|\$\w*\$")
"""What no question of ours holds, not even within quotes: a second statement, comments, and the ways
engines have of quoting that ``_QUOTED`` does not know."""
_FUNCTIONS = re.compile(
    r"""\b(lo_\w+|set_config|setval|nextval|dblink\w*|load_file|load_extension|query_to_xml\w*
    |pg_(read|ls|stat_file|reload|rotate|switch|terminate|cancel|create|drop|promote|advisory|logical)\w*
    )["`]?\s*\(""",
    re.IGNORECASE | re.VERBOSE,
)
"""Functions that write, change the session or read files, quoted or not: a question may call them, even
where it runs in a read-only transaction."""


class NotReadOnly(PermissionError):  # noqa: N818
    """A statement that is not a question was about to be sent."""


def guard(engine: Engine) -> None:
    """Refuse every statement of an engine that is not a question."""
    # A comment to MariaDB and MySQL alone; elsewhere a letter of names.
    comment = "#" if engine.dialect.name in ("mysql", "mariadb") else None

    @event.listens_for(engine, "before_cursor_execute")
    def _only_questions(_conn: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        is_question = _QUESTION.match(statement) and not NOT_OURS.search(statement)
        if (comment is not None and comment in statement) or _FUNCTIONS.search(statement):
            is_question = False
        if not is_question or _WRITES.search(_QUOTED.sub("", statement)):
            raise NotReadOnly(f"Chỉ được đọc; câu lệnh bị từ chối: {statement[:60]!r}")
