"""Behind a proxy under a path: what it may or may not have taken off the address is taken off here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Under:
    """A WSGI application whose every address begins with ``prefix``; the proxy may pass it on."""

    def __init__(self, application: Application, prefix: str) -> None:
        self._application = application
        self._prefix = prefix

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer; the application sees its own paths."""
        path = str(environ.get("PATH_INFO", ""))
        if path == self._prefix or path.startswith(f"{self._prefix}/"):
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        environ["SCRIPT_NAME"] = self._prefix
        return self._application(environ, start)
