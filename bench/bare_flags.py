"""By hand: the marks, slips and officials behind the flags; ``$name`` is a bound value.

As in ``bench.bare_sql`` nothing here comes from the application's statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bench.bare_parts import CLOSED_AT, EVENTS, KIND, OUTCOME, inside


def _packed(conditions: Sequence[str]) -> str:
    return " + ".join(
        f"CASE WHEN {holds} THEN {1 << place} ELSE 0 END" for place, holds in enumerate(conditions)
    )


def _days(days: Sequence[date]) -> str:
    return ", ".join(f"DATE '{day}'" for day in days) or "DATE '0001-01-01'"


def marks(engine: str, worked: Sequence[date], off: Sequence[date], *, is_running: bool) -> str:
    """Give unit, marks packed into one number in the order of ``queries.flags.marks.MARKS``, how many."""
    closed_day = "closed_at::date"
    day_off = (
        f"outcome <= 6 AND (extract(isodow FROM closed_at) >= 6 AND {closed_day} NOT IN ({_days(worked)})"
        f" OR {closed_day} IN ({_days(off)}))"
    )
    packed = _packed((
        "TRUE",
        "outcome = 3",
        "outcome IN (3, 9)",
        "outcome = 5",
        "outcome = 3 AND (officer_code IS NULL OR trim(officer_code) = '')",
        "outcome = 3 AND current_due_at IS NOT NULL AND finished_at::date <= current_due_at::date",
        "officer_code IN (SELECT officer_code FROM officers WHERE on_contract)",
        "finished_at < received_at AND NOT (finished_at::date = received_at::date"
        " AND finished_at = date_trunc('day', finished_at))",
        "received_at > $latest OR finished_at > $latest OR returned_at > $latest"
        " OR suspended_since > $latest",
        "finished_at IS NOT NULL AND kind > 3",
        "outcome = 7",
        "outcome <= 6 AND crowd.minute IS NOT NULL",
        day_off,
    ))  # fmt: skip
    ahead = "SELECT unit_code, 256, count(*) FROM dossiers WHERE received_at > $latest GROUP BY unit_code"
    return f"""{inside(engine, "unit_code, officer_code, current_due_at, returned_at")}, crowd AS (
  SELECT unit_code, date_trunc('minute', finished_at) AS minute FROM dossiers
  WHERE finished_at >= $start AND finished_at < $cut AND received_at < $cut AND unit_code IS NOT NULL
    AND {KIND} <= 3 AND finished_at <> date_trunc('day', finished_at)
  GROUP BY 1, 2 HAVING count(*) > 20
), packed AS (
  SELECT inside.unit_code, {packed} AS packed
  FROM inside LEFT JOIN crowd
    ON crowd.unit_code = inside.unit_code AND crowd.minute = date_trunc('minute', finished_at)
)
SELECT unit_code, packed, count(*) FROM packed GROUP BY unit_code, packed
{f"UNION ALL {ahead}" if is_running else ""}"""


def slips(engine: str) -> str:
    """Give unit, marks packed in the order of ``queries.flags.slips.SLIP_MARKS``, how many dossiers."""
    blank = "(reason IS NULL OR trim(reason) = '')"
    on_due = "s.kind = 'supplement' AND issued_at::date >= coalesce(due_before, due_at)::date"
    packed = _packed((
        "outcome IN (3, 9)",
        "outcome = 5",
        "apologies > 0",
        "outcome IN (3, 9) AND first_apology::date - due_at::date > -$days_before",
        "no_reason > 0",
        "no_date > 0",
        "new_dates > 0",
        "new_dates > 1",
        "supplements > 0",
        "most_of_a_body > 1",
        "on_due_day + on_due_day_guessed > 0",
        "on_due_day = 0 AND on_due_day_guessed > 0",
    ))  # fmt: skip
    return f"""{inside(engine, "dossier_code, unit_code")}, of_body AS (
  SELECT s.dossier_code, unit_code, due_at, outcome,
         coalesce(nullif(trim(issuing_unit_code), ''), unit_code) AS body,
         min(issued_at) FILTER (WHERE s.kind = 'apology') AS first_apology,
         count(*) FILTER (WHERE s.kind = 'apology') AS apologies,
         count(*) FILTER (WHERE s.kind = 'apology' AND {blank}) AS no_reason,
         count(*) FILTER (WHERE s.kind = 'apology' AND new_due_at IS NULL) AS no_date,
         count(*) FILTER (WHERE s.kind = 'apology' AND new_due_at IS NOT NULL) AS new_dates,
         count(*) FILTER (WHERE s.kind = 'supplement') AS supplements,
         count(*) FILTER (WHERE {on_due} AND due_before IS NOT NULL) AS on_due_day,
         count(*) FILTER (WHERE {on_due} AND due_before IS NULL) AS on_due_day_guessed
  FROM slips AS s JOIN inside ON inside.dossier_code = s.dossier_code
  WHERE issued_at < $cut AND s.kind IN ('apology', 'supplement')
  GROUP BY 1, 2, 3, 4, 5
), of_dossier AS (
  SELECT unit_code, due_at, outcome, min(first_apology) AS first_apology, sum(apologies) AS apologies,
         sum(no_reason) AS no_reason, sum(no_date) AS no_date, sum(new_dates) AS new_dates,
         sum(supplements) AS supplements, max(supplements) AS most_of_a_body, sum(on_due_day) AS on_due_day,
         sum(on_due_day_guessed) AS on_due_day_guessed
  FROM of_body GROUP BY dossier_code, unit_code, due_at, outcome
)
SELECT unit_code, {packed}, count(*) FROM of_dossier GROUP BY 1, 2"""


# What was closed in time is the greater part and can be late for nobody.
_MAY_BE_LATE = ("finished_at > due_at", "finished_at IS NULL",
                "finished_at <= due_at AND coalesce(state, '') IN ('open', 'suspended')")  # fmt: skip
_DUE = " UNION ALL ".join(
    f"""
      SELECT officer_code, unit_code, {EVENTS} FROM dossiers
      WHERE due_at >= $year AND due_at < $year_end AND received_at < $cut AND {why}"""
    for why in _MAY_BE_LATE
)
OFFICERS = f"""
WITH late AS (
  SELECT officer_code, unit_code, count(*) AS n
  FROM (
    SELECT officer_code, unit_code, {OUTCOME} AS outcome
    FROM (SELECT *, {CLOSED_AT} AS closed_at, {KIND} AS kind FROM ({_DUE}) AS due
          WHERE officer_code IS NOT NULL AND trim(officer_code) <> '') AS dated
  ) AS judged
  WHERE outcome IN (3, 9) GROUP BY officer_code, unit_code
)
SELECT officer_code, unit_code, n, n
FROM (SELECT *, sum(n) OVER (PARTITION BY officer_code) AS total FROM late) AS summed WHERE total >= 3"""
