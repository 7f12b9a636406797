"""The command line's words about journals' keys: make one, let another take over, list, revoke.

In: options and a database URL. Out: lines for the operator; a secret is printed once, here, and kept as a hash only.
"""

import argparse
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from journal_bridge.core.records import Mode
from journal_bridge.keys import SCOPES, Keys
from journal_bridge.store.keys import Key
from server.storage import Database, upgrade

SECONDS = {"m": 60.0, "h": 3600.0, "d": 86400.0}
OVERLAP = "7d"  # a week to put the new key where the old one was

EPILOG = "Periods are written like 30m, 12h, 7d."


class WrongWordError(ValueError):
    """What the operator asked for cannot be done; the text says why."""


def add_commands(commands: Any) -> None:
    """Add this module's subcommands; each sets `key_command`, a coroutine that takes options and Keys."""
    new = commands.add_parser("new-journal-key", help="give a journal a new secret key, printed once", epilog=EPILOG)
    _name(new)
    new.add_argument("--rotate", action="store_true", help="take over from the journal's key of this label")
    new.add_argument(
        "--overlap",
        type=_period,
        default=_period(OVERLAP),
        metavar="PERIOD",
        help=f"how long the old key still works ({OVERLAP})",
    )
    new.add_argument("--scope", action="append", choices=SCOPES, help="only these rights (all)")
    new.add_argument("--allow", action="append", default=[], metavar="NETWORK", help="only from these addresses (any)")
    new.add_argument("--rate", type=int, metavar="N", help="requests per second")
    new.add_argument("--expires", type=_period, metavar="PERIOD", help="opens nothing after this time (never)")
    new.set_defaults(key_command=_new)
    listed = commands.add_parser("journal-keys", help="list journals' keys, without their secrets")
    listed.add_argument("--config", type=Path, metavar="FILE")
    listed.set_defaults(key_command=_list)
    revoke = commands.add_parser("revoke-journal-key", help="let a journal's key open nothing any more")
    _name(revoke)
    revoke.set_defaults(key_command=_revoke)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Keys]:
    """The keys in a database, whose tables are brought up to date."""
    await upgrade(url)
    database = Database(url)
    try:
        yield Keys(database, clock=time.time, random=secrets.token_bytes)
    finally:
        await database.close()


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the journal's name")
    parser.add_argument("--config", type=Path, metavar="FILE")
    parser.add_argument("--test", action="store_true", help="a key for trying out (sk_test_...)")
    parser.add_argument("--label", default="", help="tells the journal's keys apart")


async def _new(options: argparse.Namespace, keys: Keys) -> str:
    mode = _mode(options)
    key = f"sk_{mode}_{secrets.token_urlsafe(32)}"
    try:
        if options.rotate:
            await keys.rotate(options.name, mode, key, label=options.label, overlap=options.overlap)
        else:
            expires_at = time.time() + options.expires if options.expires else None
            await keys.ensure_key(
                options.name,
                key,
                options.scope or SCOPES,
                label=options.label,
                allowed=options.allow,
                rate=options.rate,
                expires_at=expires_at,
            )
    except ValueError as error:
        raise WrongWordError(str(error)) from error
    return key


async def _list(_options: argparse.Namespace, keys: Keys) -> str:
    return "\n".join(_line(key) for key in await keys.listed())


async def _revoke(options: argparse.Namespace, keys: Keys) -> str:
    count = await keys.revoke(options.name, _mode(options), label=options.label)
    if not count:
        raise WrongWordError(f"{options.name} has no such key")
    return f"Revoked: {count}."


def _line(key: Key) -> str:
    parts = [
        f"{key.access.journal_name}: {key.access.key_name} ({key.access.mode})",
        f"last used {_day(key.last_used_at)}",
        f"expires {_day(key.expires_at)}",
        f"from {', '.join(key.networks) or 'anywhere'}",
        " ".join(sorted(key.access.scopes)),
    ]
    return "; ".join(parts)


def _day(at: float | None) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC") if at else "never"


def _mode(options: argparse.Namespace) -> Mode:
    return "test" if options.test else "live"


def _period(text: str) -> float:
    """Seconds of a period like 7d."""
    match = re.fullmatch(r"(\d{1,5})([mhd])", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no period: write 30m, 12h or 7d")
    return int(match[1]) * SECONDS[match[2]]
