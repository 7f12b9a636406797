"""Keys end, move on, are bound to networks, and send no more than they may."""

import pytest

from identity.core.addresses import client, networks, within
from journal_bridge.core.buckets import BURST_SECONDS, Bucket
from journal_bridge.keys import CACHE_SECONDS, RATE, Keys
from tests.journal_bridge.world import NOON, World, problem
from tests.support.databases import ON_BOTH

NAME = "Журнал с ключами"
OLD, NEW = "sk_live_the-old-key-of-it", "sk_live_the-new-key-of-it"
SCOPES = ("calls:read", "roster:write")


async def test_an_expired_key_opens_nothing(world: World) -> None:
    await world.bridge.keys.ensure_key(NAME, OLD, SCOPES, expires_at=NOON + 60)
    await world.done("GET", "/v1/me", key=OLD)
    world.clock.now += 60
    assert (await world.refused("GET", "/v1/me", key=OLD))["code"] == "key_expired"


async def test_a_bound_key_opens_nothing_elsewhere(world: World) -> None:
    await world.bridge.keys.ensure_key(NAME, OLD, SCOPES, allowed=["10.0.0.0/8"])
    assert (await world.refused("GET", "/v1/me", key=OLD))["code"] == "address_refused"
    await world.bridge.keys.ensure_key(NAME, OLD, SCOPES, allowed=["10.0.0.0/8", "127.0.0.1"])
    await world.done("GET", "/v1/me", key=OLD)


async def test_nobody_can_write_their_own_address(world: World) -> None:
    await world.bridge.keys.ensure_key(NAME, OLD, SCOPES, allowed=["10.0.0.0/8"])
    response = await world.ask("GET", "/v1/me", key=OLD, headers={"X-Forwarded-For": "10.1.2.3"})
    assert (await problem(response))["code"] == "address_refused"


@ON_BOTH
async def test_a_rotated_key_works_until_the_overlap_ends(world: World) -> None:
    keys = world.bridge.keys
    await keys.ensure_key(NAME, OLD, SCOPES, allowed=["127.0.0.0/8"], rate=7)
    before = await world.done("GET", "/v1/me", key=OLD)
    assert await keys.rotate(NAME, "live", NEW, overlap=3600) == 1
    assert await world.done("GET", "/v1/me", key=NEW) == before
    await world.done("GET", "/v1/me", key=OLD)
    world.clock.now += 3600
    assert (await world.refused("GET", "/v1/me", key=OLD))["code"] == "key_expired"
    await world.done("GET", "/v1/me", key=NEW)
    [old, new] = [key for key in await keys.listed() if key.access.journal_name == NAME]
    assert (old.expires_at, new.expires_at) == (NOON + 3600, None)
    assert (new.networks, new.rate) == (("127.0.0.0/8",), 7)


async def test_what_does_not_exist_is_not_rotated(world: World) -> None:
    with pytest.raises(ValueError, match="has no live key"):
        await world.bridge.keys.rotate(NAME, "live", NEW, overlap=0)


async def test_labels_tell_keys_apart(world: World) -> None:
    keys = world.bridge.keys
    await keys.ensure_key(NAME, OLD, SCOPES, label="ночная выгрузка")
    await keys.ensure_key(NAME, NEW, ["calls:read"], label="дневник")
    assert (await world.done("GET", "/v1/me", key=NEW))["key"] == "дневник"
    assert await keys.revoke(NAME, "live", label="дневник") == 1
    assert (await world.refused("GET", "/v1/me", key=NEW))["code"] == "key_unknown"
    await world.done("GET", "/v1/me", key=OLD)


async def test_a_key_revoked_by_another_process_opens_nothing_within_seconds(world: World) -> None:
    await world.bridge.keys.ensure_key(NAME, OLD, SCOPES)
    await world.done("GET", "/v1/me", key=OLD)
    await Keys(world.database, clock=world.clock, random=lambda n: b"\0" * n).revoke(NAME, "live")
    world.clock.now += CACHE_SECONDS
    assert (await world.refused("GET", "/v1/me", key=OLD))["code"] == "key_unknown"


@pytest.mark.parametrize("limits", [{"allowed": ["somewhere"]}, {"allowed": ["10.0.0.1/8"]}, {"rate": 0}])
async def test_unusable_limits_are_refused(world: World, limits: dict[str, list[str] | int]) -> None:
    with pytest.raises(ValueError, match=r"network|rate|bits"):
        await world.bridge.keys.ensure_key(NAME, OLD, SCOPES, **limits)  # type: ignore[arg-type]


async def test_a_key_that_asks_too_often_must_wait(world: World) -> None:
    await world.bridge.keys.ensure_key(NAME, OLD, SCOPES, rate=1)
    for left in reversed(range(int(BURST_SECONDS))):
        response = await world.ask("GET", "/v1/me", key=OLD)
        assert (response.status, response.headers["RateLimit-Remaining"]) == (200, str(left))
    refused = await world.ask("GET", "/v1/me", key=OLD)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert (await problem(refused))["code"] == "rate_limited"
    await world.done("GET", "/v1/me")  # another key does not feel it
    world.clock.now += 1
    await world.done("GET", "/v1/me", key=OLD)


def test_a_bucket_fills_at_its_rate_and_not_above_its_brim() -> None:
    bucket = Bucket(RATE, 0.0)
    taken = sum(bucket.take(0.0).wait == 0.0 for _ in range(10_000))
    assert taken == RATE * BURST_SECONDS
    assert sum(bucket.take(1.0).wait == 0.0 for _ in range(10_000)) == RATE
    assert sum(bucket.take(1e6).wait == 0.0 for _ in range(10_000)) == RATE * BURST_SECONDS
    assert bucket.take(0.0).wait > 0.0  # a clock that was set back gives nothing


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours says so
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "192.0.2.66, 198.51.100.1", "198.51.100.1"),  # the client wrote the first one itself
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("::ffff:10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "unknown", "unknown"),
        ("10.0.0.2", ",".join(["10.0.0.3"] * 1000), "10.0.0.3"),
    ],
)
def test_only_trusted_proxies_say_who_asks(peer: str, forwarded: str, found: str) -> None:
    assert client(peer, forwarded, networks(["10.0.0.0/8"])) == found


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("fe80::1%eth0", True),
        ("11.0.0.1", False),
        ("", False),
        ("x", False),
    ],
)
def test_an_address_is_in_a_network_however_it_is_written(address: str, inside: bool) -> None:
    assert within(address, networks(["10.0.0.0/8", "fe80::/10"])) is inside
