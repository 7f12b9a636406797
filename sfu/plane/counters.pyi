"""Names of the plane's counters."""

NAMES: tuple[str, ...]
