"""Tokens: LiveKit's own SDK makes them, we read them, and the other way round."""

import base64
import datetime
import json
from dataclasses import replace

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from livekit import api
from livekit.protocol import models
from livekit.protocol.room import RoomConfiguration

from signalling.core.grants import Claims, Grants, Permission
from signalling.livekit.tokens import TokenError, Tokens
from tests.support.signalling_server import KEY, SECRET

NOW = datetime.datetime.now(datetime.UTC).timestamp()


def tokens(wall: float = NOW, **keys: str) -> Tokens:
    return Tokens(keys or {KEY: SECRET}, lambda: wall, 16_384)


def tokens_of_today() -> Tokens:
    """The server SDK takes the time of the machine's clock, whatever we say."""
    return tokens(datetime.datetime.now(datetime.UTC).timestamp())


def test_tokens_of_the_server_sdk_are_understood() -> None:
    grants = api.VideoGrants(
        room="class",
        room_join=True,
        room_admin=True,
        can_publish_sources=["camera", "screen_share"],
        can_update_own_metadata=True,
        hidden=True,
        destination_room="b",
    )
    token = (
        api.AccessToken(KEY, SECRET)
        .with_identity("anna")
        .with_name("Анна")
        .with_metadata("m")
        .with_attributes({"role": "teacher", "empty": ""})
        .with_kind("egress")
        .with_grants(grants)
        .with_room_config(RoomConfiguration(empty_timeout=9, metadata="room"))
        .to_jwt()
    )
    claims = tokens_of_today().verify(token)
    assert (claims.identity, claims.name, claims.metadata, claims.kind) == ("anna", "Анна", "m", "egress")
    assert claims.attributes == {"role": "teacher"}
    assert claims.grants.join and claims.grants.admin and claims.grants.destination == "b"
    permission = claims.grants.permission
    assert permission.sources == {models.TrackSource.CAMERA, models.TrackSource.SCREEN_SHARE}
    assert permission.update_metadata and permission.hidden and permission.publish_data
    assert claims.room_settings is not None
    assert (claims.room_settings.empty_timeout, claims.room_settings.metadata) == (9, "room")


def test_a_token_never_is_too_long_to_come_back_with() -> None:
    ours = Claims("anna", "Анна", "m" * 60_000, {"role": "teacher"}, "", Grants("class", True))
    back = tokens().verify(tokens().sign(ours, 60))
    assert (back.identity, back.name, back.metadata, back.attributes) == ("anna", "Анна", "", {"role": "teacher"})
    assert back.grants.join
    back = tokens().verify(tokens().sign(replace(ours, attributes={"a": "b" * 60_000}), 60))
    assert (back.identity, back.attributes) == ("anna", {})


def test_a_token_tells_when_it_was_issued() -> None:
    def claims(**times: int) -> Claims:
        payload = {"iss": KEY, "sub": "anna", "exp": int(NOW) + 60, **times}
        return tokens().verify(jwt.encode({"alg": "HS256"}, payload, OctKey.import_key(SECRET)))

    assert claims().issued == 0
    assert claims(nbf=5).issued == 5
    assert claims(nbf=5, iat=7).issued == 7
    assert tokens().verify(tokens().sign(Claims("anna"), 60)).issued == int(NOW)


def test_our_tokens_are_understood_by_the_server_sdk_and_by_us() -> None:
    permission = Permission(publish=False, sources=frozenset({models.TrackSource.CAMERA}))
    ours = Claims("anna", "Анна", "m", {"a": "b"}, "", Grants("class", True, permission=permission))
    token = tokens_of_today().sign(ours, 60)
    theirs = api.TokenVerifier(KEY, SECRET).verify(token)
    assert (theirs.identity, theirs.video.room, theirs.video.room_join) == ("anna", "class", True)
    assert (theirs.video.can_publish, theirs.video.can_publish_sources) == (False, ["camera"])
    assert replace(tokens_of_today().verify(token), issued=0.0) == ours


def test_defaults_of_absent_grants() -> None:
    permission = tokens().verify(_signed({"room": "r", "roomJoin": True})).grants.permission
    assert permission == Permission()
    assert tokens().verify(_signed({"canPublish": False})).grants.permission.publish_data is False


def test_tokens_have_their_time() -> None:
    token = tokens().sign(Claims(identity="a"), 60)
    for age, valid in ((-3600, False), (-30, True), (0, True), (100, True), (121, False)):
        if valid:
            tokens(NOW + age).verify(token)
        else:
            with pytest.raises(TokenError):
                tokens(NOW + age).verify(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "...",
        "a" * 20_000,
        "\udc00.b.c",
        "e30.e30.e30",
        "e30." + base64.urlsafe_b64encode(b"[" * 9000).decode() + ".e30",
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(TokenError):
        tokens().verify(token)


def test_forged_tokens_are_refused() -> None:
    good = tokens().sign(Claims(identity="a"), 60)
    head, body, mark = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    other = base64.urlsafe_b64encode(json.dumps({"iss": "stranger", "exp": NOW + 60}).encode()).decode()
    for forged in (
        f"{none}.{body}.",
        f"{none}.{body}.{mark}",
        f"{head}.{other}.{mark}",
        f"{head}.{body}.{'A' * len(mark)}",
        tokens(testkey="another-secret-that-is-long-enough-to-be-one").sign(Claims(identity="a"), 60),
    ):
        with pytest.raises(TokenError):
            tokens().verify(forged)


@pytest.mark.parametrize(
    "claims", [{"exp": None}, {"sub": 5}, {"attributes": {"a": 1}}, {"video": []}, {"exp": "soon"}]
)
def test_claims_of_the_wrong_kind_are_refused(claims: dict[str, object]) -> None:
    with pytest.raises(TokenError):
        tokens().verify(_signed({}, **claims))


def test_keys_that_can_be_guessed_are_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        tokens(devkey="secret")
    with pytest.raises(ValueError, match="key"):
        Tokens({}, lambda: NOW, 100)


def _signed(grant: dict[str, object], **claims: object) -> str:
    from joserfc import jwt
    from joserfc.jwk import OctKey

    body = {"iss": KEY, "sub": "a", "exp": NOW + 60, "video": grant} | claims
    return jwt.encode({"alg": "HS256"}, body, OctKey.import_key(SECRET.encode()), algorithms=["HS256"])
