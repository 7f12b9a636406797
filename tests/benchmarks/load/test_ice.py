import pytest
from aioice import stun

from benchmarks.load.ice import Credentials, answer_to, binding_request, is_success

CLIENT = Credentials("client", "client-password-000000")
SERVER = Credentials("server", "server-password-000000")


def test_a_request_is_answered_by_who_knows_the_password() -> None:
    request = binding_request(CLIENT, SERVER, 1, controlling=True)
    answer = answer_to(request, SERVER, ("127.0.0.1", 9))
    assert answer is not None
    assert is_success(answer, SERVER)
    assert not is_success(answer, CLIENT)


def test_a_request_with_a_wrong_password_gets_no_answer() -> None:
    assert answer_to(binding_request(CLIENT, CLIENT, 1, controlling=True), SERVER, ("127.0.0.1", 9)) is None


def test_only_a_controlling_client_nominates() -> None:
    nominating, plain = (binding_request(CLIENT, SERVER, 1, controlling=which) for which in (True, False))
    assert len(nominating) > len(plain)


def test_garbage_is_no_answer() -> None:
    for size in range(64):
        assert not is_success(bytes(range(size)), SERVER)
        assert answer_to(bytes(size), SERVER, ("127.0.0.1", 9)) is None


@pytest.mark.parametrize("controlling", [True, False])
def test_a_check_is_stun_for_others(controlling: bool) -> None:
    message = stun.parse_message(binding_request(CLIENT, SERVER, 77, controlling=controlling))
    assert message.check_message_integrity(SERVER.password.encode())
    assert message.attributes["USERNAME"] == "server:client"
    assert message.attributes["ICE-CONTROLLING" if controlling else "ICE-CONTROLLED"] == 77
    assert ("USE-CANDIDATE" in message.attributes) is controlling
    assert "FINGERPRINT" in message.attributes


@pytest.mark.parametrize("source", [("192.0.2.7", 50_000), ("2001:db8::7", 50_000)])
def test_an_answer_is_stun_for_others(source: tuple[str, int]) -> None:
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.add_message_integrity(CLIENT.password.encode())
    answer = answer_to(bytes(request), CLIENT, source)
    assert answer is not None
    message = stun.parse_message(answer)
    assert message.check_message_integrity(CLIENT.password.encode())
    assert message.transaction_id == request.transaction_id
    assert message.attributes["XOR-MAPPED-ADDRESS"] == source


def test_an_answer_of_others_is_taken() -> None:
    answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE)
    answer.attributes["SOFTWARE"] = "odd"
    answer.add_message_integrity(SERVER.password.encode())
    assert is_success(bytes(answer), SERVER)
    changed = bytearray(bytes(answer))
    changed[25] ^= 1
    assert not is_success(bytes(changed), SERVER)
