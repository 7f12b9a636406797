"""Access tokens: JWT with HS256 (RFC 7519, RFC 7515), as LiveKit's SDKs make and expect them."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from signalling.core.grants import KINDS, SOURCES, Claims, Grants, Permission
from signalling.core.settings import DEPARTURE_TIMEOUT, EMPTY_TIMEOUT, RoomSettings

LEEWAY = 60
"""Seconds that another machine's clock may be off (as LiveKit)."""

MIN_SECRET = 32
"""Bytes; RFC 7518 section 3.2 asks for a key as long as the hash."""


class TokenError(Exception):
    """The token is not valid here. The text says why, without saying what is in the token."""


class _Video(msgspec.Struct, rename="camel", omit_defaults=True):
    room: str = ""
    room_join: bool | None = None
    room_create: bool | None = None
    room_list: bool | None = None
    room_admin: bool | None = None
    destination_room: str | None = None
    can_publish: bool | None = None
    can_subscribe: bool | None = None
    can_publish_data: bool | None = None
    can_publish_sources: list[str] | None = None
    can_update_own_metadata: bool | None = None
    can_subscribe_metrics: bool | None = None
    hidden: bool | None = None
    recorder: bool | None = None
    agent: bool | None = None


class _RoomConfig(msgspec.Struct, rename="camel", omit_defaults=True):
    metadata: str = ""
    empty_timeout: int = EMPTY_TIMEOUT
    departure_timeout: int = DEPARTURE_TIMEOUT
    max_participants: int = 0


class _Payload(msgspec.Struct, rename="camel", omit_defaults=True):
    iss: str
    exp: float
    nbf: float = 0.0
    iat: float = 0.0
    sub: str = ""
    name: str = ""
    metadata: str = ""
    kind: str = ""
    attributes: dict[str, str] | None = None
    video: _Video | None = None
    room_config: _RoomConfig | None = None
    call: bool = False


class Tokens:
    """Signs and verifies. Secrets stay in here."""

    def __init__(self, keys: Mapping[str, str], wall: Callable[[], float], max_size: int) -> None:
        """`wall` gives seconds since the epoch. Raises ValueError when there is no key or a secret is too short."""
        if not keys:
            raise ValueError("at least one API key is needed")
        if any(len(secret.encode()) < MIN_SECRET for secret in keys.values()):
            raise ValueError(f"an API secret needs at least {MIN_SECRET} bytes")
        self._keys = {key: OctKey.import_key(secret.encode()) for key, secret in keys.items()}
        self._wall = wall
        self._max_size = max_size

    def verify(self, token: str) -> Claims:
        """What a valid token says. Raises TokenError."""
        if not token or len(token) > self._max_size:
            raise TokenError("no token, or one that is too long")
        key = self._keys.get(_issuer(token))
        if key is None:
            raise TokenError("the token's API key is unknown")
        try:
            payload = msgspec.convert(jwt.decode(token, key, algorithms=["HS256"]).claims, _Payload)
        except (JoseError, msgspec.ValidationError, ValueError) as error:
            raise TokenError("the token is not valid") from error
        now = self._wall()
        if not payload.nbf - LEEWAY <= now < payload.exp + LEEWAY:
            raise TokenError("the token has expired or is not valid yet")
        return _claims_of(payload)

    def sign(self, claims: Claims, lifetime: int) -> str:
        """A token with these claims, valid for `lifetime` seconds from now, signed with the first key.

        What would make it too long to come back with is left out: the metadata, then the attributes.
        """
        for shorter in (claims, replace(claims, metadata=""), replace(claims, metadata="", attributes={})):
            token = self._encode(shorter, lifetime)
            if len(token) <= self._max_size:
                break
        return token

    def _encode(self, claims: Claims, lifetime: int) -> str:
        issuer, key = next(iter(self._keys.items()))
        now = int(self._wall())
        payload = _payload_of(claims, issuer, now, now + lifetime)
        builtins: dict[str, Any] = msgspec.to_builtins(payload)
        return jwt.encode({"alg": "HS256"}, builtins, key, algorithms=["HS256"])


def _issuer(token: str) -> str:
    """The key that the token says it is signed with; nothing of it is trusted."""
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenError("the token is not valid")
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        payload = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=dict[str, Any])
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError) as error:
        raise TokenError("the token is not valid") from error
    return str(payload.get("iss", ""))


def _claims_of(payload: _Payload) -> Claims:
    config = payload.room_config
    return Claims(
        identity=payload.sub,
        name=payload.name,
        metadata=payload.metadata,
        attributes={key: value for key, value in (payload.attributes or {}).items() if value},
        kind=payload.kind if payload.kind in KINDS else "",
        grants=_grants_of(payload.video or _Video()),
        room_settings=_settings_of(config) if config else None,
        call=payload.call,
        issued=payload.iat or payload.nbf,
    )


def _settings_of(config: _RoomConfig) -> RoomSettings:
    return RoomSettings(
        metadata=config.metadata,
        empty_timeout=max(0, config.empty_timeout),
        departure_timeout=max(0, config.departure_timeout),
        max_participants=max(0, config.max_participants),
    )


def _grants_of(video: _Video) -> Grants:
    publish = video.can_publish is not False
    named = [name.lower() for name in video.can_publish_sources or ()]
    return Grants(
        room=video.room,
        join=bool(video.room_join),
        create=bool(video.room_create),
        list=bool(video.room_list),
        admin=bool(video.room_admin),
        destination=video.destination_room or "",
        permission=Permission(
            subscribe=video.can_subscribe is not False,
            publish=publish,
            publish_data=publish if video.can_publish_data is None else video.can_publish_data,
            sources=frozenset(SOURCES[name] for name in named if name in SOURCES),
            update_metadata=bool(video.can_update_own_metadata),
            hidden=bool(video.hidden),
            recorder=bool(video.recorder),
            agent=bool(video.agent),
            subscribe_metrics=bool(video.can_subscribe_metrics),
        ),
    )


def _payload_of(claims: Claims, issuer: str, start: int, end: int) -> _Payload:
    return _Payload(
        iss=issuer,
        nbf=start,
        exp=end,
        sub=claims.identity,
        name=claims.name,
        metadata=claims.metadata,
        kind=claims.kind,
        attributes=dict(claims.attributes) or None,
        video=_video_of(claims.grants),
        call=claims.call,
    )


def _video_of(grants: Grants) -> _Video:
    permission = grants.permission
    names = [name for name, source in SOURCES.items() if source in permission.sources]
    return _Video(
        room=grants.room,
        room_join=grants.join or None,
        room_create=grants.create or None,
        room_list=grants.list or None,
        room_admin=grants.admin or None,
        destination_room=grants.destination or None,
        can_publish=permission.publish,
        can_subscribe=permission.subscribe,
        can_publish_data=permission.publish_data,
        can_publish_sources=names or None,
        can_update_own_metadata=permission.update_metadata or None,
        can_subscribe_metrics=permission.subscribe_metrics or None,
        hidden=permission.hidden or None,
        recorder=permission.recorder or None,
        agent=permission.agent or None,
    )
