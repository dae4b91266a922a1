"""By hand: how dossiers came, votes, complaints, receptions, procedures used, and one page of a list.

As in ``bench.bare_sql`` nothing here comes from the application's statements; ``$name``
is a bound value.
"""

from __future__ import annotations

from bench.bare_parts import OF_UNIT, inside

# Plain facts first, few groups; what a group means is then asked once a group.
_MONTH = "(extract(year FROM {0}) * 12 + extract(month FROM {0}) - $first_month)"
_HIGH = "level IN ('3', '4', 'partial', 'full')"
_ONLINE = "came_in AND channel = 'online'"
_CAME = {
    "received": "came_in",
    "online": _ONLINE,
    "level_3": f"{_ONLINE} AND level = '3'",
    "level_4": f"{_ONLINE} AND level = '4'",
    "partial": f"{_ONLINE} AND level = 'partial'",
    "full": f"{_ONLINE} AND level = 'full'",
    "level_unknown": f"{_ONLINE} AND level IS NULL",
    "eligible": f"came_in AND {_HIGH}",
    "eligible_unknown": "came_in AND level IS NULL",
    "self_submitted": f"{_ONLINE} AND {_HIGH} AND assisted = FALSE",
    "assisted": f"{_ONLINE} AND {_HIGH} AND assisted",
    "assisted_unknown": f"{_ONLINE} AND {_HIGH} AND assisted IS NULL",
    "post_in": "came_in AND channel = 'post'",
}
_GAVE = {"returned": "back", "post_out": "back AND by_post"}
CAME, ONLINE_COUNTS = tuple(_CAME), (*_CAME, *_GAVE)

# The catalogue is joined to the few groups, and only where a dossier does not say its level.
_FACTS = """channel, online_level, CASE WHEN online_level IS NULL THEN procedure_code END AS usual_of,
         assisted"""
_LEVELLED = "LEFT JOIN procedures AS p ON p.procedure_code = small.usual_of"


def _counted(conditions: dict[str, str]) -> str:
    return ", ".join(f"coalesce(sum(n) FILTER (WHERE {one}), 0)" for one in conditions.values())


def online(by: str) -> str:
    """Give the counts of a period by columns ``by``: those, then ``ONLINE_COUNTS``."""
    came = "received_at >= $start AND received_at < $cut"
    back = "returned_at >= $start AND returned_at < $cut"
    of_group = ", ".join(f"small.{column} AS {column}" for column in by.split(", "))
    return f"""
WITH raw AS (
  SELECT {by}, {_FACTS}, TRUE AS came_in, coalesce({back}, FALSE) AS back, returned_by_post AS by_post
  FROM dossiers WHERE {OF_UNIT}{came}
  UNION ALL
  SELECT {by}, {_FACTS}, FALSE, TRUE, returned_by_post
  FROM dossiers WHERE {OF_UNIT}received_at < $start AND {back}
), small AS (
  SELECT {by}, channel, online_level, usual_of, assisted, came_in, back, by_post, count(*) AS n
  FROM raw GROUP BY {by}, channel, online_level, usual_of, assisted, came_in, back, by_post
), levelled AS (
  SELECT {of_group}, channel, coalesce(small.online_level, p.online_level) AS level, assisted, came_in, back,
         by_post, n
  FROM small {_LEVELLED}
)
SELECT {by}, {_counted(_CAME | _GAVE)} FROM levelled GROUP BY {by}"""


ONLINE_TREND = f"""
WITH small AS (
  SELECT unit_code, date_trunc('month', received_at) AS began, {_FACTS}, count(*) AS n
  FROM dossiers WHERE received_at >= $first AND received_at < $cut GROUP BY 1, 2, 3, 4, 5, 6
), levelled AS (
  SELECT unit_code, {_MONTH.format("began")} AS month, channel,
         coalesce(small.online_level, p.online_level) AS level, assisted, TRUE AS came_in, n
  FROM small {_LEVELLED}
)
SELECT unit_code, month, {_counted(_CAME)} FROM levelled GROUP BY unit_code, month"""

_SOURCES = """CASE WHEN source IN ('tablet', 'paper', 'front', 'online', 'sipas') THEN source
            ELSE 'unknown_source' END"""
_LEVELS = """CASE WHEN votes IS NULL OR votes < 0 THEN 'uncountable'
            WHEN level IN ('very_satisfied', 'satisfied', 'neutral', 'dissatisfied', 'very_dissatisfied')
            THEN level ELSE 'unknown_level' END"""
_VOTES = "sum(CASE WHEN votes IS NULL OR votes < 0 THEN 1 ELSE votes END)"

VOTES = f"""
SELECT unit_code, {_SOURCES}, {_LEVELS}, {_VOTES}
FROM ratings WHERE {OF_UNIT}rated_on >= $start AND rated_on < $cut GROUP BY 1, 2, 3"""

VOTES_TREND = f"""
SELECT unit_code, {_MONTH.format("rated_on")}, {_SOURCES}, {_LEVELS}, {_VOTES}
FROM ratings WHERE {OF_UNIT}rated_on >= $first AND rated_on < $cut GROUP BY 1, 2, 3, 4"""

COMPLAINTS_RECEIVED = f"""
SELECT unit_code, count(*), count(*) FILTER (WHERE answered_on < $cut),
       count(*) FILTER (WHERE due_on < $judged AND (answered_on IS NULL OR answered_on >= $cut))
FROM complaints WHERE {OF_UNIT}received_on >= $start AND received_on < $cut GROUP BY unit_code"""

RECEPTIONS = f"""
SELECT unit_code, count(*)
FROM receptions WHERE {OF_UNIT}held_on >= $start AND held_on < $cut GROUP BY unit_code"""

PROCEDURES_USED = f"""
SELECT unit_code, procedure_code, field, count(*)
FROM dossiers WHERE {OF_UNIT}received_at >= $start AND received_at < $cut
GROUP BY unit_code, procedure_code, field"""

_WAITING = "received_on < $cut AND (answered_on IS NULL OR answered_on >= $cut)"
COMPLAINTS_WAITING = f"""
SELECT unit_code, count(*), count(*) FILTER (WHERE due_on < $judged)
FROM complaints WHERE {_WAITING} GROUP BY unit_code"""
COMPLAINTS_OVERDUE = f"""
SELECT complaint_id, CAST(due_on AS timestamp)
FROM complaints WHERE {_WAITING} AND due_on < $judged ORDER BY due_on, complaint_id LIMIT $most"""


def listing(engine: str) -> str:
    """Give the first page of a period's dossiers, those late longest first: code, outcome, days.

    How many there are in all the page knows from its counts: here too it is not asked.
    """
    binary = "" if engine == "DuckDB" else ' COLLATE "C"'
    return f"""{inside(engine, "dossier_code")}, timed AS (
  SELECT dossier_code, outcome,
         CASE outcome WHEN 3 THEN finished_at::date - due_at::date
                      WHEN 9 THEN $judged::date - due_at::date END AS days
  FROM inside
)
SELECT dossier_code, outcome, days
FROM timed ORDER BY days IS NULL, days DESC, dossier_code{binary} LIMIT 50"""
