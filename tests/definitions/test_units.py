"""The order of lists that no metric orders: the district's own (sort_order), then kinds and names."""

from __future__ import annotations

from pathlib import Path

from apps import Site, dossiers, server, unit, write

server()  # the pages register with the one application of the process

from dashboard.pages import flags as flags_page  # noqa: E402
from queries.definitions.units import NO_UNIT, Unit, by_name  # noqa: E402


def order(*units: Unit) -> str:
    return " ".join(one.code or "none" for one in sorted(units, key=by_name))


def test_sort_order_orders_lists_then_kinds_and_names() -> None:
    units = (
        Unit("10", "Phường 10", "ward"), Unit("2", "Phường 2", "ward"), Unit("office", "An", "department"),
        Unit("second", "Phường A", "ward", 2), Unit("first", "Phòng Z", "department", 1), NO_UNIT,
    )  # fmt: skip
    assert order(*units) == "first second 2 10 office none"
    assert order(Unit("b", "B", "ward", 5), Unit("a", "A", "ward", 5)) == "a b", (
        "names where places are equal"
    )
    assert order(Unit("zero", "Z", "ward", 0), Unit("one", "A", "ward", 1)) == "zero one"


def test_every_list_follows_it_and_a_metric_goes_before(tmp_path: Path) -> None:
    units = [unit(1, sort_order=3), unit(2, sort_order=1), unit(3, sort_order=2)]
    rows = [
        *dossiers("P01", early=30, late=9),
        *dossiers("P02", early=30),
        *dossiers("P03", early=30, late=1),
    ]
    site = Site(write(tmp_path, units, rows))
    assert [row["unit_code"] for row in site.json("/api/v1/units")["rows"]] == ["P02", "P03", "P01"]
    assert [row["unit_code"] for row in site.json("/api/v1/on-time")["rows"]] == ["P02", "P03", "P01"]
    text = site.text(flags_page.draw_matrix, {"sap_xep": "unit"}, path="/canh-bao")
    assert text.index("Phường 2") < text.index("Phường 3") < text.index("Phường 1 ")
    found = site.ask().on_time
    assert [row.unit.code for row in found.ranked] == ["P01", "P03", "P02"], "worst first, whatever the place"
    assert list(site.ask().context.units) == ["P02", "P03", "P01"], "the list of the filter"
