"""Whether the account that reads could do more than read."""

from __future__ import annotations

from collections.abc import Iterator

from queries.check.findings import ERROR, NOTE, WARNING, Finding
from queries.source.rights import Rights, refusal


def account_found(rights: Rights | None, *, is_file: bool, may_write: bool = False) -> Iterator[Finding]:
    """Give what the account may do beyond reading; one that may write is refused, unless ``may_write``.

    The dashboard only reads, but the account is the lock: a superuser's sees and changes everything,
    whatever the program means to do.
    """
    if rights is None:
        told = "Không biết được tài khoản có quyền ghi hay không; hãy dùng tài khoản chỉ có quyền đọc."
        yield Finding(NOTE, "", None, "write_access_unknown", told)
    elif rights.writes and is_file:
        told = f"Chương trình này có thể ghi lên nguồn ({'; '.join(rights.writes)}) nhưng chỉ mở để đọc."
        yield Finding(NOTE, "", None, "can_write", told)
    elif rights.is_superuser or rights.writes:
        code = "superuser" if rights.is_superuser else "can_write"
        yield Finding(WARNING if may_write else ERROR, "", None, code, refusal(rights))
