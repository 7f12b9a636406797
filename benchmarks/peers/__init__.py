"""Servers to measure: `entrants` lists those that are installed here, and those of driver files.

A driver is a class that fits `peer.Peer`; docs/benchmarks-drivers.md says how to write one.
"""

import hashlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import ModuleType

from benchmarks.peers import janus
from benchmarks.peers.peer import Entrant, PeerError
from benchmarks.peers.zvonok import ZvonokPeer
from sfu.plane.model import SrtpProfile

CM80, GCM = SrtpProfile.AES_CM_128_HMAC_SHA1_80, SrtpProfile.AEAD_AES_128_GCM


def entrants(drivers: Sequence[Path] = ()) -> list[Entrant]:
    """Ours with both profiles, Janus with both ways of making threads where it is installed, then those of the files.

    Raises PeerError, in words for the person who named the file, for one that is no driver, and for names used twice.
    """
    found = [*_ours(), *(_janus() if janus.installed() else ())]
    for path in drivers:
        found += _of_file(path)
    names = [entrant.name for entrant in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PeerError(f"two servers are called {twice[0]}")
    return found


def _ours() -> list[Entrant]:
    try:
        version = importlib.metadata.version("zvonok")
    except importlib.metadata.PackageNotFoundError:  # a checkout that was never installed
        version = ""
    return [
        Entrant(name, profile, partial(ZvonokPeer, label=name), version)
        for name, profile in (("Zvonok, CM80", CM80), ("Zvonok, GCM128", GCM))
    ]


def _janus() -> list[Entrant]:
    """With CM80, which is what it has always been compared with."""
    default = Entrant("Janus, default", CM80, janus.JanusPeer, janus.version(), janus.CAVEAT, reference=True)
    single = partial(janus.JanusPeer, event_loops=1)
    return [default, Entrant("Janus, event_loops=1", CM80, single, default.version, janus.CAVEAT)]


def _of_file(path: Path) -> list[Entrant]:
    offered = getattr(_loaded(path), "entrants", None)
    if not callable(offered):
        raise PeerError(f"{path} has no function entrants()")
    try:
        found = list(offered())
    except Exception as error:  # whatever a stranger's file raises belongs to its author
        raise PeerError(f"entrants() of {path} failed: {type(error).__name__}: {error}") from error
    if not all(isinstance(item, Entrant) for item in found):
        raise PeerError(f"entrants() of {path} must give a list of benchmarks.peers.peer.Entrant")
    return found


def _loaded(path: Path) -> ModuleType:
    """The module in a file, under a name of its own; dataclasses want to find it among the loaded ones."""
    name = f"benchmark_driver_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path) if path.suffix == ".py" else None
    if spec is None or spec.loader is None or not path.is_file():
        raise PeerError(f"there is no Python file {path}")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise PeerError(f"{path} cannot be loaded: {type(error).__name__}: {error}") from error
    return module
