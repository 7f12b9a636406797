"""Data packets."""

from livekit.protocol import models, rtc
from livekit.protocol import room as room_messages

from signalling.core import data, membership
from signalling.core.limits import Limits
from signalling.core.outputs import SendData
from signalling.core.resend import Kept, ResendBuffer
from tests.signalling.core.stories import Story


def user(text: str = "hi", **fields: object) -> bytes:
    packet = models.DataPacket(user=models.UserPacket(payload=text.encode()), **fields)  # type: ignore[arg-type]
    return packet.SerializeToString()


def texts(story: Story, sid: str) -> list[str]:
    sent = [output for output in story.asked(SendData) if sid in output.to]
    return [models.DataPacket.FromString(output.payload).user.payload.decode() for output in sent]


def test_the_sender_is_who_it_is_and_not_who_it_says() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    forged = models.DataPacket(
        user=models.UserPacket(payload=b"x", participant_sid="PA_x", participant_identity="x"),
        participant_identity="x",
        participant_sid="PA_x",
    )
    data.receive(story.room, anna, "lossy", forged.SerializeToString(), story.now)
    (sent,) = story.asked(SendData)
    packet = models.DataPacket.FromString(sent.payload)
    assert (sent.to, sent.channel) == ((boris.sid,), "lossy")
    names = {packet.participant_identity, packet.user.participant_identity}
    assert names == {"anna"} and {packet.participant_sid, packet.user.participant_sid} == {anna.sid}


def test_who_hides_has_no_name() -> None:
    story = Story()
    spy, _ = story.is_here("spy", hidden=True), story.is_here("boris")
    data.receive(story.room, spy, "reliable", user(), story.now)
    packet = models.DataPacket.FromString(story.asked(SendData)[0].payload)
    assert packet.participant_identity == "" and packet.participant_sid == ""


def test_packets_go_to_the_named_or_to_all_but_the_sender() -> None:
    story = Story()
    anna, boris, vera = story.is_here("anna"), story.is_here("boris"), story.is_here("vera")
    joining = story.comes("late")
    data.receive(story.room, anna, "reliable", user("all"), story.now)
    data.receive(story.room, anna, "reliable", user("one", destination_identities=["vera", "none"]), story.now)
    old = models.DataPacket(user=models.UserPacket(payload=b"old", destination_sids=[boris.sid]))
    data.receive(story.room, anna, "reliable", old.SerializeToString(), story.now)
    assert texts(story, boris.sid) == ["all", "old"] and texts(story, vera.sid) == ["all", "one"]
    assert texts(story, anna.sid) == [] == texts(story, joining.sid)


def test_what_may_not_be_sent_is_counted_and_dropped() -> None:
    story = Story(limits=Limits(data_packet=100))
    mute = story.is_here("mute", publish_data=False)
    anna, agent, boris = story.is_here("anna"), story.is_here("agent", agent=True), story.is_here("boris")
    speech = models.DataPacket(transcription=models.Transcription(track_id="t")).SerializeToString()
    metrics = models.DataPacket(speaker=models.ActiveSpeakerUpdate()).SerializeToString()
    data.receive(story.room, mute, "reliable", user(), story.now)
    data.receive(story.room, anna, "reliable", speech, story.now)
    data.receive(story.room, anna, "reliable", metrics, story.now)
    data.receive(story.room, anna, "reliable", b"\xff\xff", story.now)
    data.receive(story.room, anna, "reliable", user("x" * 200), story.now)
    assert story.asked(SendData) == []
    assert story.room.counters == {
        "data_not_permitted": 1,
        "data_kind_refused": 2,
        "data_malformed": 1,
        "data_too_large": 1,
    }
    data.receive(story.room, agent, "reliable", speech, story.now)
    assert [boris.sid in output.to for output in story.asked(SendData)] == [True]


