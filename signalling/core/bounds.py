"""What binds a participant from outside of its room, beside what its token says: the rights of the call it is in."""

from dataclasses import dataclass
from typing import Literal

from signalling.core.grants import Permission

Unmuting = Literal["free", "once", "never"]
"""May a participant switch its microphone on: "once" lasts until it is muted again, "never" keeps it muted."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a participant may do now, and who may receive its camera."""

    permission: Permission
    admin: bool = False  # may administer its room by the server interface
    unmuting: Unmuting = "free"
    camera_audience: frozenset[str] | None = None  # identities; None: everybody
