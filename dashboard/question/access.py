"""Who may see what: the one place that decides it."""

from __future__ import annotations

from dashboard.settings.settings import Settings
from queries.definitions.flags import FLAGS


def may_see_officials(settings: Settings) -> bool:
    """Say whether this reader may see names and codes of officials, and what leads to them."""
    return settings.show_officials


def may_list(settings: Settings, flag_id: str) -> bool:
    """Say whether this reader may see whom or what a flag is about, not only how many."""
    return not FLAGS[flag_id].is_restricted or may_see_officials(settings)
