"""Large messages between unmodified LiveKit Python SDKs, while pictures go on."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import pytest
from livekit import rtc

from tests.support.sdk import Member, members
from tests.support.server_process import running_server

pytestmark = [
    pytest.mark.sdk,
    # The SDK leaves its own sockets and callbacks to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

PUPILS = [f"pupil {number}" for number in range(5)]
LIMIT = 90.0  # seconds; it takes a few


async def test_a_large_file_arrives_whole_at_everybody_while_pictures_go_on(tmp_path: Path) -> None:
    content = Random(1).randbytes(8_000_000)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        teacher, *pupils = await stack.enter_async_context(members(server, "lesson", "teacher", *PUPILS))
        await teacher.publish_camera()
        arrivals = [_expect(pupil) for pupil in pupils]
        for pupil in pupils:
            await pupil.frames("teacher", 1)
        sending = asyncio.ensure_future(_send(teacher, content))  # noqa: TID251
        assert len(await pupils[0].frames("teacher", 15)) == 15
        async with asyncio.timeout(LIMIT):
            await sending
            assert [await arrived for arrived in arrivals] == [content] * len(pupils)


async def _send(teacher: Member, content: bytes) -> None:
    writer = await teacher.room.local_participant.stream_bytes("worksheet.pdf", total_size=len(content), topic="files")
    await writer.write(content)
    await writer.aclose()


def _expect(pupil: Member) -> asyncio.Future[bytes]:
    """What the pupil receives as a file."""
    arrived: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def read(reader: rtc.ByteStreamReader) -> None:
        arrived.set_result(b"".join([chunk async for chunk in reader]))

    readers: list[asyncio.Task[None]] = []
    pupil.room.register_byte_stream_handler(
        "files",
        lambda reader, _: readers.append(asyncio.create_task(read(reader))),  # noqa: TID251
    )
    return arrived
