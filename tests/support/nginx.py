"""A real nginx before a server of ours, with a configuration of a test's."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from running import cannot_run

_FRAME = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {servers}
}}
"""


def nginx() -> str:
    """Where nginx is; a machine without one cannot run the test."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        cannot_run("sau proxy", "không có nginx")
    return found


@contextmanager
def running_nginx(folder: Path, servers: str, address: str) -> Iterator[None]:
    """Run nginx with these server blocks until the end; ready when somebody listens at ``address``."""
    program, configuration = nginx(), folder / "nginx.conf"
    folder.mkdir(parents=True, exist_ok=True)
    configuration.write_text(_FRAME.format(folder=folder, servers=servers), "utf-8")
    checked = subprocess.run(
        [program, "-t", "-c", str(configuration)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(
        [program, "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        ends = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", urlsplit(address).port or 80), timeout=5).close()
                break
            except OSError:
                assert time.monotonic() < ends, (folder / "error.log").read_text("utf-8")
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)
