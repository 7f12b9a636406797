"""A small class and a small wall in a real Chromium."""

import pytest

from benchmarks.classroom.server import running
from benchmarks.load.client import LoadClient
from benchmarks.page.report import HEADERS, report
from benchmarks.page.scenes import Findings, Plan, run
from sfu.plane.model import SrtpProfile

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def measured(plan: Plan) -> Findings:
    findings, said = Findings(), list[str]()
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client, running() as (server, http, key):
        await run(plan, client, server, http, key, findings, said.append)
    table = report((plan,), (findings,), name="Zvonok", version="").sections[0].table
    assert [row[0] for row in table.rows] == [view.name for view in findings.views]
    assert all(len(row) == len(HEADERS) for row in table.rows)
    return findings


async def test_a_class_costs_what_is_seen_of_it() -> None:
    views = {view.name: view for view in (await measured(Plan(5, 0, 1.0, settle=1.0, film=1.0))).views}
    tiles, saving = views["tiles, 1280x800"], views["saving traffic, 1280x800"]
    assert len(tiles.pictures) == 3 and tiles.frames > 0 and tiles.page_cpu > 0 and tiles.server_cpu > 0
    assert saving.pictures == () and 0 < saving.received < tiles.received / 2
    least, most = views["all cameras, smallest size"], views["all cameras, largest size"]
    assert 0 < least.received < most.received


async def test_the_wall_shows_the_smallest_pictures() -> None:
    views = {view.name: view for view in (await measured(Plan(5, 2, 1.0, settle=1.0, film=1.0))).views}
    assert views["teacher alone in the main room, 1280x800"].pictures == ()
    assert views["wall, 1280x800"].pictures == (180, 180)
    assert views["teacher alone in the main room, 1280x800"].received < views["wall, 1280x800"].received / 2
