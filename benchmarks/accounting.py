"""CPU, memory and threads of a running process out of the kernel's accounting (Linux)."""

import time
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """CPU that all threads of a process have used, in nanosecond steps. Raises OSError when it is gone.

    This is the clock that clock_getcpuclockid(3) names: the complement of the process id over three bits, of which 2
    says "scheduler's accounting". It sums user and system time, softirq work in the process's context included.
    """
    return time.clock_gettime((~pid << 3) | 2)


def first_thread_seconds(pid: int) -> float:
    """CPU of a process's first thread alone, which runs the event loop of a Python server. Raises OSError when it is
    gone."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e9


def resident_bytes(pid: int) -> int:
    """Resident memory of a process. Raises OSError when it is gone."""
    return _status(pid, "VmRSS") * 1024


def threads(pid: int) -> int:
    """Threads of a process. Raises OSError when it is gone."""
    return _status(pid, "Threads")


def _status(pid: int, key: str) -> int:
    """The number of one line of proc_pid_status(5); a zombie has no memory: 0."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == key:
            return int(value.split()[0])
    return 0
