"""What a figure was measured on."""

import platform
from pathlib import Path


def processor() -> str:
    """The processor's name as the kernel tells it, or else the architecture's."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
