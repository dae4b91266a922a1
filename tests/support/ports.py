"""Ports for servers that tests start."""

from __future__ import annotations

import random
import socket

# Below the range from which the system gives ports to lines going out: a port found there
# may be somebody's other end before the server under test binds it.
_LOWEST, _HIGHEST = 12_000, 32_000
_random = random.SystemRandom()


def free_port() -> int:
    """Give a port of 127.0.0.1 on which nobody listens, and which no line going out is given."""
    while True:
        port = _random.randrange(_LOWEST, _HIGHEST)
        with socket.socket() as probe:
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                continue
            return port
