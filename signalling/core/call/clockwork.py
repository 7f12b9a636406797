"""Everything in a call that happens because time passes: one deadline for all of it."""

from signalling.core.call import running
from signalling.core.call.state import Call


def poll(call: Call, now: float) -> None:
    """Do what is due. `now`: seconds since the epoch."""
    running.poll(call, now)


def deadline(call: Call) -> float | None:
    """When `poll` has to be called next, in seconds since the epoch."""
    return running.deadline(call)
