"""/api/v1/flags: every flag of the period, of the district and of each unit it is on."""

from __future__ import annotations

from typing import Any

from dashboard.api.head import Answer, head_of
from dashboard.figures.flags.wording import Link, flag_sentence, unit_sentence
from dashboard.figures.shared.outcome import NO_DATA
from dashboard.question.flags import flag_link, officials_told
from dashboard.question.question import Question
from queries.flags.dossiers import lists_dossiers
from queries.flags.found import Found, FoundFlags, Raised


def flags(question: Question) -> Answer:
    """Give one row a flag for the district (unit_code null), then one for each unit it is on.

    ``count``: units, dossiers, officials or complaints, as the head's rules say; null where
    there are no data, or the flag is not asked of this view. ``dossiers``: how many
    dossiers the link lists. ``numerator`` and ``denominator``: the a/b beside it; of a unit
    late or near the late rate's own. Units a flag is not on have no row. Who officials are
    is told only to who may see them. The head's ``alarmed``: the units with a red flag on
    themselves; ``inspect``: those to inspect, first to last.
    """
    head = head_of(question)
    if not question.view.has_started:
        return Answer(head, [])
    found, link = question.flags, flag_link(question, absolute=True)
    head["rules"] = [
        {
            "id": one.rule.id, "name": one.rule.name, "level": one.rule.level, "scope": one.rule.scope,
            "counts": one.rule.of, "rule": one.rule.rule_text(found.view, found.parameters),
            "source": one.rule.source_text(found.view),
            "consequence": one.rule.consequence(found.view) or None, "restricted": one.rule.is_restricted,
        }
        for one in found.flags
    ]  # fmt: skip
    rows = []
    for one in found.flags:
        rows.append({**_row(one, None, found), "link": _link(one, None, link)})
        codes = [unit.code for unit in found.units if unit.code in one.units]
        rows += [{**_row(one, code, found), "link": _link(one, code, link)} for code in codes if code]
    if question.rights.sees_officials:
        head["officials"] = list(officials_told(question).get("officer_late", ()))
    head["alarmed"] = [unit.code for unit in found.alarmed]
    head["inspect"] = [row.unit.code for row in found.inspected]
    return Answer(head, rows)


def _link(one: Found, code: str | None, link: Link) -> str | None:
    return (link(one, code) or None) if one.state == "found" else None


def _row(one: Found, code: str | None, found: FoundFlags) -> dict[str, Any]:
    raised = one.district if code is None else one.units[code]
    is_counted = one.state == "found"
    numerator, denominator = _share(one, raised, code)
    return {
        "id": one.rule.id,
        "level": one.rule.level,
        "scope": one.rule.scope,
        "unit_code": code,
        "unit": next((unit.name for unit in found.units if unit.code == code), None) if code else None,
        "count": raised.count if is_counted else None,
        "dossiers": raised.dossiers or None
        if one.rule.is_restricted
        else raised.dossiers
        if is_counted and lists_dossiers(one.rule.id)
        else None,
        "numerator": numerator if is_counted else None,
        "denominator": denominator if is_counted else None,
        "note": _note(one, code),
        "strength": raised.strength if code is not None else None,
        "sentence": flag_sentence(one, found) if code is None else unit_sentence(one, found, code),
    }


def _note(one: Found, code: str | None) -> str | None:
    """Say why there is no number; beside the district's, why a unit may have some without a row."""
    if one.state == "no_data":
        return NO_DATA
    untold = f"đơn vị không có dòng: {one.untold}" if one.untold and code is None else ""
    return one.why_idle or untold or None


def _share(one: Found, raised: Raised, code: str | None) -> tuple[int | None, int | None]:
    if code is not None and raised.why is not None:
        return raised.why.a, raised.why.b
    return (raised.count, raised.base) if one.rule.base else (raised.count, None)
