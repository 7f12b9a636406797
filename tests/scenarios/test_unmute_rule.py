"""The unmute rule of a class and a pupil with the unmodified LiveKit Python SDK, which knows nothing of classes."""

from pathlib import Path

import pytest
from livekit import rtc

from tests.support.lesson import running_lesson
from tests.support.sdk import Member
from tests.support.server_process import running_server

pytestmark = [
    pytest.mark.sdk,
    # The SDK leaves its own sockets and callbacks to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

AUDIBLE = 500.0  # root mean square of 16-bit samples; the tone sent is at 5600


async def sound_packets(track: rtc.Track) -> int:
    """Packets of a remote voice that have arrived."""
    return sum(
        report.inbound_rtp.received.packets_received
        for report in await track.get_stats()
        if report.WhichOneof("stats") == "inbound_rtp"
    )


async def test_a_pupil_who_may_not_unmute_is_heard_only_after_that_is_allowed(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, running_lesson(server) as lesson:
        await lesson.permit_pupils(unmute=False)
        teacher, pupil = Member("teacher"), Member("pupil")
        try:
            await teacher.connect_with(server, await lesson.token("t1"))
            await pupil.connect_with(server, await lesson.token("s1"))
            microphone = await pupil.publish_microphone()
            him = pupil.room.local_participant.identity
            heard = await teacher.track(him, rtc.TrackKind.KIND_AUDIO)
            assert heard.muted
            await pupil.until(lambda: microphone.muted)

            microphone.unmute()  # refused: the server mutes it again
            await pupil.until(lambda: microphone.muted)
            assert heard.muted
            assert await sound_packets(heard) == 0

            await lesson.permit_pupils(unmute=True)
            microphone.unmute()
            await teacher.until(lambda: not heard.muted)
            assert await teacher.loudness(him) > AUDIBLE
        finally:
            await teacher.close()
            await pupil.close()
