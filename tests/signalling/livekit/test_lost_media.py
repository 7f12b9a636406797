"""A client whose media connection failed: it cannot resume, for the connection does not come back."""

from livekit.protocol import models

from signalling.core.messages import Action
from tests.support.signalling_server import running


async def test_who_lost_its_media_is_sent_to_join_anew_and_takes_its_place() -> None:
    async with running() as server:
        anna, boris = await server.join("anna"), await server.join("boris")
        sid = anna.joined.participant.sid
        server.peer("anna").listener.transport_changed("publisher", "failed")
        assert (await anna.expect("leave")).leave.action == Action.RESUME
        again = await server.connect(server.token("anna"), reconnect="1", sid=sid)
        leave = (await again.receive()).leave
        assert (leave.reason, leave.action) == (models.DisconnectReason.STATE_MISMATCH, Action.RECONNECT)
        await again.is_closed()
        await server.join("anna")
        assert server.service.gauges()["participants"] == 2
        await boris.roundtrip()
