"""The command line: `zvonok serve | demo | check-config | new-key | new-journal-key | … | bench`."""

import argparse
import asyncio
import gc
import logging
import os
import secrets
import signal
import sys
from collections.abc import Coroutine
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import uvloop
from sqlalchemy.exc import SQLAlchemyError

from server import config as configuration
from server import journal_keys, roster_file
from server.config import Config, ConfigError
from server.journal_keys import WrongWordError

BENCH = "bench"
BENCH_NEEDS = ("rich", "matplotlib", "numpy", "av", "livekit")  # the extra of that name
GC_THRESHOLDS = (700, 10, 100)
"""As usual but for the last: a class that comes in leaves objects that stay, and walking through all of those ten times
as often would stall the event loop for a tenth of a second each time."""
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OUR_LOGGERS = ("zvonok", "sfu", "signalling", "identity", "journal_bridge")  # libraries speak up from warnings on


def main() -> int:
    """Run one command; the exit code is 0, 1 for a failure that was explained, 2 for wrong words."""
    if sys.argv[1:2] == [BENCH]:
        return _bench(sys.argv[2:])
    options = _parser().parse_args()
    try:
        if "roster_file" in options:
            return _import_roster(options)
        return int(_about_keys(options) if "key_command" in options else options.run(options))
    except WrongWordError as error:
        print(f"Not done: {error}.", file=sys.stderr)
        return 1
    except ConfigError as error:
        print("The configuration cannot be used:", *(f"  - {problem}" for problem in error.problems), sep="\n")
        return 1
    except OSError as error:
        print(f"Cannot start: {error}", file=sys.stderr)
        return 1
    except SQLAlchemyError as error:
        print(f"Cannot start: the database: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zvonok", description="A call server for schools.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the server")
    serve.add_argument("--config", type=Path, metavar="FILE", help="TOML file (see docs/configuration.md)")
    serve.set_defaults(run=_serve)
    show = commands.add_parser("demo", help="run with demo data and the reference journal, print the links to open")
    show.set_defaults(run=_demo)
    check = commands.add_parser("check-config", help="report every problem of a configuration")
    check.add_argument("config", type=Path, metavar="FILE")
    check.set_defaults(run=_check_config)
    key = commands.add_parser("new-key", help="print a new API key and secret for [keys]")
    key.set_defaults(run=_new_key)
    journal_keys.add_commands(commands)
    roster_file.add_command(commands)
    commands.add_parser(BENCH, help="measure call servers (`zvonok bench --help`)", add_help=False)
    return parser


def _bench(words: list[str]) -> int:
    """Hand over to the harness, which brings its own flags and needs more than a server does."""
    if missing := [name for name in BENCH_NEEDS if find_spec(name) is None]:
        print(f"Benchmarks need {', '.join(missing)}: pip install 'zvonok[bench]'", file=sys.stderr)
        return 1
    return int(import_module("benchmarks.__main__").main(words))


def _serve(options: argparse.Namespace) -> int:
    config = configuration.load(options.config, os.environ)
    _run(_until_told_to_stop(config), config)
    return 0


def _demo(options: argparse.Namespace) -> int:
    from server import demo  # the whole server, which a command about keys does without

    config = configuration.demo(os.environ)
    _run(demo.run(config, _stop_signal), config)
    return 0


def _check_config(options: argparse.Namespace) -> int:
    configuration.load(options.config, os.environ)
    print(f"{options.config} is fine.")
    return 0


def _new_key(options: argparse.Namespace) -> int:
    print(f'[keys]\nkey{secrets.token_hex(4)} = "{secrets.token_urlsafe(36)}"')
    return 0


def _about_keys(options: argparse.Namespace) -> int:
    config = configuration.load(options.config, os.environ)

    async def work() -> None:
        async with journal_keys.opened(config.database.url) as keys:
            print(await options.key_command(options, keys))

    _run(work(), config, level="warning")
    return 0


def _import_roster(options: argparse.Namespace) -> int:
    config = configuration.load(options.config, os.environ)
    ended: list[bool] = []

    async def work() -> None:
        ended.append(await options.roster_file(options, config.database.url))

    _run(work(), config, level="warning")
    return 0 if ended[0] else 1


def _run(work: Coroutine[Any, Any, None], config: Config, *, level: str = "") -> None:
    logging.basicConfig(level=logging.WARNING, format=LOG_FORMAT)
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel((level or config.log_level).upper())
    uvloop.run(work)


async def _until_told_to_stop(config: Config) -> None:
    from server.app import Server  # as in `_demo`

    async with Server(config):
        # What stands now stays: walking through it again and again would stall the event loop for milliseconds.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        await _stop_signal()


async def _stop_signal() -> None:
    """Returns at SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
