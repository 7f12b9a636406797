"""Profiles beneath the pages: parents and children, splitting, deleting, the log, what expires."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.audit import KEEP_SECONDS
from identity.core.profile_sessions import TOTAL_SECONDS
from identity.core.profiles import Form
from identity.core.refusals import ProblemError
from identity.store.tables import ATTEMPTS, AUDIT, DEVICES, LIMITS, MESSAGES, PROFILE_SESSIONS
from tests.identity.world import CHILD, OTHER_PHONE, PHONE, World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH

CHILDS = Form("Смирнов", "Илья", None, date(2014, 3, 2), "male")


async def test_one_phone_is_one_profile_in_each_world(world: World) -> None:
    profiles = world.identity.profiles
    async with world.database.write() as connection:
        await profiles.create_in(connection, "live", PHONE, CHILDS)
        await profiles.create_in(connection, "test", PHONE, CHILDS)
        await profiles.create_in(connection, "live", None, CHILDS)
        await profiles.create_in(connection, "live", None, CHILDS)
    with pytest.raises(IntegrityError):
        async with world.database.write() as connection:
            await profiles.create_in(connection, "live", PHONE, CHILDS)


async def test_a_parent_consents_for_a_child_and_may_withdraw_it(world: World) -> None:
    parent, child = await world.person(PHONE), await world.person(OTHER_PHONE, CHILD)
    by, about = await parent.profile_id(), await child.profile_id()
    profiles = world.identity.profiles
    async with world.database.write() as connection:
        await profiles.consent_for_child(connection, about, by=by, version=profiles.consent_text.version)
        await profiles.consent_for_child(connection, about, by=by, version=profiles.consent_text.version)
    assert len(await profiles.consents(about)) == 1
    assert (await child.profile())["consent"]["by"] == "parent"
    assert (await child.refused("POST", "/api/profile/consent/withdraw"))["code"] == "consent_not_yours"
    async with world.database.write() as connection:
        await profiles.withdraw_in(connection, about, by=by)
    assert (await child.refused("GET", "/api/profile"))["code"] == "session_missing"
    known = await profiles.get(about)
    assert known is not None and known.consent == "withdrawn"


async def test_nobody_consents_for_somebody_of_fourteen(world: World) -> None:
    parent, grown = await world.person(PHONE), await world.person(OTHER_PHONE)
    by, about = await parent.profile_id(), await grown.profile_id()
    profiles = world.identity.profiles
    for version, code in ((profiles.consent_text.version, "consent_not_yours"), ("2020-01", "consent_outdated")):
        with pytest.raises(ProblemError) as caught:
            async with world.database.write() as connection:
                await profiles.consent_for_child(connection, about, by=by, version=version)
        assert caught.value.code == code
    with pytest.raises(ProblemError) as caught:
        async with world.database.write() as connection:
            await profiles.withdraw_in(connection, about, by=by)
    assert caught.value.code == "consent_not_yours"


async def test_a_child_who_turns_fourteen_keeps_the_consent_and_decides_alone(world: World) -> None:
    parent, child = await world.person(PHONE), await world.person(OTHER_PHONE, CHILD)
    by, about = await parent.profile_id(), await child.profile_id()
    profiles = world.identity.profiles
    async with world.database.write() as connection:
        await profiles.consent_for_child(connection, about, by=by, version=profiles.consent_text.version)
    world.clock.now += 3 * 365 * 86400.0
    await child.prove(OTHER_PHONE)
    assert (await child.profile())["consent"]["state"] == "given"
    await child.done("POST", "/api/profile/consent/withdraw")


async def test_what_others_keep_about_a_profile_goes_with_it(world: World) -> None:
    class Links:
        def __init__(self) -> None:
            self.forgotten: list[str] = []

        async def export(self, connection: AsyncConnection, profile: str) -> Mapping[str, Any]:
            return {"links": [profile]}

        async def forget(self, connection: AsyncConnection, profile: str) -> None:
            self.forgotten.append(profile)

    links = Links()
    world.identity.profiles.holders.append(links)
    person = await world.person()
    profile = await person.profile_id()
    assert (await world.identity.profiles.export(profile))["links"] == [profile]
    await world.identity.profiles.delete(profile, by="per_administrator", school="sch_1", address="203.0.113.5")
    assert links.forgotten == [profile]
    with pytest.raises(ProblemError) as caught:
        await world.identity.profiles.delete(profile, by="per_administrator")
    assert caught.value.code == "profile_unknown"
    entry = (await world.identity.audit.page(school="sch_1")).entries[0]
    assert (entry.actor, entry.action, entry.subject) == ("per_administrator", "profile.deleted", profile)
    text = str(await world.identity.audit.page(about=profile))
    assert "Иванова" not in text and PHONE not in text


async def test_the_log_is_read_page_by_page(world: World) -> None:
    audit = world.identity.audit
    async with world.database.write() as connection:
        for number in range(5):
            await audit.note(
                connection, actor="a", action="x", subject=f"s{number}", school="sch_1", details={"n": number}
            )
        await audit.note(connection, actor="a", action="x", subject="other", school="sch_2")
    first = await audit.page(school="sch_1", limit=3)
    assert ([entry.details["n"] for entry in first.entries], first.has_more) == ([4, 3, 2], True)
    rest = await audit.page(school="sch_1", limit=3, before=first.next)
    assert ([entry.details["n"] for entry in rest.entries], rest.has_more, rest.next) == ([1, 0], False, None)
    assert len((await audit.page(about="a")).entries) == 6


async def test_what_has_had_its_time_is_forgotten(world: World) -> None:
    await world.person()
    await world.browser().begin(OTHER_PHONE)
    tables = (ATTEMPTS, MESSAGES, PROFILE_SESSIONS, DEVICES, LIMITS, AUDIT)

    async def rows() -> list[int]:
        async with world.database.read() as connection:
            return [int(await connection.scalar(select(func.count()).select_from(table)) or 0) for table in tables]

    await world.identity.tidy()
    assert all(await rows())
    world.clock.now += max(TOTAL_SECONDS, KEEP_SECONDS) + 1
    await world.identity.tidy()
    assert await rows() == [0] * len(tables)
