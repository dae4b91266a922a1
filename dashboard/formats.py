"""Numbers and dates as a Vietnamese reader expects them: 25.684, 33,8%, 21/11/2026.

``rate_text`` holds the printing rule: rounding never contradicts a flag, and something
never prints as nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

from queries.metrics import Share

NOTHING = "—"
MOST_DECIMALS = 12
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")


def count_text(value: int | None) -> str:
    """Give a count with dots between thousands; "—" for None."""
    return NOTHING if value is None else f"{value:,}".replace(",", ".")


def share_text(share: Share) -> str:
    """Give "171/2.305"."""
    return f"{count_text(share.a)}/{count_text(share.b)}"


def half_up(value: Fraction, decimals: int) -> Fraction:
    """Round half away from zero, exactly."""
    scale = 10**decimals
    whole = (abs(value) * scale * 2 + 1) // 2
    return Fraction(int(whole) * (1 if value >= 0 else -1), scale)


def decimals_for(exact: Fraction, decimals: int, edges: Sequence[Fraction]) -> int:
    """Give how many decimals to print so that rounding crosses no edge and hides no something."""
    for places in range(decimals, MOST_DECIMALS + 1):
        printed = half_up(exact, places)
        crosses = any((printed >= edge) != (exact >= edge) for edge in (*edges, Fraction(100)))
        if not crosses and not (exact and not printed):
            return places
    return MOST_DECIMALS


def _number(value: Fraction, places: int) -> str:
    whole, part = divmod(int(abs(value) * 10**places), 10**places)
    sign = "−" if value < 0 else ""
    text = f"{whole:,}".replace(",", ".")
    return f"{sign}{text},{part:0{places}d}" if places else f"{sign}{text}"


def percent_text(exact: Fraction | None, decimals: int, edges: Sequence[Fraction] = ()) -> str:
    """Print a percentage by the printing rule; "—" for None, "0%" and "100%" only when exact."""
    if exact is None:
        return NOTHING
    if exact in (0, 100):
        return f"{int(exact)}%"
    places = decimals_for(exact, decimals, edges)
    return f"{_number(half_up(exact, places), places)}%"


def rate_text(share: Share, decimals: int = 2, edges: Sequence[Fraction] = ()) -> str:
    """Print a share of dossiers by the printing rule; "—" where there is nothing to divide by."""
    return percent_text(share.exact, decimals, edges)


def complement_text(late: Share, decimals: int = 2, edges: Sequence[Fraction] = ()) -> str:
    """Print the on-time rate: 100 minus the printed late rate, so that the two always add up."""
    exact = late.exact
    if exact is None:
        return NOTHING
    if exact in (0, 100):
        return f"{100 - int(exact)}%"
    places = decimals_for(exact, decimals, edges)
    return f"{_number(100 - half_up(exact, places), places)}%"


def points_text(change: Fraction | None, edges: Sequence[Fraction] = ()) -> str:
    """Print a change of a rate in percentage points: "▲ 0,31 điểm %"; "không đổi" for none.

    ``edges``: sizes of a change that rounding may not cross.
    """
    if change is None:
        return NOTHING
    if change == 0:
        return "không đổi"
    places = decimals_for(abs(change), 2, edges)
    return f"{'▲' if change > 0 else '▼'} {_number(half_up(abs(change), places), places)} điểm %"


def day_text(day: date) -> str:
    """Give 21/11/2026."""
    return f"{day:%d/%m/%Y}"


def moment_text(moment: datetime) -> str:
    """Give "10:15, 21/11/2026"."""
    return f"{moment:%H:%M, %d/%m/%Y}"


def join_names(names: Sequence[str], most: int | None = None) -> str:
    """Give "Mỹ An, An Lạc và Bình Hưng"; past ``most`` names, "… và 87 đơn vị khác"."""
    if most is not None and len(names) > most:
        return f"{', '.join(names[:most])} và {count_text(len(names) - most)} đơn vị khác"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} và {names[-1]}"


def sentence(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]
