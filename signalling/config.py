"""How signalling is set up, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from livekit.protocol import rtc

from signalling.core.limits import Limits

CLAIMED_VERSION = "1.13.6"
"""The LiveKit server version that we claim. At least 1.8.0, or clients refuse RPC; not 0.15.1, which switches dynacast
off; not above 1.13.6, or clients publish VP9 and AV1 with scalable layers, which we do not forward."""


@dataclass(frozen=True, slots=True)
class SignallingConfig:
    """All settings of signalling."""

    keys: Mapping[str, str] = field(repr=False)  # API key to secret; our own tokens are signed with the first
    node: str = "ND_zvonok"
    claimed_version: str = CLAIMED_VERSION
    ice_servers: tuple[rtc.ICEServer, ...] = ()
    limits: Limits = field(default_factory=Limits)
    auto_create: bool = True  # joining a room that is not there creates it; rooms of calls have their own rule
    learners_share_screen: bool = False  # students and parents may share their screens from the start
    simulation: bool = False  # clients may ask for faults (`simulate`): for test suites only
    drain_timeout: float = 3.0  # seconds that clients have at shutdown to take their last messages
