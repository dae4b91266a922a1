"""Where a request comes from: the machine, and whether all of its way was encrypted.

Only proxies that the settings list are believed about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import flask

_TOLD_BY_PROXIES = ("Forwarded", "Via", "X-Real-Ip")


def is_loopback(address: str | None) -> bool:
    """Say whether an address is this machine's own."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def is_loopback_host(host: str) -> bool:
    """Say whether a host to serve at is reached from this machine alone."""
    return host.casefold() == "localhost" or is_loopback(host)


def came_by_proxy(request: flask.Request) -> bool:
    """Say whether a proxy has passed the request on, as far as it says so."""
    told = (name for name, _ in request.headers)
    return any(
        name.casefold().startswith("x-forwarded-") or name.title() in _TOLD_BY_PROXIES for name in told
    )


def is_listed(address: str | None, listed: Iterable[str]) -> bool:
    """Say whether an address is one of those listed: addresses or networks."""
    with suppress(ValueError):
        found = ip_address((address or "").partition("%")[0])
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in ip_network(one, strict=False) for one in listed)
    return False


def address_of(request: flask.Request, proxies: Iterable[str]) -> str:
    """Give the reader's address: the last in the chain that is no listed proxy's."""
    proxies = tuple(proxies)
    address = request.remote_addr or ""
    chain = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    while chain and is_listed(address, proxies):
        address = chain.pop()
    return address


def is_secure(request: flask.Request, proxies: Iterable[str]) -> bool:
    """Say whether the reader's browser speaks TLS: to us, or to a listed proxy that says so."""
    if request.is_secure:
        return True
    told = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip()
    return told == "https" and is_listed(request.remote_addr, proxies)


def is_ours(request: flask.Request) -> bool:
    """Say whether a page of ours sent the request, as the browser tells it."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") in ("same-origin", "none")
    return urlsplit(origin).netloc == request.host
