"""How many examples are drawn where each of them fills a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

AT_LENGTH = 10
"""So many times as many in ``make soak``."""

Test = TypeVar("Test", bound=Callable[..., object])


def drawn(examples: int) -> Callable[[Test], Test]:
    """Draw so many examples: some a tenth of a second each, on every engine; many more in ``make soak``."""
    times = AT_LENGTH if settings.get_current_profile_name() == "length" else 1
    given = settings(
        max_examples=examples * times, deadline=None,
        suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow,
                               HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    return lambda test: pytest.mark.drawn(given(test))
