"""Properties of a question that are worked out once, several at a time where that helps."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Generic, TypeVar, overload

_Value = TypeVar("_Value")


class once(Generic[_Value]):  # noqa: N801 - reads as a decorator
    """A property worked out when first asked for, and kept with its object.

    Not ``functools.cached_property``: before Python 3.12 that holds one lock for all objects of a class
    while it works, so that readers waited for each other's statements.
    """

    def __init__(self, make: Callable[[Any], _Value]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> once[_Value]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> _Value: ...

    def __get__(self, instance: object | None, owner: type) -> once[_Value] | _Value:
        if instance is None:
            return self
        # Kept under the property's own name, where Python looks before it asks us.
        value = instance.__dict__[self._name] = self._make(instance)
        return value


class Together:
    """Threads that work out several things at once, as many as there are processors.

    Whoever asks does what no thread has begun themselves, so that nobody waits for work that only waits
    for them.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="answer")

    def begin(self, makes: Sequence[Callable[[], Any]]) -> None:
        """Begin all of it and wait for none. What fails here fails again, where it is asked for."""
        for one in makes:
            self._threads.submit(one)

    def make(self, makes: Sequence[Callable[[], Any]]) -> None:
        """Work all of it out. What fails here fails again, and is told, where it is asked for."""
        waiting = [self._threads.submit(one) for one in makes[1:]]
        for one, begun in zip(makes, (None, *waiting), strict=False):
            with suppress(Exception, CancelledError):
                if begun is None or begun.cancel():
                    one()
        for begun in waiting:
            with suppress(Exception, CancelledError):
                begun.result()
