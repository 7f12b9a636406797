"""The whole unit over loopback: aiortc clients, compiled forwarding threads, decoded pictures and sound."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from sfu.media import MediaService, Room
from sfu.plane.thread import PlaneThread
from sfu.ports import Spawn
from tests.sfu.fakes import Ear
from tests.sfu.real_client import RealClient, until


def spawner(tasks: set[asyncio.Task[None]]) -> Spawn:
    """Keeps the tasks that run in `tasks`."""

    def spawn(coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    return spawn


@pytest.fixture
async def tasks() -> AsyncIterator[set[asyncio.Task[None]]]:
    tasks: set[asyncio.Task[None]] = set()
    yield tasks
    assert not tasks, "the unit left tasks behind"


@pytest.fixture
async def service(tasks: set[asyncio.Task[None]]) -> AsyncIterator[MediaService]:
    planes = [PlaneThread([("127.0.0.1", 0)]) for _ in range(2)]
    service = MediaService(planes, spawn=spawner(tasks))
    yield service
    await service.close()
    await until(lambda: not tasks)


Join = Callable[..., RealClient]


@pytest.fixture
async def join() -> AsyncIterator[Join]:
    clients: list[RealClient] = []

    def join(room: Room, name: str, *, brightness: int = 128) -> RealClient:
        clients.append(RealClient(room, name, brightness=brightness))
        return clients[-1]

    yield join
    for client in clients:
        await client.close()


async def test_two_participants_see_and_hear_each_other(service: MediaService, join: Join) -> None:
    room = service.open_room(Ear())
    teacher, pupil = join(room, "teacher", brightness=60), join(room, "pupil", brightness=200)
    await teacher.publish()
    await pupil.publish()
    await teacher.receive("TR_pupil_mic", "TR_pupil_cam")
    await pupil.receive("TR_teacher_mic", "TR_teacher_cam")
    await pupil.sees("TR_teacher_cam", 60)
    await teacher.sees("TR_pupil_cam", 200)
    await pupil.hears("TR_teacher_mic")
    await teacher.hears("TR_pupil_mic")
    (live,) = [track for (track,) in teacher.ear.named("track_live") if track.track == "TR_teacher_cam"]
    assert live.mime_type == "video/VP8"
    assert ("publisher", "connected") in teacher.ear.named("transport_changed")
    assert ("subscriber", "connected") in teacher.ear.named("transport_changed")


async def test_one_who_comes_late_gets_a_picture_at_once(service: MediaService, join: Join) -> None:
    room = service.open_room(Ear())
    teacher = join(room, "teacher", brightness=60)
    await teacher.publish()
    for name in ("first", "second", "third"):
        late = join(room, name)
        await late.receive("TR_teacher_cam")
        await late.sees("TR_teacher_cam", 60)


async def test_messages_go_both_ways(service: MediaService, join: Join) -> None:
    room = service.open_room(Ear())
    client = join(room, "client")
    await client.offer()
    await client.negotiate()
    await until(lambda: client.reliable.readyState == client.lossy.readyState == "open")
    client.reliable.send(b"reliable up")
    client.lossy.send(b"lossy up")
    await until(lambda: len(client.ear.named("data_received")) == 2)
    assert set(client.ear.named("data_received")) == {("reliable", b"reliable up"), ("lossy", b"lossy up")}
    await until(lambda: client.peer.send_data("reliable", b"reliable down"))
    assert client.peer.send_data("lossy", b"lossy down")
    await until(lambda: len(client.messages) == 2)
    assert set(client.messages) == {("_reliable", b"reliable down"), ("_lossy", b"lossy down")}


async def test_a_participant_moves_to_another_room_with_its_media(service: MediaService, join: Join) -> None:
    main = service.open_room(Ear(), lane=0)
    breakout_ear = Ear()
    breakout = service.open_room(breakout_ear, lane=0)
    teacher, left = join(main, "teacher", brightness=60), join(main, "left")
    waiting = join(breakout, "waiting", brightness=200)
    await teacher.publish()
    await waiting.publish()
    await left.receive("TR_teacher_cam")
    await left.sees("TR_teacher_cam", 60)
    breakout.adopt("PA_teacher_again", teacher.peer)
    await left.negotiate()
    await waiting.receive("TR_teacher_cam", "TR_teacher_mic")
    await teacher.receive("TR_waiting_cam")
    await waiting.sees("TR_teacher_cam", 60)
    await waiting.hears("TR_teacher_mic")
    await teacher.sees("TR_waiting_cam", 200)
    assert len(teacher.ear.named("track_live")) == 2


async def test_a_muted_camera_stops_and_comes_back(service: MediaService, join: Join) -> None:
    room = service.open_room(Ear())
    teacher, pupil = join(room, "teacher", brightness=60), join(room, "pupil")
    await teacher.publish()
    await pupil.receive("TR_teacher_cam")
    await pupil.sees("TR_teacher_cam", 60)

    def forwarded() -> int:
        (received,) = pupil.peer.stats()["received"]  # type: ignore[misc]
        return received["packets"] or 0

    teacher.peer.mute("TR_teacher_cam", True)
    before = -1
    while before != forwarded():
        before = forwarded()
        await asyncio.sleep(1.2)  # two looks at the figures
    teacher.peer.mute("TR_teacher_cam", False)
    await until(lambda: forwarded() > before + 10)
    await pupil.sees("TR_teacher_cam", 60)


async def test_a_section_is_used_again_by_the_next_track(service: MediaService, join: Join) -> None:
    room = service.open_room(Ear())
    first, second = join(room, "first", brightness=60), join(room, "second", brightness=200)
    pupil = join(room, "pupil")
    await first.publish()
    await second.publish()
    await pupil.receive("TR_first_cam")
    await pupil.sees("TR_first_cam", 60)
    pupil.peer.unsubscribe("TR_first_cam")
    await pupil.negotiate()
    await pupil.receive("TR_second_cam")
    await pupil.sees("TR_second_cam", 200)


async def test_the_room_hears_who_speaks_when_levels_are_sent(service: MediaService, join: Join) -> None:
    ear = Ear()
    teacher = join(service.open_room(ear), "teacher")
    await teacher.publish()
    if "ssrc-audio-level" not in teacher.publisher.localDescription.sdp:
        pytest.skip("this client sends no audio levels")
    await until(lambda: ear.named("speakers_changed"))
    ((levels,), *_) = ear.named("speakers_changed")
    assert set(levels) == {"TR_teacher_mic"}
    assert 0 < levels["TR_teacher_mic"] <= 1


async def test_closing_ends_connections_and_forgets_everything(service: MediaService, join: Join) -> None:
    room = service.open_room(Ear())
    teacher, pupil = join(room, "teacher"), join(room, "pupil")
    await teacher.publish()
    await pupil.receive("TR_teacher_mic", "TR_teacher_cam")
    await pupil.hears("TR_teacher_mic")
    await service.close()
    assert service.gauges() == {"rooms": 0, "peers": 0, "tracks": 0, "subscriptions": 0}
    await until(lambda: teacher.publisher.connectionState == pupil.subscriber.connectionState == "closed")


async def test_clients_are_told_the_advertised_address(tasks: set[asyncio.Task[None]]) -> None:
    plane = PlaneThread([("127.0.0.1", 0)])
    service = MediaService([plane], spawn=spawner(tasks), advertised=["203.0.113.7"])
    offer = service.open_room(Ear()).join("PA_client", Ear()).offer()
    ((_, port),) = plane.addresses
    assert f" 203.0.113.7 {port} typ host" in offer.sdp
    assert "127.0.0.1 " not in "".join(line for line in offer.sdp.splitlines() if "candidate" in line)
    await service.close()
    await until(lambda: not tasks)


async def test_as_many_addresses_are_advertised_as_are_bound(tasks: set[asyncio.Task[None]]) -> None:
    plane = PlaneThread([("127.0.0.1", 0)])
    with pytest.raises(ValueError):
        MediaService([plane], spawn=asyncio.get_running_loop().create_task, advertised=["203.0.113.7", "2001:db8::7"])
    plane.stop()
