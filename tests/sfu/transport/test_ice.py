import pytest
from aioice import stun as reference

from sfu.transport import stun
from sfu.transport.ice import (
    DISCONNECTED_AFTER,
    FAILED_AFTER,
    OLD_CREDENTIALS_LIFE,
    Credentials,
    IceLite,
    IceState,
    Path,
)

OURS = Credentials("ours", "p" * 22)
RENEWED = Credentials("renewed", "r" * 22)
WIFI = Path(0, ("192.0.2.1", 1000))
CABLE = Path(0, ("192.0.2.2", 2000))


def check(*, nominate: bool = False, controlled: bool = False, credentials: Credentials = OURS) -> bytes:
    role = stun.ICE_CONTROLLED if controlled else 0x802A
    attributes = ((stun.PRIORITY, bytes(4)), (role, bytes(8)), *(((stun.USE_CANDIDATE, b""),) if nominate else ()))
    username = f"{credentials.ufrag}:theirs".encode()
    return stun.request(bytes(12), username, credentials.password.encode(), attributes)


@pytest.fixture
def ice() -> IceLite:
    return IceLite(OURS)


def test_a_check_is_answered_with_the_address_it_came_from(ice: IceLite) -> None:
    answer = ice.receive(check(), WIFI, 0.0)
    assert answer is not None
    assert answer.valid
    assert reference.parse_message(answer.datagram).attributes["XOR-MAPPED-ADDRESS"] == WIFI.address


def test_the_first_check_gives_a_path_and_the_latest_nomination_changes_it(ice: IceLite) -> None:
    ice.receive(check(), WIFI, 0.0)
    assert ice.selected == WIFI
    ice.receive(check(), CABLE, 0.1)
    assert ice.selected == WIFI
    ice.receive(check(nominate=True), CABLE, 0.2)
    assert ice.selected == CABLE
    ice.receive(check(nominate=True), WIFI, 0.3)
    assert ice.selected == WIFI


def test_a_check_with_another_password_gets_no_answer_and_changes_nothing(ice: IceLite) -> None:
    forged = check(nominate=True, credentials=Credentials("ours", "x" * 22))
    assert ice.receive(forged, WIFI, 0.0) is None
    assert ice.selected is None
    assert ice.poll(100.0) is IceState.NEW


def test_a_peer_that_takes_itself_for_controlled_is_told_to_change(ice: IceLite) -> None:
    answer = ice.receive(check(controlled=True), WIFI, 0.0)
    assert answer is not None
    assert not answer.valid
    assert reference.parse_message(answer.datagram).attributes["ERROR-CODE"][0] == 487
    assert ice.selected is None


def test_silence_disconnects_and_then_fails_for_good(ice: IceLite) -> None:
    assert ice.deadline(0.0) is None
    ice.receive(check(), WIFI, 1.0)
    assert ice.poll(1.0) is IceState.CONNECTED
    assert ice.deadline(1.0) == 1.0 + DISCONNECTED_AFTER
    assert ice.poll(1.0 + DISCONNECTED_AFTER) is IceState.DISCONNECTED
    assert ice.deadline(1.0 + DISCONNECTED_AFTER) == 1.0 + FAILED_AFTER
    ice.receive(check(), WIFI, 20.0)
    assert ice.poll(20.0) is IceState.CONNECTED
    assert ice.poll(20.0 + FAILED_AFTER) is IceState.FAILED
    assert ice.deadline(20.0 + FAILED_AFTER) is None
    assert ice.receive(check(), WIFI, 20.0 + FAILED_AFTER) is None


def test_after_a_restart_both_credentials_count_for_a_while(ice: IceLite) -> None:
    ice.receive(check(nominate=True), WIFI, 0.0)
    ice.restart(RENEWED, 10.0)
    assert ice.selected == WIFI
    assert ice.receive(check(), WIFI, 10.0)
    answer = ice.receive(check(nominate=True, credentials=RENEWED), CABLE, 10.5)
    assert answer is not None
    assert reference.parse_message(answer.datagram).check_message_integrity(RENEWED.password.encode())
    assert ice.selected == CABLE
    assert ice.receive(check(), WIFI, 10.0 + OLD_CREDENTIALS_LIFE) is None
    assert ice.receive(check(credentials=RENEWED), WIFI, 10.0 + OLD_CREDENTIALS_LIFE)
