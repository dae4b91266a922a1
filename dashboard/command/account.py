"""``motcua account``: the SQL that makes the reading account, printed and nothing else."""

from __future__ import annotations

import click

from dashboard.settings.settings import Settings
from queries.source.account import NoSuchAccountError, account_sql, engines, place_of

_USUAL_SCHEMA = "motcua"


def run(settings: Settings, engine: str, schema: str | None, reader: str) -> None:
    """Print it, for the engine and the names of the settings where none are given. Raises UsageError."""
    asked, database = place_of(settings.source_url, engine)
    if not asked:
        raise click.UsageError(f"Nêu máy chủ cơ sở dữ liệu; có cho: {', '.join(engines())}.")
    schema = schema or settings.db_schema or database or _USUAL_SCHEMA
    try:
        told = account_sql(asked, settings.mapping(), schema=schema, reader=reader)
    except NoSuchAccountError as error:
        raise click.UsageError(str(error)) from None
    click.echo(told, nl=False)
