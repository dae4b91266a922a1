"""The program: ``python app.py`` serves the dashboard; ``app:server`` is its WSGI application.

Nothing is read or opened at import: the settings when the application is first asked for.
"""

from __future__ import annotations

from typing import Any


def create_server() -> Any:
    """Make the WSGI application from the settings of this process."""
    import gc  # noqa: PLC0415 - no work at import
    import threading  # noqa: PLC0415

    from dashboard.ahead import AHEAD  # noqa: PLC0415
    from dashboard.application import create_server as create  # noqa: PLC0415
    from dashboard.settings.settings import load  # noqa: PLC0415

    server = create(load())
    # What lives as long as the process is never garbage: to look through it each time held
    # every reader up for a tenth of a second now and then.
    gc.collect()
    gc.freeze()
    source = server.extensions["motcua"]
    source.books.start()
    # The register is read, and the age of the data known, before the first reader asks.
    threading.Thread(target=source.learn, name="motcua-first", daemon=True).start()
    server.extensions[AHEAD].start(server)
    return server


def main() -> None:
    """Run the command line."""
    from dashboard.command.program import main as run  # noqa: PLC0415 - no work at import

    run()


def __getattr__(name: str) -> Any:
    """Make ``server`` when a WSGI server first asks for it, once."""
    if name != "server":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    server = globals()["server"] = create_server()
    return server


if __name__ == "__main__":
    main()
