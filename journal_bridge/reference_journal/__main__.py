"""Runs the reference journal: `python -m journal_bridge.reference_journal --zvonok URL --key sk_test_…`."""

import argparse
import asyncio
import contextlib
import logging
from datetime import UTC, datetime

from journal_bridge.reference_journal.serving import serve


def main() -> None:
    """Read the arguments and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="reference_journal", description="A small journal that uses Zvonok.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7881)
    parser.add_argument("--zvonok", default="http://localhost:7880", help="where Zvonok's HTTP interface is")
    parser.add_argument("--key", required=True, help="API key, sk_test_… or sk_live_…")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(asked.host, asked.port, asked.zvonok, asked.key, now=lambda: datetime.now(UTC)))


if __name__ == "__main__":
    main()
