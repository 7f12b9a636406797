"""Clients over real WebSockets: what LiveKit's SDKs rely on, message by message."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from google.protobuf import json_format
from livekit.protocol import models, rtc

from signalling.core.limits import Limits
from signalling.livekit.frames import Frame
from signalling.turns import Turns
from tests.support.fake_media import BAD_SDP
from tests.support.signalling_server import Server, SignalClient, running

State = models.ParticipantInfo.State
Reason = models.DisconnectReason
Action = rtc.LeaveRequest.Action


async def test_join_publish_subscribe_and_leave() -> None:
    async with running() as server:
        anna, boris = await server.join("anna"), await server.join("boris")
        assert anna.joined.room.name == "class" and anna.joined.participant.identity == "anna"
        assert [p.identity for p in boris.joined.other_participants] == ["anna"]
        sid = await server.publish(anna, "anna", video=True)
        update = await boris.expect("update", lambda m: any(p.tracks for p in m.update.participants))
        (track,) = update.update.participants[0].tracks
        assert (track.sid, track.mime_type, track.simulcast) == (sid, "video/VP8", True)
        assert [layer.rid for layer in track.layers] == ["q", "h", "f"]
        assert server.peer("boris").subscribed == {sid: f"{anna.joined.participant.sid}|camera"}
        assert (await anna.expect("track_subscribed")).track_subscribed.track_sid == sid
        server.peer("boris").listener.offer_needed(urgent=True)
        offer = (await boris.expect("offer")).offer
        assert offer.id == 2 and dict(offer.mid_to_track_id) == {"0": sid}
        boris_peer = server.peer("boris")
        await boris.send(leave=rtc.LeaveRequest(reason=Reason.CLIENT_INITIATED))
        gone = await anna.expect("update", lambda m: m.update.participants[0].state == State.DISCONNECTED)
        assert gone.update.participants[0].identity == "boris"
        assert boris_peer.closed
        await boris.is_closed()


async def test_a_publisher_offer_is_answered_with_its_id() -> None:
    async with running() as server:
        anna = await server.join()
        await anna.send(offer=rtc.SessionDescription(type="offer", sdp="mine", id=5))
        answer = (await anna.expect("answer")).answer
        assert (answer.type, answer.sdp, answer.id) == ("answer", "answer to mine", 5)


async def test_a_description_that_cannot_be_used_sends_the_client_back_to_connect_anew() -> None:
    async with running() as server:
        anna, boris = await server.join("anna"), await server.join("boris")
        await anna.send(offer=rtc.SessionDescription(type="offer", sdp=BAD_SDP, id=1))
        leave = (await anna.expect("leave")).leave
        assert (leave.reason, leave.action) == (Reason.STATE_MISMATCH, Action.RECONNECT)
        await anna.is_closed()
        await boris.roundtrip()


async def test_pings_are_answered() -> None:
    async with running() as server:
        anna = await server.join()
        await anna.send(ping=1)
        assert (await anna.expect("pong")).pong > 1_600_000_000_000
        await anna.send(ping_req=rtc.Ping(timestamp=77, rtt=1))
        pong = (await anna.expect("pong_resp")).pong_resp
        assert pong.last_ping_timestamp == 77 and pong.timestamp > 1_600_000_000_000


async def test_a_client_that_sends_text_is_answered_in_text() -> None:
    async with running() as server:
        anna = await server.join()
        await anna.socket.send_str('{"pingReq": {"timestamp": "5"}, "fromTheFuture": 1}')
        message = await anna.socket.receive(timeout=10)
        assert message.type is aiohttp.WSMsgType.TEXT
        response = json_format.Parse(message.data, rtc.SignalResponse())
        assert response.pong_resp.last_ping_timestamp == 5


@pytest.mark.parametrize("frame", [b"\xff\xff\xff", b"\x0a\xff", "{", "[]", '{"offer": 5}'])
async def test_a_bad_frame_closes_with_a_reason_and_the_room_goes_on(frame: bytes | str) -> None:
    async with running() as server:
        anna, boris = await server.join("anna"), await server.join("boris")
        if isinstance(frame, str):
            await anna.socket.send_str(frame)
        else:
            await anna.socket.send_bytes(frame)
        code, reason = await anna.is_closed()
        assert (code, reason) == (aiohttp.WSCloseCode.PROTOCOL_ERROR, "malformed frame")
        await boris.roundtrip()
        assert server.service.counters()["bad_frames"] == 1
        assert server.service.gauges()["participants"] == 2, "it may resume"


async def test_a_frame_that_is_too_large_closes_the_connection() -> None:
    async with running() as server:
        anna, boris = await server.join("anna"), await server.join("boris")
        await anna.socket.send_bytes(bytes(1_048_577))
        code, _ = await anna.is_closed()
        assert code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        await boris.roundtrip()


async def test_unknown_messages_are_ignored() -> None:
    async with running() as server:
        anna = await server.join()
        await anna.socket.send_bytes(b"")
        await anna.socket.send_bytes(b"\xfa\x3e\x02hi")  # field 1007
        await anna.send(trickle=rtc.TrickleRequest(candidateInit="{}"))
        await anna.roundtrip()


async def test_resume_keeps_the_participant_and_its_media() -> None:
    async with running() as server:
        anna, boris = await server.join("anna"), await server.join("boris")
        sid = anna.joined.participant.sid
        peer = server.peer("anna")
        await anna.socket.close()
        again = await server.connect(server.token("anna"), reconnect="1", sid=sid)
        assert (await again.receive()).WhichOneof("message") == "reconnect"
        update = (await again.expect("update")).update
        assert {p.identity for p in update.participants} == {"anna", "boris"}
        await again.expect("room_update")
        await again.expect("offer")
        assert peer.asked[-1] == ("offer", True) and not peer.closed
        boris.seen.clear()
        await boris.roundtrip()
        assert [m.WhichOneof("message") for m in boris.seen] == ["pong_resp"], "nobody noticed"


async def test_resume_of_an_unknown_participant_is_sent_to_join_anew() -> None:
    async with running() as server:
        await server.join("anna")
        for token in (server.token("boris"), server.token("anna", "another"), server.token("anna")):
            client = await server.connect(token, reconnect="1", sid="PA_unknown")
            leave = (await client.receive()).leave
            assert (leave.reason, leave.action) == (Reason.STATE_MISMATCH, Action.RECONNECT)
            await client.is_closed()


async def test_nobody_resumes_as_another() -> None:
    async with running() as server:
        anna = await server.join("anna")
        thief = await server.connect(server.token("boris"), reconnect="1", sid=anna.joined.participant.sid)
        assert (await thief.receive()).leave.reason == Reason.STATE_MISMATCH
        await anna.roundtrip()


async def test_the_same_identity_replaces_the_one_before() -> None:
    async with running() as server:
        first = await server.join("anna")
        second = await server.join("anna")
        leave = (await first.expect("leave")).leave
        assert (leave.reason, leave.action) == (Reason.DUPLICATE_IDENTITY, Action.DISCONNECT)
        await first.is_closed()
        await second.roundtrip()
        assert server.service.gauges()["participants"] == 1


async def test_requests_that_are_not_allowed_are_answered_and_change_nothing() -> None:
    async with running() as server:
        anna = await server.join("anna", publish=False)
        await anna.send(add_track=rtc.AddTrackRequest(cid="c", type=models.TrackType.VIDEO))
        response = (await anna.expect("request_response")).request_response
        assert (response.reason, response.add_track.cid) == (rtc.RequestResponse.Reason.NOT_ALLOWED, "c")
        await anna.send(update_metadata=rtc.UpdateParticipantMetadata(name="Queen", request_id=9))
        response = (await anna.expect("request_response")).request_response
        assert (response.reason, response.request_id) == (rtc.RequestResponse.Reason.NOT_ALLOWED, 9)
        await anna.send(publish_data_track_request=rtc.PublishDataTrackRequest(pub_handle=3, name="x"))
        response = (await anna.expect("request_response")).request_response
        assert response.reason == rtc.RequestResponse.Reason.UNSUPPORTED_TYPE
        assert response.publish_data_track.pub_handle == 3
        await anna.send(mute=rtc.MuteTrackRequest(sid="TR_none", muted=True))
        response = (await anna.expect("request_response")).request_response
        assert response.reason == rtc.RequestResponse.Reason.NOT_FOUND
        await anna.send(simulate=rtc.SimulateScenario(node_failure=True))
        await anna.expect("request_response")
        who = server.service.rooms.seat("class", "anna").participant
        assert (who.name, who.tracks) == ("Anna", {}) and server.peer("anna").announced == []


async def test_own_metadata_and_attributes_reach_the_others() -> None:
    async with running() as server:
        anna, boris = await server.join("anna", update_metadata=True), await server.join("boris")
        attributes = {"hand": "1", "mood": "good"}
        await anna.send(update_metadata=rtc.UpdateParticipantMetadata(attributes=attributes, request_id=1))
        ok = (await anna.expect("request_response")).request_response
        assert (ok.reason, ok.request_id) == (rtc.RequestResponse.Reason.OK, 1)
        await anna.send(update_metadata=rtc.UpdateParticipantMetadata(attributes={"mood": ""}, request_id=2))
        update = await boris.expect("update", lambda m: m.update.participants[0].attributes.get("mood") is None)
        assert dict(update.update.participants[0].attributes) == {"hand": "1"}


async def test_what_a_client_says_about_itself_is_shown_to_others() -> None:
    async with running() as server:
        anna = await server.join("anna")
        await server.connect(server.token("boris"), client_protocol="2", capabilities="1,2,99")
        update = await anna.expect("update", lambda m: m.update.participants[0].identity == "boris")
        boris = update.update.participants[0]
        assert boris.client_protocol == 2 and list(boris.capabilities) == [1, 2]


async def test_quality_layers_speakers_and_pauses_are_told() -> None:
    async with running() as server:
        anna, boris = await server.join("anna"), await server.join("boris")
        sid = await server.publish(anna, "anna", video=True)
        await boris.expect("update", lambda m: any(p.tracks for p in m.update.participants))
        server.peer("anna").listener.layers_wanted(sid, {"low": True, "medium": False, "high": False})
        wanted = (await anna.expect("subscribed_quality_update")).subscribed_quality_update
        assert [q.enabled for q in wanted.subscribed_qualities] == [True, False, False]
        assert wanted.subscribed_codecs[0].codec == "vp8" and len(wanted.subscribed_codecs[0].qualities) == 3
        server.peer("boris").listener.stream_paused(sid, True)
        (state,) = (await boris.expect("stream_state_update")).stream_state_update.stream_states
        assert (state.track_sid, state.state) == (sid, rtc.StreamState.PAUSED)
        server.media.rooms[0].listener.speakers_changed({sid: 0.5})
        (speaker,) = (await boris.expect("speakers_changed")).speakers_changed.speakers
        assert (speaker.sid, speaker.level, speaker.active) == (anna.joined.participant.sid, 0.5, True)
        await boris.send(track_setting=rtc.UpdateTrackSettings(track_sids=[sid], width=320, height=180))
        await boris.roundtrip()
        assert server.peer("boris").wishes[sid].width == 320


async def test_data_goes_to_those_it_is_for_in_the_sender_s_name() -> None:
    async with running() as server:
        _, boris, _ = await server.join("anna"), await server.join("boris"), await server.join("vera")
        packet = models.DataPacket(
            user=models.UserPacket(payload=b"hi"), participant_identity="forged", destination_identities=["anna"]
        )
        server.peer("boris").listener.data_received("reliable", packet.SerializeToString())
        ((channel, payload),) = server.peer("anna").data
        received = models.DataPacket.FromString(payload)
        assert (channel, received.participant_identity, received.user.payload) == ("reliable", "boris", b"hi")
        assert received.participant_sid == boris.joined.participant.sid
        assert server.peer("vera").data == [] and server.peer("boris").data == []


async def test_a_client_that_takes_nothing_is_cut_and_may_resume() -> None:
    async with running(limits=Limits(queue_messages=20)) as server:
        anna = await server.join("anna")
        seat = server.service.rooms.seat("class", "anna")
        connection = seat.connection
        assert connection is not None
        for _ in range(21):
            connection.send(Frame(rtc.SignalResponse(pong=1)))
        code, _ = await anna.is_closed()
        assert code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
        assert server.service.counters()["slow_clients_cut"] == 1
        again = await server.connect(server.token("anna"), reconnect="1", sid=anna.joined.participant.sid)
        assert (await again.receive()).WhichOneof("message") == "reconnect"


async def test_a_flood_of_requests_closes_the_connection() -> None:
    async with running(limits=Limits(requests_per_second=0.1, request_burst=5)) as server:
        anna = await server.join("anna")
        for _ in range(6):
            await anna.send(ping=1)
        code, reason = await anna.is_closed()
        assert (code, reason) == (aiohttp.WSCloseCode.PROTOCOL_ERROR, "too many requests")


async def test_closing_sends_everybody_away_to_connect_anew() -> None:
    async with running() as server:
        anna = await server.join("anna")
        peer = server.peer("anna")
        await server.service.close()
        leave = (await anna.expect("leave")).leave
        assert (leave.reason, leave.action, leave.can_reconnect) == (Reason.SERVER_SHUTDOWN, Action.RECONNECT, True)
        await anna.is_closed()
        assert peer.closed and server.media.rooms[0].closed
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await server.connect(server.token("boris"))
        assert caught.value.status == 503
        await server.service.close()


async def test_whose_turn_comes_when_the_server_is_closing_does_not_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    waits, turn = asyncio.Event(), asyncio.Event()

    async def take(_: Turns, work: Callable[[], object]) -> object:
        waits.set()
        await turn.wait()
        return work()

    async with running() as server:
        monkeypatch.setattr(Turns, "take", take)
        boris = await server.connect(server.token("boris"))
        await waits.wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(server.service.close())
            await asyncio.sleep(0)
            turn.set()
        await boris.is_closed()
        assert server.service.gauges()["rooms"] == 0


async def test_a_fault_in_media_costs_one_participant_its_connection() -> None:
    async with running() as server:
        anna, boris = await server.join("anna"), await server.join("boris")
        server.peer("anna").breaks = True
        server.peer("anna").listener.offer_needed(urgent=True)
        leave = (await anna.expect("leave")).leave
        assert (leave.reason, leave.action) == (Reason.MEDIA_FAILURE, Action.RECONNECT)
        await boris.roundtrip()


async def _scenario(server: Server, client: SignalClient, **scenario: object) -> None:
    await client.send(simulate=rtc.SimulateScenario(**scenario))  # type: ignore[arg-type]


async def test_simulated_faults_behind_the_switch() -> None:
    async with running(simulation=True) as server:
        anna = await server.join("anna")
        await _scenario(server, anna, speaker_update=1)
        assert (await anna.expect("speakers_changed")).speakers_changed.speakers[0].active
        await _scenario(server, anna, disconnect_signal_on_resume=True)
        await anna.roundtrip()
        await anna.socket.close()
        sid = anna.joined.participant.sid
        cut = await server.connect(server.token("anna"), reconnect="1", sid=sid)
        await cut.expect("reconnect")
        await cut.is_closed()
        again = await server.connect(server.token("anna"), reconnect="1", sid=sid)
        await again.expect("reconnect")
        await _scenario(server, again, leave_request_full_reconnect=True)
        assert (await again.expect("leave")).leave.action == Action.RECONNECT
        failing = await server.join("anna")
        await _scenario(server, failing, node_failure=True)
        await failing.is_closed()
        leaving = await server.join("anna")
        await _scenario(server, leaving, server_leave=True)
        assert (await leaving.expect("leave")).leave.action == Action.DISCONNECT


async def test_a_fault_of_ours_costs_a_room_its_connections_and_others_nothing() -> None:
    async with running() as server:
        anna, boris, vera = await server.join("anna"), await server.join("boris"), await server.join("vera", "other")
        peer = server.peer("anna")
        server.media.rooms[0].listener.speakers_changed(None)  # type: ignore[arg-type]
        for client in (anna, boris):
            leave = (await client.expect("leave")).leave
            assert leave.action == Action.RECONNECT
            await client.is_closed()
        assert peer.closed and server.media.rooms[0].closed
        assert server.service.counters()["rooms_failed"] == 1
        await vera.roundtrip()
        again = await server.join("anna")
        assert again.joined.room.sid != anna.joined.room.sid


async def test_a_move_that_media_refuses_costs_one_participant_its_connection() -> None:
    async with running() as server:
        anna, boris, vera = await server.join("anna"), await server.join("boris"), await server.join("vera", "other")

        def refuse(participant: str, peer: object) -> None:
            raise ValueError("another lane")

        server.media.rooms[1].adopt = refuse  # type: ignore[method-assign, assignment]
        server.service.rooms.move(server.service.rooms.seat("class", "anna"), "other")
        token = (await anna.expect("refresh_token")).refresh_token
        assert (await anna.expect("leave")).leave.action == Action.RECONNECT
        await anna.is_closed()
        await boris.roundtrip()
        await vera.roundtrip()
        again = await server.connect(token)
        assert (await again.expect("join")).join.room.name == "other"


async def test_a_client_that_cannot_be_seated_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as server:
        with monkeypatch.context() as broken:
            broken.setattr(server.service.rooms, "for_joining", lambda claims: 1 / 0)
            client = await server.connect(server.token())
            await client.is_closed()
        boris = await server.join("boris")
        await boris.roundtrip()
        assert len(server.service.endpoint) == 1


async def test_rooms_are_bounded_in_number() -> None:
    async with running(limits=Limits(rooms=1)) as server:
        await server.join("anna")
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await server.connect(server.token("boris", "another"))
        assert caught.value.status == 429


async def test_gauges_say_what_is_there() -> None:
    async with running() as server:
        anna, _ = await server.join("anna"), await server.join("boris")
        await server.publish(anna, "anna")
        gauges = server.service.gauges()
        assert gauges["rooms"] == 1 and gauges["participants_active"] == 2 and gauges["connections"] == 2
        assert gauges["tracks"] == 1 and gauges["subscriptions"] == 1
        counters = server.service.counters()
        assert counters["rooms_opened"] == 1 and counters["connections"] == 2 and counters["offers_sent"] == 2
        assert all(name.replace("_", "").isalpha() and name.islower() for name in [*gauges, *counters])
