"""`python -m coopkit.admin --port N` starts the page on this machine only."""

from __future__ import annotations

import argparse

from coopkit.admin.entry import CONFIG, app


def main() -> None:
    """Serve the page on loopback until stopped."""
    parser = argparse.ArgumentParser(prog="python -m coopkit.admin")
    parser.add_argument("--port", type=int, default=8501)
    port = parser.parse_args().port
    app.run(config={**CONFIG, "server.port": port})


if __name__ == "__main__":
    main()
