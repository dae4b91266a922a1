"""The same questions as a person who knows the engine would write them, by hand.

Nothing here comes from the application's statements; ``bench.bare`` runs these texts and
holds that both give the same numbers. ``$name`` is a bound value. What is best on both
engines is shared; what differs has two texts.

A dossier's outcome is one small number: 1 early, 2 on time, 3 late, 4 undated, 5 refused,
6 withdrawn, 7 closed undated, 8 suspended, 9 overdue, 10 open in time.
"""

from __future__ import annotations

from collections.abc import Mapping

# DuckDB skips row groups by their least and greatest values, but only for plain
# conditions on one column, and looks at a condition on a text alone once for each word:
# one branch for each reason to count, no dossier in two.
_TOUCHED_DUCKDB = """
  SELECT {columns} FROM dossiers WHERE received_at >= $start AND received_at < $cut
  UNION ALL
  SELECT {columns} FROM dossiers WHERE received_at < $start AND finished_at >= $start
  UNION ALL
  SELECT {columns} FROM dossiers
  WHERE coalesce(state, '') NOT IN ('finished', 'refused', 'withdrawn')
    AND CASE WHEN finished_at > received_at THEN finished_at ELSE received_at END < $start
  UNION ALL
  SELECT {columns} FROM dossiers
  WHERE due_at >= $start AND due_at < $end AND received_at < $now_cut AND (received_at >= $cut
        OR CASE WHEN finished_at > received_at THEN finished_at ELSE received_at END < $start
           AND state IN ('finished', 'refused', 'withdrawn'))"""

_TOUCHED_POSTGRESQL = """
  SELECT {columns} FROM dossiers
  WHERE received_at < $now_cut AND (received_at >= $start AND received_at < $cut
        OR received_at < $start AND (finished_at >= $start OR finished_at IS NULL
                                     OR state IN ('open', 'suspended'))
        OR due_at >= $start AND due_at < $end)"""

_EVENTS = "received_at, due_at, finished_at, suspended_since, state"

# A CASE of two numbers costs little, a CASE of outcomes much: first group by plain facts
# packed into one number, then judge the few groups.
_FACTS = {
    "came_in": "received_at >= $start AND received_at < $cut",
    "came": "received_at < $cut",
    "closed_before": "closed_at < $start",
    "closed": "closed_at < $cut",
    "no_end": "finished_at IS NULL",
    "no_due": "due_at IS NULL",
    "due_in": "due_at >= $start AND due_at < $end",
    "due": "due_at < $judged",
    "due_long": "due_at < $judged - INTERVAL '3 days'",
    "due_very_long": "due_at < $judged - INTERVAL '10 days'",
    "halted": "state = 'suspended' AND (suspended_since IS NULL OR suspended_since < $cut"
    " AND (due_at IS NULL OR suspended_since::date <= due_at::date))",
}
_FACTS_NOW = {
    "closed_now": "closed_at < $now_cut",
    "due_now": "due_at < $now_judged",
    "halted_now": _FACTS["halted"].replace("$cut", "$now_cut"),
}


def _judgement(closed: str, halted: str, due: str) -> str:
    return f"""CASE
      WHEN has_ended AND {closed} THEN
        CASE WHEN no_end THEN 7 WHEN state = 'refused' THEN 5 WHEN state = 'withdrawn' THEN 6
             WHEN no_due THEN 4 WHEN days > 0 THEN 3 WHEN days < 0 THEN 1 ELSE 2 END
      WHEN {halted} THEN 8 WHEN {due} THEN 9 ELSE 10 END"""


def _plain(touched: str, by: str, facts: Mapping[str, str], also: str = "") -> str:
    """Give the steps from dossiers to few groups: ``by``, state, days, each fact, has_ended, n, first_due."""
    packed = " + ".join(
        f"CASE WHEN {holds} THEN {1 << place} ELSE 0 END" for place, holds in enumerate(facts.values())
    )
    unpacked = ", ".join(f"facts & {1 << place} > 0 AS {name}" for place, name in enumerate(facts))
    no_end = 1 << list(facts).index("no_end")
    return f"""
WITH touched AS ({touched}
), dated AS (
  SELECT *, CASE WHEN finished_at > received_at THEN finished_at ELSE received_at END AS closed_at
  FROM touched
), packed AS (
  SELECT *, {packed} AS facts, greatest(least(finished_at::date - due_at::date, 11), -1) AS days{also}
  FROM dated
), small AS (
  SELECT {by}, state, facts, days, count(*) AS n, min(due_at) AS first_due
  FROM packed GROUP BY {by}, state, facts, days
), plain AS (
  SELECT {by}, n, first_due, state, days, {unpacked},
         CASE WHEN state IN ('finished', 'refused', 'withdrawn') THEN TRUE
              WHEN state IN ('open', 'suspended') THEN FALSE ELSE facts & {no_end} = 0 END AS has_ended
  FROM small
)"""


