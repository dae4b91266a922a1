"""By hand: the dossiers of a period one row each, and what became of one: parts of other texts.

As in ``bench.bare_sql`` nothing here comes from the application's statements; ``$name``
is a bound value, and an outcome is one small number.
"""

from __future__ import annotations

OF_UNIT = "/*unit*/ "
"""Where a text narrowed to one unit gets that condition."""

EVENTS = "received_at, due_at, finished_at, suspended_since, state"

KIND = """CASE state WHEN 'finished' THEN 1 WHEN 'open' THEN 5 WHEN 'suspended' THEN 4 WHEN 'refused' THEN 2
              WHEN 'withdrawn' THEN 3 ELSE CASE WHEN finished_at IS NULL THEN 5 ELSE 1 END END"""
"""A state as a small number, compared at far less cost than a text: up to 3 it ends a dossier; an unknown
one does where there is an end."""

CLOSED_AT = "CASE WHEN finished_at > received_at THEN finished_at ELSE received_at END"

OUTCOME = """CASE
      WHEN kind <= 3 AND closed_at < $cut THEN
        CASE WHEN finished_at IS NULL THEN 7 WHEN kind = 2 THEN 5 WHEN kind = 3 THEN 6
             WHEN due_at IS NULL THEN 4 WHEN finished_at::date > due_at::date THEN 3
             WHEN finished_at::date < due_at::date THEN 1 ELSE 2 END
      WHEN kind = 4 AND (suspended_since IS NULL OR suspended_since < $cut
           AND (due_at IS NULL OR suspended_since::date <= due_at::date)) THEN 8
      WHEN due_at < $judged THEN 9 ELSE 10 END"""
"""A row's outcome on the judging day, from ``EVENTS``, kind and closed_at."""

# One branch a reason where the engine skips blocks by plain conditions, one OR where it has indexes.
# The coalesce changes nothing, but with it DuckDB looks at each word of a dictionary once.
_DUCKDB = """
    SELECT {0} FROM dossiers WHERE {1}received_at >= $start AND received_at < $cut
    UNION ALL
    SELECT {0} FROM dossiers WHERE {1}received_at < $start AND finished_at >= $start
    UNION ALL
    SELECT {0} FROM dossiers WHERE {1}received_at < $start AND finished_at IS NULL
    UNION ALL
    SELECT {0} FROM dossiers
    WHERE {1}received_at < $start AND finished_at < $start
      AND coalesce(state, '') IN ('open', 'suspended')"""
_POSTGRESQL = """
    SELECT {0} FROM dossiers
    WHERE {1}received_at < $cut AND (received_at >= $start OR finished_at >= $start OR finished_at IS NULL
                                  OR state IN ('open', 'suspended'))"""


def inside(engine: str, columns: str) -> str:
    """Begin a text with the dossiers of a period: ``columns``, ``EVENTS``, closed_at, kind, outcome."""
    touched = (_DUCKDB if engine == "DuckDB" else _POSTGRESQL).format(f"{columns}, {EVENTS}", OF_UNIT)
    return f"""
WITH touched AS (
  SELECT *, {CLOSED_AT} AS closed_at, {KIND} AS kind FROM ({touched}) AS raw
), inside AS (
  SELECT *, {OUTCOME} AS outcome
  FROM touched WHERE NOT (kind <= 3 AND closed_at < $start)
)"""
