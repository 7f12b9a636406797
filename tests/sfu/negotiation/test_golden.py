"""Descriptions captured from real clients, and what we make of them. `tests.support.capture_sdp` renews the files."""

import pytest

from sfu.negotiation.publisher import PublisherSections
from sfu.negotiation.sdp import parse, render
from sfu.plane.model import Codec, ExtensionIds, Layer, PayloadType
from tests.support.capture_sdp import DATA, LOCAL, publisher_answer, subscriber_offer, subscriber_sections

CLIENTS = ("chromium", "firefox", "python-sdk")


def text(name: str) -> str:
    return (DATA / f"{name}.sdp").read_bytes().decode()


@pytest.mark.parametrize("name", sorted(path.stem for path in DATA.glob("*.sdp")))
def test_what_clients_write_reads_and_writes_to_the_same(name: str) -> None:
    description = parse(text(name))
    assert description.sections
    assert parse(render(description)) == description


@pytest.mark.parametrize("client", CLIENTS)
def test_our_answer_is_the_one_that_the_client_took(client: str) -> None:
    assert publisher_answer(text(f"{client}.offer")) == text(f"{client}.offer.answered")


def test_our_offer_is_the_one_that_the_clients_answered() -> None:
    assert subscriber_offer() == text("subscriber.offer")


@pytest.mark.parametrize(
    ("client", "extensions", "video", "rids"),
    [
        (
            "chromium",
            ExtensionIds(4, 10, 11, 1, 3, 2, 13),
            (PayloadType(Codec.VP8, 96, 97), PayloadType(Codec.H264, 108, 109)),
            "qhf",
        ),
        ("firefox", ExtensionIds(3, 9, 10, 1, 7, 4, 0), (PayloadType(Codec.VP8, 120, 124),), "qhf"),
        ("python-sdk", ExtensionIds(4, 10, 11, 1, 3, 2, 13), (PayloadType(Codec.VP8, 96, 0),), "qh"),
    ],
)
def test_what_a_client_will_send(
    client: str, extensions: ExtensionIds, video: tuple[PayloadType, ...], rids: str
) -> None:
    answer = PublisherSections(1).answer(parse(text(f"{client}.offer")), LOCAL)
    audio, camera = (section for section in answer.sections if section.active)
    assert [each.codec for each in audio.payload_types] == [Codec.OPUS]
    assert camera.payload_types == video
    assert camera.layers == tuple(map(Layer, rids))
    assert len({audio.track, camera.track, ""}) == 3
    assert answer.extensions == extensions
    assert answer.data


@pytest.mark.parametrize("client", CLIENTS)
def test_what_a_client_takes_of_our_offer(client: str) -> None:
    sections = subscriber_sections()
    sections.offer(LOCAL)
    accepted = sections.accept(parse(text(f"{client}.answer")))
    assert [(each.mid, each.track, each.active) for each in accepted.sections] == [
        ("1", "TR_microphone", True),
        ("2", "TR_camera", True),
        ("3", "TR_screen", True),
    ]
    assert accepted.sections[1].payload_types[0] == PayloadType(Codec.VP8, 96, 97)
    assert accepted.sections[1].rtx_ssrc
    assert accepted.extensions.abs_send_time
    assert not accepted.extensions.transport_cc
    assert accepted.data
