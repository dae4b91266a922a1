"""``motcua views``: the SQL a database administrator runs, printed and nothing else."""

from __future__ import annotations

import click

from queries.source.systems import SYSTEMS, NoSuchSqlError, System, Wanted, sql_of


def system_named(name: str) -> System:
    """Give the system of that name. Raises click's UsageError, naming those there are."""
    if name not in SYSTEMS:
        known = ", ".join(f"{one.name} ({one.label})" for one in SYSTEMS.values())
        told = f"Chưa có view soạn sẵn cho “{name}”" if name else "Nêu phần mềm một cửa"
        raise click.UsageError(f"{told}; có cho: {known}.")
    return SYSTEMS[name]


def run(system: System, engine: str | None, wanted: Wanted, *, is_compare: bool) -> None:
    """Print the SQL; of the system's first engine where none is named. Raises click's UsageError."""
    try:
        told = sql_of(system, engine or system.engines[0], wanted, what="compare" if is_compare else "views")
    except NoSuchSqlError as error:
        raise click.UsageError(str(error)) from None
    click.echo(told, nl=False)
