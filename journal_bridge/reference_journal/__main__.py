"""Runs the reference journal: `python -m journal_bridge.reference_journal --zvonok URL --key sk_test_…`."""

import argparse
import asyncio
import contextlib
import logging
import os
from datetime import UTC, datetime

from journal_bridge.reference_journal.serving import serve

KEY = "REFERENCE_JOURNAL_KEY"  # a command line is there for everybody on the machine to read, the environment is not


def main() -> None:
    """Read the arguments and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="reference_journal", description="A small journal that uses Zvonok.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7881)
    parser.add_argument("--zvonok", default="http://localhost:7880", help="where Zvonok's HTTP interface is")
    parser.add_argument("--key", default=os.environ.get(KEY), help=f"API key, sk_test_… or sk_live_…; default: ${KEY}")
    asked = parser.parse_args()
    if not asked.key:
        parser.error(f"no API key: give --key or set {KEY}")
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(asked.host, asked.port, asked.zvonok, asked.key, now=lambda: datetime.now(UTC)))


if __name__ == "__main__":
    main()
