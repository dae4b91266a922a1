"""The program: ``python app.py`` serves the dashboard; ``app:server`` is its WSGI application.

Nothing is read or opened at import: the settings when the application is first asked for.
"""

from __future__ import annotations

from typing import Any


def create_server() -> Any:
    """Make the WSGI application from the settings of this process, and begin to keep its copy up to date."""
    from dashboard.application import create_server as create  # noqa: PLC0415 - no work at import
    from dashboard.frame.first import rehearse  # noqa: PLC0415
    from dashboard.question.apart import refresh_apart  # noqa: PLC0415
    from dashboard.question.working_copy import kept_up_to_date  # noqa: PLC0415
    from dashboard.serving.garbage import settle  # noqa: PLC0415
    from dashboard.settings.settings import load  # noqa: PLC0415

    settings = load()
    copies, refresher = kept_up_to_date(settings, refresh_apart)
    server = create(settings, copies)
    rehearse(server, "overview", "/")
    settle()
    refresher.start()
    return server


def create_front() -> Any:
    """Make what the server's lines come to: the WSGI application behind its front."""
    from dashboard.accounts.origin import is_listed  # noqa: PLC0415 - no work at import
    from dashboard.serving.front import THREADS, Front  # noqa: PLC0415 - no work at import
    from dashboard.serving.health import readiness  # noqa: PLC0415
    from dashboard.serving.measures import Measures, tell_ready  # noqa: PLC0415
    from dashboard.settings.settings import load  # noqa: PLC0415

    server, settings = create_server(), load()
    source = server.extensions["motcua"]
    return Front(
        server.wsgi_app,
        threads=THREADS,
        hosts=settings.served_as(),
        is_proxy=lambda address: is_listed(address, settings.trusted_proxies),
        measures=Measures(),
        ready=lambda: tell_ready(*readiness(source)),
        workers=settings.processes(),
    )


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
