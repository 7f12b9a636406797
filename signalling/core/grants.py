"""What a token allows: the claims of a token in, the permission of a participant out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from livekit.protocol import models

from signalling.core.settings import RoomSettings

Source = Literal["camera", "microphone", "screen_share", "screen_share_audio"]

SOURCES: Mapping[str, models.TrackSource] = {
    "camera": models.TrackSource.CAMERA,
    "microphone": models.TrackSource.MICROPHONE,
    "screen_share": models.TrackSource.SCREEN_SHARE,
    "screen_share_audio": models.TrackSource.SCREEN_SHARE_AUDIO,
}

KINDS: Mapping[str, models.ParticipantInfo.Kind] = {
    "": models.ParticipantInfo.Kind.STANDARD,
    "standard": models.ParticipantInfo.Kind.STANDARD,
    "ingress": models.ParticipantInfo.Kind.INGRESS,
    "egress": models.ParticipantInfo.Kind.EGRESS,
    "sip": models.ParticipantInfo.Kind.SIP,
    "agent": models.ParticipantInfo.Kind.AGENT,
    "connector": models.ParticipantInfo.Kind.CONNECTOR,
    "bridge": models.ParticipantInfo.Kind.BRIDGE,
}


@dataclass(frozen=True, slots=True)
class Permission:
    """What a participant may do now. An empty `sources` allows every source."""

    subscribe: bool = True
    publish: bool = True
    publish_data: bool = True
    sources: frozenset[models.TrackSource] = frozenset()
    update_metadata: bool = False
    hidden: bool = False
    recorder: bool = False
    agent: bool = False
    subscribe_metrics: bool = False

    def may_publish(self, source: models.TrackSource) -> bool:
        """Whether a track of this source may be published."""
        return self.publish and (not self.sources or source in self.sources)

    def message(self) -> models.ParticipantPermission:
        return models.ParticipantPermission(
            can_subscribe=self.subscribe,
            can_publish=self.publish,
            can_publish_data=self.publish_data,
            can_publish_sources=sorted(self.sources),
            hidden=self.hidden,
            recorder=self.recorder,
            can_update_metadata=self.update_metadata,
            agent=self.agent,
            can_subscribe_metrics=self.subscribe_metrics,
        )

    @classmethod
    def of(cls, message: models.ParticipantPermission) -> "Permission":
        return cls(
            subscribe=message.can_subscribe,
            publish=message.can_publish,
            publish_data=message.can_publish_data,
            sources=frozenset(message.can_publish_sources),
            update_metadata=message.can_update_metadata,
            hidden=message.hidden,
            recorder=message.recorder,
            agent=message.agent,
            subscribe_metrics=message.can_subscribe_metrics,
        )


@dataclass(frozen=True, slots=True)
class Grants:
    """The "video" grant of a token: what its bearer may do with rooms, and with what permission it joins one."""

    room: str = ""
    join: bool = False
    create: bool = False
    list: bool = False
    admin: bool = False
    destination: str = ""  # room that the bearer may move or forward participants to
    permission: Permission = Permission()


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says."""

    identity: str = ""
    name: str = ""
    metadata: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""  # a key of KINDS
    grants: Grants = Grants()
    room_settings: RoomSettings | None = None  # of its room, when joining creates it
    call: bool = False  # let in by a call: joins its room while the call is open, and at no other time
    issued: float = 0.0  # seconds since the epoch; 0 = the token does not say
