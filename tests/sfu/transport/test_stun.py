import ipaddress

import pytest
from aioice import stun as reference

from sfu.transport import stun

PASSWORD = b"p" * 22
TRANSACTION = bytes(range(12))
USUAL = ((stun.PRIORITY, bytes(4)), (0x802A, bytes(8)))


def request(*more: tuple[int, bytes], password: bytes = PASSWORD) -> bytes:
    return stun.request(TRANSACTION, b"ours:theirs", password, (*USUAL, *more))


def test_the_ufrag_is_found_without_a_password() -> None:
    assert stun.local_ufrag(request()) == b"ours"


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x00\x01",
        request()[:-1],
        request() + b"\0\0\0\0",
        request().replace(b"ours:theirs", b"ours-theirs"),
        b"\x01\x01" + request()[2:],
        request()[:4] + b"\0\0\0\0" + request()[8:],
    ],
)
def test_a_shape_that_is_not_a_binding_request_names_no_ufrag(datagram: bytes) -> None:
    assert stun.local_ufrag(datagram) is None
    assert stun.read_request(datagram, PASSWORD) is None


def test_a_request_with_too_many_attributes_is_nothing() -> None:
    assert stun.read_request(request(*((0x8000, b""),) * 20), PASSWORD)
    assert stun.read_request(request(*((0x8000, b""),) * 40), PASSWORD) is None


def test_a_request_of_another_implementation_is_read() -> None:
    message = reference.Message(reference.Method.BINDING, reference.Class.REQUEST, TRANSACTION)
    message.attributes.update({"USERNAME": "ours:theirs", "PRIORITY": 1, "ICE-CONTROLLING": 7, "USE-CANDIDATE": None})
    message.add_message_integrity(PASSWORD)
    assert stun.read_request(bytes(message), PASSWORD) == stun.BindingRequest(TRANSACTION, True, False, ())


@pytest.mark.parametrize("address", [("192.0.2.1", 32853), ("2001:db8:1234:5678:11:2233:4455:6677", 32853)])
def test_our_answer_is_read_by_another_implementation(address: tuple[str, int]) -> None:
    message = reference.parse_message(stun.success(TRANSACTION, address, PASSWORD))
    assert message.message_class is reference.Class.RESPONSE
    assert message.attributes["XOR-MAPPED-ADDRESS"] == (str(ipaddress.ip_address(address[0])), address[1])
    assert message.check_message_integrity(PASSWORD)
    assert not message.check_message_integrity(b"other")


def test_a_zone_in_an_address_is_no_part_of_the_answer() -> None:
    message = reference.parse_message(stun.success(TRANSACTION, ("fe80::1%eth0", 9), PASSWORD))
    assert message.attributes["XOR-MAPPED-ADDRESS"] == ("fe80::1", 9)


def test_a_refusal_is_read_by_another_implementation() -> None:
    message = reference.parse_message(stun.error(TRANSACTION, stun.UNKNOWN_ATTRIBUTE, PASSWORD, (0x77,)))
    assert message.attributes["ERROR-CODE"] == (420, "Unknown Attribute")
    assert message.check_message_integrity(PASSWORD)


def test_what_is_not_made_with_the_password_is_nothing() -> None:
    assert stun.read_request(request(password=b"q" * 22), PASSWORD) is None


@pytest.mark.parametrize("at", range(len(request())))
def test_no_bit_of_a_request_may_change(at: int) -> None:
    changed = bytearray(request())
    changed[at] ^= 1
    assert stun.read_request(bytes(changed), PASSWORD) is None


def test_fingerprint_and_integrity_must_be_there() -> None:
    plain = stun._message(stun.BINDING_REQUEST, TRANSACTION, ((stun.USERNAME, b"ours:theirs"),), PASSWORD)
    without = stun.HEADER.pack(stun.BINDING_REQUEST, len(plain) - 28, stun.COOKIE, TRANSACTION) + plain[20:-8]
    assert stun.read_request(plain, PASSWORD)
    assert stun.read_request(without, PASSWORD) is None


def test_nomination_role_and_unknown_attributes_are_told() -> None:
    told = stun.read_request(
        request((stun.USE_CANDIDATE, b""), (stun.ICE_CONTROLLED, bytes(8)), (0x77, b"x")), PASSWORD
    )
    assert told == stun.BindingRequest(TRANSACTION, True, True, (0x77,))