def test_kinds_that_are_not_looked_into_pass_whole() -> None:
    story = Story()
    anna, _ = story.is_here("anna"), story.is_here("boris")
    kinds = [
        models.DataPacket(rpc_request=models.RpcRequest(id="1", method="m", payload="p")),
        models.DataPacket(rpc_ack=models.RpcAck(request_id="1")),
        models.DataPacket(rpc_response=models.RpcResponse(request_id="1", payload="q")),
        models.DataPacket(stream_header=models.DataStream.Header(stream_id="s", topic="t")),
        models.DataPacket(stream_chunk=models.DataStream.Chunk(stream_id="s", content=b"abc")),
        models.DataPacket(stream_trailer=models.DataStream.Trailer(stream_id="s")),
        models.DataPacket(chat_message=models.ChatMessage(message="hi")),
        models.DataPacket(sip_dtmf=models.SipDTMF(code=1)),
        models.DataPacket(encrypted_packet=models.EncryptedPacket(encrypted_value=b"x")),
    ]
    for packet in kinds:
        data.receive(story.room, anna, "reliable", packet.SerializeToString(), story.now)
        sent = models.DataPacket.FromString(story.asked(SendData)[-1].payload)
        sent.ClearField("participant_identity")
        sent.ClearField("participant_sid")
        assert sent == packet
    assert len(story.asked(SendData)) == len(kinds)
    future = user() + b"\xfa\x3e\x02hi"
    data.receive(story.room, anna, "reliable", future, story.now)
    assert b"\xfa\x3e\x02hi" in story.asked(SendData)[-1].payload


def test_repeated_reliable_packets_are_dropped_and_lossy_ones_are_not_numbered() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    for sequence in (1, 2, 2, 1, 3):
        data.receive(story.room, anna, "reliable", user(str(sequence), sequence=sequence), story.now)
    data.receive(story.room, anna, "lossy", user("lossy", sequence=1), story.now)
    data.receive(story.room, anna, "reliable", user("unnumbered"), story.now)
    assert texts(story, boris.sid) == ["1", "2", "3", "lossy", "unnumbered"]
    assert anna.last_sequence == 3 and story.room.counters["data_repeated"] == 2


def test_who_resumes_gets_the_reliable_packets_that_it_missed() -> None:
    story = Story()
    anna, boris, vera = story.is_here("anna"), story.is_here("boris"), story.is_here("vera")
    for sequence in range(1, 6):
        data.receive(story.room, anna, "reliable", user(f"a{sequence}", sequence=sequence), story.now)
    data.receive(story.room, vera, "reliable", user("v1", sequence=1), story.now)
    data.receive(story.room, vera, "reliable", user("v2", sequence=2, destination_identities=["anna"]), story.now)
    data.receive(story.room, boris, "reliable", user("own", sequence=1), story.now)
    membership.signal_lost(story.room, boris, story.now)
    membership.resume(story.room, boris, story.now)
    story.forget()
    seen = rtc.DataChannelReceiveState(publisher_sid=anna.sid, last_seq=3)
    membership.sync(story.room, boris, rtc.SyncState(datachannel_receive_states=[seen]), story.now)
    assert texts(story, boris.sid) == ["a4", "a5", "v1"]


def test_a_newcomer_gets_nothing_from_before_it_came() -> None:
    story = Story()
    anna = story.is_here("anna")
    data.receive(story.room, anna, "reliable", user("old", sequence=1), story.now)
    story.passes(1.0)
    boris = story.is_here("boris")
    membership.resume(story.room, boris, story.now)
    story.forget()
    membership.sync(story.room, boris, rtc.SyncState(), story.now)
    assert texts(story, boris.sid) == []


