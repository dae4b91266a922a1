"""Properties of a question that are worked out once."""

from __future__ import annotations

from collections.abc import Callable
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
