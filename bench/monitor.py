"""A monitor: asks /healthz again and again from a process of its own, so that what is late is the server.

``python -m bench.monitor SECONDS PORT…`` says "ready", asks each port every so many seconds on a new line,
until its input is closed, and prints the milliseconds as JSON: a list for each port, null where it failed.
"""

from __future__ import annotations

import http.client
import json
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from bench.machine import ROOT

PATH = "/healthz"
_FROM = "127.0.0.2"
"""Another machine's address than the readers'."""
_LONGEST = 30


@dataclass
class Heard:
    """What the monitor found, by port, in milliseconds; infinite where it failed."""

    times: dict[int, list[float]] = field(default_factory=dict)


@contextmanager
def monitoring(ports: Sequence[int], *, every: float) -> Iterator[Heard]:
    """Let a monitor ask meanwhile; what it found is there afterwards."""
    asked = [sys.executable, "-m", "bench.monitor", str(every), *map(str, ports)]
    found = Heard()
    with subprocess.Popen(
        asked, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready", "the monitor did not begin"
            yield found
            told, _ = process.communicate("", _LONGEST + 10)
            for port, times in zip(ports, json.loads(told), strict=True):
                found.times[port] = [float("inf") if one is None else one for one in times]
        finally:
            if process.poll() is None:
                process.kill()


def _asked(port: int) -> float | None:
    began = time.perf_counter()
    with suppress(OSError, http.client.HTTPException):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=_LONGEST, source_address=(_FROM, 0))
        with closing(line):
            line.request("GET", PATH)
            answer = line.getresponse()
            answer.read()
            if answer.status == 200:
                return 1000 * (time.perf_counter() - began)
    return None


def main() -> None:
    """Ask until nobody listens any more."""
    every, ports = float(sys.argv[1]), [int(one) for one in sys.argv[2:]]
    found: list[list[float | None]] = [[] for _ in ports]
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], every)[0]:
        for times, port in zip(found, ports, strict=True):
            times.append(_asked(port))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
