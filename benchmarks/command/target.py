"""Which server a command measures: flags in, an entrant out."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.command.stop import UsageError
from benchmarks.load.client import LoadClient
from benchmarks.peers import entrants
from benchmarks.peers.peer import Entrant, Peer, PeerError
from benchmarks.peers.remote import RemotePeer
from sfu.plane.model import SrtpProfile

PROFILES = {"gcm128": SrtpProfile.AEAD_AES_128_GCM, "cm80": SrtpProfile.AES_CM_128_HMAC_SHA1_80}
KEY_VARIABLE, SECRET_VARIABLE = "ZVONOK_API_KEY", "ZVONOK_API_SECRET"
OURS = "Zvonok"
REMOTE = "remote server"
"""As reports call it: they do not tell addresses."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `chosen`."""
    own = parser.add_argument_group("which server", "by default our own, started for the run")
    own.add_argument("--server", metavar="NAME", help="another entrant of the comparison, or a part of its name")
    own.add_argument("--profile", choices=sorted(PROFILES), help="SRTP profile to agree on (default: gcm128)")
    add_drivers(own)
    remote = parser.add_argument_group("a server that runs elsewhere", "any that speaks LiveKit's protocol")
    remote.add_argument("--url", metavar="URL", help="wss://call.school.example, or ws:// without TLS")
    remote.add_argument("--key", metavar="KEY", help=f"API key (or {KEY_VARIABLE})")
    remote.add_argument("--secret", metavar="SECRET", help=f"its secret; better {SECRET_VARIABLE}, or be asked for it")
    remote.add_argument("--tokens", metavar="FILE", type=Path, help="ready-made tokens, one a line, instead of a key")
    remote.add_argument("--ca", metavar="FILE", type=Path, help="certificate of a private authority to trust (PEM)")


def add_drivers(parser: argparse._ActionsContainer) -> None:
    """The flag that both the comparison and single scenarios have."""
    parser.add_argument(
        "--driver",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a Python file with entrants() for more servers (docs/benchmarks-drivers.md); may be repeated",
    )


def is_remote(options: argparse.Namespace) -> bool:
    """Whether the flags name a server that the harness does not start."""
    return options.url is not None


def hidden(options: argparse.Namespace) -> tuple[str, ...]:
    """What no file may hold: the name of a server that runs elsewhere."""
    host = urlsplit(options.url).hostname if is_remote(options) else None
    return (host,) if host else ()


def chosen(options: argparse.Namespace) -> Entrant:
    """The server that the flags of `add_arguments` name. Raises UsageError."""
    if is_remote(options):
        if options.server:
            raise UsageError("--server and --url exclude each other")
        return Entrant(REMOTE, PROFILES[options.profile or "gcm128"], _remote(options))
    for flag in ("key", "secret", "tokens", "ca"):
        if getattr(options, flag):
            raise UsageError(f"--{flag} is for a server that runs elsewhere: say --url as well")
    return _local(known(options.driver), options.server, options.profile)


def known(drivers: Sequence[Path]) -> list[Entrant]:
    """All entrants, those of driver files too. Raises UsageError for a file that is no driver."""
    try:
        return entrants(drivers)
    except PeerError as error:
        raise UsageError(str(error)) from error


def _local(found: Sequence[Entrant], name: str | None, profile: str | None) -> Entrant:
    wanted = PROFILES[profile] if profile else None
    if name is None:
        own = [entrant for entrant in found if entrant.name.startswith(OURS)]
        return next(one for one in own if one.profile is (wanted or SrtpProfile.AEAD_AES_128_GCM))
    fitting = [one for one in found if name.lower() in one.name.lower()]
    exact = [one for one in found if name.lower() == one.name.lower()]
    if wanted and len(fitting) > 1:
        fitting = [one for one in fitting if one.profile is wanted] or fitting
    if len(exact or fitting) != 1:
        listed = "; ".join(one.name for one in (fitting or found))
        raise UsageError(f"--server {name!r} names {'several' if fitting else 'none'} of: {listed}")
    entrant = (exact or fitting)[0]
    return replace(entrant, profile=wanted) if wanted else entrant


def _remote(options: argparse.Namespace) -> Callable[[LoadClient], Peer]:
    for flag in ("tokens", "ca"):
        path: Path | None = getattr(options, flag)
        if path is not None and not path.is_file():
            raise UsageError(f"--{flag}: there is no file {path}")
    if options.tokens is not None:
        return lambda client: RemotePeer(client, options.url, tokens=options.tokens, ca=options.ca)
    key = options.key or os.environ.get(KEY_VARIABLE)
    if not key:
        raise UsageError(f"a server that runs elsewhere wants --key (or {KEY_VARIABLE}), or --tokens")
    secret = options.secret or os.environ.get(SECRET_VARIABLE) or _asked()
    return lambda client: RemotePeer(client, options.url, key=key, secret=secret, ca=options.ca)


def _asked() -> str:
    """The secret from the keyboard, without echo."""
    secret = getpass.getpass("API secret: ") if sys.stdin.isatty() else ""
    if not secret:
        raise UsageError(f"no secret: set {SECRET_VARIABLE}, or say --secret")
    return secret