def test_the_buffer_is_bounded_in_number_bytes_and_age() -> None:
    def kept(buffer: ResendBuffer) -> list[bytes]:
        return list(buffer.missed("r", "r", {}, {"s"}, 0.0))

    few = ResendBuffer(3, 1000)
    for number in range(10):
        few.keep(Kept("s", number + 1, None, bytes([number]), 0.0))
    assert kept(few) == [b"\x07", b"\x08", b"\x09"]
    small = ResendBuffer(1000, 10)
    for number in range(10):
        small.keep(Kept("s", number + 1, None, bytes(4), 0.0))
    assert len(kept(small)) == 2
    small.keep(Kept("s", 99, None, bytes(40), 0.0))
    assert kept(small) == []
    old = ResendBuffer(1000, 1000)
    old.keep(Kept("s", 1, None, b"old", 0.0))
    old.keep(Kept("s", 2, None, b"new", 61.0))
    assert kept(old) == [b"new"]


def test_data_never_comes_before_its_sender_is_announced() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.forget()
    boris = story.comes("boris")
    membership.transport_changed(story.room, boris, "subscriber", "connected", story.now)
    data.receive(story.room, boris, "reliable", user(), story.now)
    story.drain()
    order = [type(output).__name__ for output in story.outputs if anna.sid in getattr(output, "to", ())]
    assert order == ["Send", "SendData"]


def test_a_repeated_request_of_the_server_interface_is_delivered_once() -> None:
    story = Story()
    anna = story.is_here("anna")
    for nonce in (b"1", b"1", b"2", b"", b""):
        data.send_from_server(story.room, room_messages.SendDataRequest(data=b"x", nonce=nonce))
    assert len(texts(story, anna.sid)) == 4
    for number in range(1000):
        data.send_from_server(story.room, room_messages.SendDataRequest(data=b"x", nonce=str(number).encode()))
    assert len(story.room.seen_nonces) == data.MAX_NONCES


def test_beyond_its_rate_a_sender_loses_lossy_packets_first_and_reliable_ones_at_last() -> None:
    story = Story(limits=Limits(data_datagrams_per_second=10.0, data_datagram_burst=100))
    anna = story.is_here("anna")
    for number in range(5):
        story.is_here(f"pupil {number}")
    for channel, taken in (("lossy", 10), ("reliable", 10)):  # five datagrams each; lossy ones leave half of the burst
        before = len(story.asked(SendData))
        for _ in range(30):
            data.receive(story.room, anna, channel, user(), story.now)
        assert len(story.asked(SendData)) - before == taken
    assert story.room.counters == {"data_lossy_over_rate": 20, "data_reliable_over_rate": 20}
    story.now += 1.0
    for _ in range(3):
        data.receive(story.room, anna, "reliable", user(), story.now)
    assert story.room.counters["data_reliable_over_rate"] == 21


def test_a_rate_is_counted_in_datagrams_to_all_receivers() -> None:
    story = Story(limits=Limits(data_datagrams_per_second=1.0, data_datagram_burst=100))
    anna, boris, vera = (story.is_here(name) for name in ("anna", "boris", "vera"))
    for sender, packet, taken in (
        (anna, user("x" * 10_000), 5),  # nine datagrams to two
        (boris, user("x" * 10_000, destination_identities=["vera"]), 11),
        (vera, user(destination_identities=["nobody"]), 0),
    ):
        before = len(story.asked(SendData))
        for _ in range(101):
            data.receive(story.room, sender, "reliable", packet, story.now)
        assert len(story.asked(SendData)) - before == taken
    assert story.room.counters["data_reliable_over_rate"] == 96 + 90 + 1


def test_a_packet_over_the_rate_may_be_sent_again() -> None:
    story = Story(limits=Limits(data_datagrams_per_second=1.0, data_datagram_burst=1))
    anna, boris = story.is_here("anna"), story.is_here("boris")
    for sequence in (1, 2):
        data.receive(story.room, anna, "reliable", user(sequence=sequence), story.now)
    assert anna.last_sequence == 1
    story.now += 1.0
    data.receive(story.room, anna, "reliable", user(sequence=2), story.now)
    assert anna.last_sequence == 2 and len(texts(story, boris.sid)) == 2
