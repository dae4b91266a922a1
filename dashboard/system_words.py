"""What the operating system answers, in Vietnamese."""

from __future__ import annotations

import errno

_WORDS = {
    errno.EACCES: "không có quyền",
    errno.EADDRINUSE: "cổng đang có chương trình khác dùng",
    errno.EADDRNOTAVAIL: "máy này không có địa chỉ đó",
    errno.EEXIST: "đã có tệp trùng tên",
    errno.EISDIR: "đó là thư mục",
    errno.ENOENT: "không có tệp hoặc thư mục",
    errno.ENOSPC: "đĩa đầy",
    errno.ENOTDIR: "đường dẫn đi qua một tệp",
    errno.EPERM: "không được phép",
    errno.EROFS: "đĩa chỉ đọc",
}


def reason_of(error: OSError) -> str:
    """Give why the system refused; in its own words where it is none of the usual reasons."""
    return _WORDS.get(error.errno or 0) or error.strerror or type(error).__name__
