"""Numbers and dates as a Vietnamese reader expects them: 25.684, 33,8%, 21/11/2026.

``rate_text`` holds the printing rule: rounding never contradicts a flag, and something
never prints as nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache

from queries.definitions.metrics import Share

NOTHING = "—"
MOST_DECIMALS = 12


def count_text(value: int | None) -> str:
    """Give a count with dots between thousands; "—" for None."""
    return NOTHING if value is None else f"{value:,}".replace(",", ".")


def share_text(share: Share) -> str:
    """Give "171/2.305"."""
    return f"{count_text(share.a)}/{count_text(share.b)}"


def half_up(value: Fraction, decimals: int) -> Fraction:
    """Round half away from zero, exactly."""
    return Fraction(_rounded(value, decimals), 10**decimals)


def _rounded(value: Fraction, decimals: int) -> int:
    """Give ``half_up`` in units of the last decimal: 1234 for 12,34."""
    # In integers: a page prints hundreds of rates, and arithmetic of fractions is slow.
    a, b = value.numerator, value.denominator
    whole = (2 * abs(a) * 10**decimals + b) // (2 * b)
    return int(whole if a >= 0 else -whole)


def decimals_for(exact: Fraction, decimals: int, edges: Sequence[Fraction]) -> int:
    """Give how many decimals to print so that rounding crosses no edge and hides no something."""
    return _printed(exact, decimals, edges)[0]


def _printed(exact: Fraction, decimals: int, edges: Sequence[Fraction]) -> tuple[int, int]:
    """Give ``decimals_for``, and the number so rounded in units of its last decimal."""
    a, b = exact.numerator, exact.denominator
    limits = [(edge.numerator, edge.denominator) for edge in edges] + [(100, 1)]
    sides = [a * q >= p * b for p, q in limits]
    printed = 0
    for places in range(decimals, MOST_DECIMALS + 1):
        scale, printed = 10**places, _rounded(exact, places)
        if [printed * q >= p * scale for p, q in limits] == sides and (printed or not a):
            return places, printed
    return MOST_DECIMALS, printed


def _number(value: Fraction, places: int) -> str:
    sign = "−" if value < 0 else ""
    return sign + _digits(abs(value.numerator) * 10**places // value.denominator, places)


def _digits(printed: int, places: int) -> str:
    """Write a number given in units of its last decimal."""
    whole, part = divmod(printed, 10**places)
    text = f"{whole:,}".replace(",", ".")
    return f"{text},{part:0{places}d}" if places else text


def percent_text(exact: Fraction | None, decimals: int, edges: Sequence[Fraction] = ()) -> str:
    """Print a percentage by the printing rule; "—" for None, "0%" and "100%" only when exact."""
    if exact is None:
        return NOTHING
    a, b = exact.numerator, exact.denominator
    if a in (0, 100 * b):
        return f"{a // b}%"
    places, printed = _printed(exact, decimals, edges)
    return f"{'−' if a < 0 else ''}{_digits(abs(printed), places)}%"


def rate_text(share: Share, decimals: int = 2, edges: Sequence[Fraction] = ()) -> str:
    """Print a share of dossiers by the printing rule; "—" where there is nothing to divide by."""
    return _rate_text(share.a, share.b, decimals, tuple(edges))


# A month's rate stands in the ranking, in the heat map and in the next period's trend as well.
@lru_cache(maxsize=16_384)
def _rate_text(a: int, b: int, decimals: int, edges: tuple[Fraction, ...]) -> str:
    return percent_text(Share(a, b).exact, decimals, edges)


def complement_text(late: Share, decimals: int = 2, edges: Sequence[Fraction] = ()) -> str:
    """Print the on-time rate: 100 minus the printed late rate, so that the two always add up."""
    return _complement_text(late.a, late.b, decimals, tuple(edges))


@lru_cache(maxsize=16_384)
def _complement_text(a: int, b: int, decimals: int, edges: tuple[Fraction, ...]) -> str:
    exact = Share(a, b).exact
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


def per_thousand_text(exact: Fraction) -> str:
    """Print how many of 1.000: a whole number, with decimals only where something would print as nothing."""
    places = next(
        (places for places in range(MOST_DECIMALS) if not exact or half_up(exact, places)), MOST_DECIMALS
    )
    return _number(half_up(exact, places), places)


def signed_text(points: Fraction, places: int) -> str:
    """Print percentage points with their sign: "+2,40", "−0,35"; "0" for none."""
    if not points:
        return "0"
    return f"{'+' if points > 0 else ''}{_number(half_up(points, places), places)}"


def adding_up(parts: Sequence[Fraction], total: Fraction, places: int) -> tuple[Fraction, ...]:
    """Round the parts of a total so that, as printed, they add up to the total as printed.

    Each is rounded down or up by less than one in the last place, never past zero; those
    that rounding down would cost most are rounded up. ``total``: the sum of the parts,
    exact or rounded already to so many places.
    """
    scale = 10**places
    floors = [part * scale // 1 for part in parts]
    missing = int(half_up(total, places) * scale) - sum(floors)
    cost = sorted(range(len(parts)), key=lambda i: floors[i] - parts[i] * scale)
    raised = set(cost[:missing])
    return tuple(Fraction(floor + (i in raised), scale) for i, floor in enumerate(floors))


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


def within(text: str) -> str:
    """Write a name as it stands within a sentence."""
    return text[:1].lower() + text[1:]


def sentence(text: str) -> str:
    """Begin a text with a capital letter."""
    return text[:1].upper() + text[1:]
