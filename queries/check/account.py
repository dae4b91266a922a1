"""Whether the account that reads could do more than read."""

from __future__ import annotations

from collections.abc import Iterator

from queries.check.findings import ERROR, NOTE, WARNING, Finding
from queries.source.rights import Rights


def account_found(rights: Rights | None, *, is_file: bool) -> Iterator[Finding]:
    """Give what the account may do beyond reading; a superuser is refused.

    The dashboard only reads, but the account is the lock: a superuser's sees and changes everything,
    whatever the program means to do.
    """
    if rights is None:
        told = "Không biết được tài khoản có quyền ghi hay không; hãy dùng tài khoản chỉ có quyền đọc."
        yield Finding(NOTE, "", None, "write_access_unknown", told)
        return
    reasons = "; ".join(rights.writes)
    if rights.is_superuser:
        told = (
            f"Tài khoản này là tài khoản quản trị ({reasons}); tạo một tài khoản riêng chỉ có quyền SELECT "
            "trên các bảng của quy ước."
        )
        yield Finding(ERROR, "", None, "superuser", told)
    elif rights.writes and is_file:
        told = f"Chương trình này có thể ghi lên nguồn ({reasons}) nhưng chỉ mở để đọc."
        yield Finding(NOTE, "", None, "can_write", told)
    elif rights.writes:
        told = (
            f"Tài khoản này ghi được: {reasons}. Bảng theo dõi luôn mở để đọc, nhưng nên dùng tài khoản chỉ "
            "có quyền SELECT."
        )
        yield Finding(WARNING, "", None, "can_write", told)
