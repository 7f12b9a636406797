"""Which addresses media listens on when nobody says."""

from collections.abc import Sequence

import ifaddr
import pytest

from server import addresses
from server.addresses import MAX_ADDRESSES, bindable, local_addresses
from sfu.plane.thread import PlaneThread


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[str | tuple[str, int, int]]:
    """A machine with these addresses; all but those of documentation can be bound."""
    own: list[str | tuple[str, int, int]] = []

    def adapters() -> Sequence[ifaddr.Adapter]:
        return [ifaddr.Adapter("net", "net", [ifaddr.IP(ip, 24, "net") for ip in own])]

    monkeypatch.setattr(ifaddr, "get_adapters", adapters)
    monkeypatch.setattr(addresses, "_can_be_bound", lambda address: not str(address).startswith("192.0.2."))
    return own


def test_the_outside_comes_first_and_what_cannot_be_used_is_left_out(
    machine: list[str | tuple[str, int, int]],
) -> None:
    machine += [("::1", 0, 0), "127.0.0.1", ("2001:db8::5", 0, 0), "10.0.0.5", "10.0.0.5", "192.0.2.1", "169.254.1.1"]
    assert local_addresses() == ["10.0.0.5", "2001:db8::5", "127.0.0.1", "::1"]
    assert bindable(["10.0.0.5", "::1"], 7882, 1) == [("10.0.0.5", 7883), ("::1", 7883)]


def test_a_machine_without_a_network_uses_its_loopback(machine: list[str | tuple[str, int, int]]) -> None:
    machine += ["127.0.0.1"]
    assert local_addresses() == ["127.0.0.1"]


def test_a_machine_with_many_containers_has_as_many_as_a_thread_takes(
    machine: list[str | tuple[str, int, int]],
) -> None:
    machine += ["127.0.0.1", *(f"172.17.{number}.1" for number in range(40))]
    found = local_addresses()
    assert (len(found), found[0], found[-1]) == (MAX_ADDRESSES, "172.17.0.1", "127.0.0.1")


def test_a_thread_takes_that_many_and_no_more() -> None:
    plane = PlaneThread([("127.0.0.1", 0)] * MAX_ADDRESSES)
    plane.stop()
    with pytest.raises(ValueError, match=str(MAX_ADDRESSES)):
        PlaneThread([("127.0.0.1", 0)] * (MAX_ADDRESSES + 1))