def counts(engine: str, by: str, *, is_settled: bool) -> str:
    """Give the counts of a period by columns ``by``: those, the 19 counts of the contract, oldest due.

    ``is_settled``: the period is judged on the day of the data, so that rates B and D
    need no second judging.
    """
    touched = _TOUCHED_DUCKDB if engine == "DuckDB" else _TOUCHED_POSTGRESQL
    facts = _FACTS if is_settled else _FACTS | _FACTS_NOW
    later = "outcome" if is_settled else _judgement("closed_now", "halted_now", "due_now")

    def total(condition: str) -> str:
        return f"sum(n) FILTER (WHERE {condition})"

    late = "inside AND outcome IN (3, 9) AND late_by"
    sums = [
        total("came_in"),
        total("inside AND NOT came_in"),
        total("inside AND outcome IN (1, 2, 3, 4)"),
        *(total(f"inside AND outcome = {code}") for code in (1, 2, 3, 4, 5, 6, 7, 10, 9, 8)),
        total("due_in AND later IN (3, 9)"),
        total("due_in AND later IN (1, 2, 3, 9)"),
        total("came_in AND later IN (3, 9)"),
        total(f"{late} <= 3"),
        total(f"{late} BETWEEN 4 AND 10"),
        total(f"{late} > 10"),
        "min(first_due) FILTER (WHERE inside AND outcome = 9)",
    ]
    return f"""{_plain(touched.format(columns=f"{by}, {_EVENTS}"), by, facts)}, judged AS (
  SELECT *, came AND NOT (has_ended AND closed_before) AS inside,
         {_judgement("closed", "halted", "due")} AS outcome
  FROM plain
), complete AS (
  SELECT *, {later} AS later,
         CASE WHEN outcome <> 9 THEN days WHEN due_very_long THEN 11 WHEN due_long THEN 4
              ELSE 1 END AS late_by
  FROM judged
)
SELECT {by}, {", ".join(sums)} FROM complete GROUP BY {by}"""


def _chosen(*names: str) -> dict[str, str]:
    return {name: (_FACTS | _FACTS_NOW)[name] for name in names}


_STANDING_NOW = _chosen("no_end", "no_due", "closed_now", "halted_now", "due_now")
_NOW = _judgement("closed_now", "halted_now", "due_now")

_SOON = f"""
  SELECT unit_code, {_EVENTS} FROM dossiers
  WHERE received_at < $now_cut AND due_at >= $now_judged AND due_at < $until"""

DUE_SOON = f"""{_plain(_SOON, "unit_code", _STANDING_NOW)}
SELECT unit_code, sum(n) FROM plain WHERE {_NOW} = 10 GROUP BY unit_code"""


def _month(when: str) -> str:
    return f"(extract(year FROM {when}) * 12 + extract(month FROM {when}) - $first_month)"


# Thirteen calendar months: unit, month 0 to 12, late, total.
_BY_A = f"""
SELECT unit_code, {_month("closed_at")} AS month,
       count(*) FILTER (WHERE finished_at::date > due_at::date) AS late, count(*) AS total
FROM (
  SELECT unit_code, finished_at, due_at, greatest(received_at, finished_at) AS closed_at FROM dossiers
  WHERE (finished_at >= $first OR received_at >= $first) AND received_at < $cut
    AND finished_at IS NOT NULL AND due_at IS NOT NULL
    AND (state = 'finished' OR state IS NULL
         OR state NOT IN ('open', 'suspended', 'refused', 'withdrawn'))
) AS closed
WHERE closed_at >= $first AND closed_at < $cut GROUP BY 1, 2"""


def _by_moment(when: str, counted: str) -> str:
    touched = f"""
  SELECT unit_code, {_EVENTS} FROM dossiers
  WHERE {when} >= $first AND {when} < $end AND received_at < $now_cut"""
    return f"""{_plain(touched, "unit_code, month", _STANDING_NOW, f", {_month(when)} AS month")}, judged AS (
  SELECT unit_code, month, n, {_NOW} AS outcome FROM plain
)
SELECT unit_code, month, coalesce(sum(n) FILTER (WHERE outcome IN (3, 9)), 0), sum(n)
FROM judged WHERE {counted} GROUP BY unit_code, month"""


# What stands at each month's end follows from when dossiers came, closed and fell overdue.
_TOUCHED_BY_C = f"""
  SELECT unit_code, {_EVENTS} FROM dossiers
  WHERE received_at < $cut AND (received_at >= $first OR finished_at >= $first OR finished_at IS NULL
        OR state IN ('open', 'suspended'))"""
_MONTHS_OF_C = f""",
         CASE WHEN received_at < $first THEN -1 ELSE {_month("received_at")} END AS came_month,
         CASE WHEN closed_at < $first THEN -1 ELSE {_month("closed_at")} END AS closed_month,
         CASE WHEN due_at >= $judged THEN 13 WHEN due_at < $first - INTERVAL '1 day' THEN 0
              ELSE {_month("(due_at + INTERVAL '1 day')")} END AS due_month"""
_BY_C = f"""{
    _plain(
        _TOUCHED_BY_C,
        "unit_code, came_month, closed_month, due_month",
        _chosen("no_end", "no_due", "closed", "halted", "due"),
        _MONTHS_OF_C,
    )
}, judged AS (
  SELECT *, {_judgement("closed", "halted", "due")} AS outcome FROM plain
), standing AS (
  SELECT unit_code, n, outcome = 3 AS is_late, came_month,
         CASE WHEN outcome > 7 THEN 13 ELSE closed_month END AS closed_month,
         CASE WHEN no_due OR outcome = 8 THEN 13 ELSE due_month END AS overdue_month
  FROM judged
)
SELECT unit_code, month,
       sum(CASE WHEN is_late AND closed_month = month OR overdue_month <= month AND closed_month > month
                THEN n ELSE 0 END), sum(n)
FROM standing JOIN generate_series(0, 12) AS months(month) ON came_month <= month AND closed_month >= month
WHERE closed_month >= 0 GROUP BY unit_code, month"""

TREND = {
    "A": _BY_A,
    "B": _by_moment("due_at", "outcome IN (1, 2, 3, 9)"),
    "C": _BY_C,
    "D": _by_moment("received_at", "TRUE"),
}
"""Rate → its text; the values are those of the last of the thirteen months."""
