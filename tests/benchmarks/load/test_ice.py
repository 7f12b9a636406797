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
