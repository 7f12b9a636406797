"""The machine, the checkout and the command line of a report. Reads /proc and Git, and the words of this process."""

import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath

from benchmarks.report.model import Setting

ROOT = Path(__file__).parents[2]
PROGRAM = "zvonok bench"
GIT_TIMEOUT = 5.0  # seconds
PRIVATE = ("--url", "--key", "--secret")  # flags whose values no file may hold: addresses and secrets
PATHS = ("--tokens", "--ca", "--driver")  # flags whose values keep their last part


def setting(words: Sequence[str] | None = None) -> Setting:
    """Facts for the report's head; `words`: the command line, by default this process's own."""
    return Setting(
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        processor=_field(Path("/proc/cpuinfo"), "model name") or platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory=_memory(),
        kernel=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        commit=_commit(),
        command=command(sys.argv[1:] if words is None else words),
    )


def command(words: Sequence[str]) -> str:
    """The line that repeats a run, to be shown: without secrets, addresses and folders."""
    shown, last = [], ""
    for word in words[1:] if words[:1] == ["bench"] else words:
        name, joined, value = word.partition("=")
        if joined and name in (*PRIVATE, *PATHS):
            shown.append(f"{name}={_masked(name, value)}")
        else:
            shown.append(_masked(last, word))
        last = word
    return " ".join([PROGRAM, *map(_quoted, shown)])


def _masked(flag: str, value: str) -> str:
    if flag in PRIVATE:
        return "..."
    return PurePath(value).name if flag in PATHS or value.startswith(("/", "~", "..", "./")) else value


def _quoted(word: str) -> str:
    return word if word == "..." else shlex.quote(word)


def _field(path: Path, name: str) -> str:
    """The first value of `name : value` lines; empty without one."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")


def _memory() -> str:
    kibibytes = _field(Path("/proc/meminfo"), "MemTotal").removesuffix("kB").strip()
    return f"{int(kibibytes) / (1 << 20):.1f} GiB" if kibibytes else "unknown memory"


def _commit() -> str:
    """Short hash of the checkout, with a plus when files were changed since; empty outside of a checkout."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    return commit + "+" if commit and _git("status", "--porcelain", "--untracked-files=no") else commit


def _git(*words: str) -> str:
    if not (ROOT / ".git").exists():
        return ""
    try:
        done = subprocess.run(["git", "-C", ROOT, *words], capture_output=True, timeout=GIT_TIMEOUT, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode().strip()
