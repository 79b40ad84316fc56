"""`python -m coopkit.admin --port N` starts the page; `--demo` lets everybody in who sits at this machine."""

from __future__ import annotations

import argparse
import logging
import os
import sys

from coopkit.admin.door import Door, open_demo, set_up
from coopkit.admin.entry import CONFIG, app
from coopkit.errors import CoopkitError


def main() -> None:
    """Serve the page until stopped."""
    parser = argparse.ArgumentParser(prog="python -m coopkit.admin")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--demo", action="store_true")
    told = parser.parse_args()
    _keep_a_log()
    try:
        set_up(Door.of(os.environ, told.host))
        if told.demo:
            open_demo(told.host)
    except CoopkitError as error:
        sys.exit(str(error))
    app.run(config={**CONFIG, "server.address": told.host, "server.port": told.port})


def _keep_a_log() -> None:
    """Who signed in or failed to, and what went wrong, with its moment: on standard error, for systemd to pick up."""
    to = logging.StreamHandler()
    to.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S%z"))
    own = logging.getLogger("coopkit")
    own.addHandler(to)
    own.setLevel(logging.INFO)
    own.propagate = False


if __name__ == "__main__":
    main()
