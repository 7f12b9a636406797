"""ICE of a client towards a server with one address: STUN messages in and out as bytes. Pure but for random ids.

There is one pair, so the client nominates at once where it controls (RFC 8445 section 8.1.1). It also answers the
checks of servers that are full agents.
"""

import secrets
from dataclasses import dataclass

from aioice import stun

PRIORITY = (110 << 24) | (65535 << 8) | 255
"""Priority of a peer-reflexive candidate: RFC 8445 section 5.1.2.1."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """One side's user fragment and password."""

    ufrag: str
    password: str


def new_credentials() -> Credentials:
    """Random ones, as long as RFC 8839 section 5.4 asks for."""
    return Credentials(secrets.token_hex(4), secrets.token_hex(12))


def binding_request(local: Credentials, remote: Credentials, tie_breaker: int, *, controlling: bool) -> bytes:
    """A check, which nominates when controlling; also serves as consent check (RFC 7675 section 5.1)."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{remote.ufrag}:{local.ufrag}"
    message.attributes["PRIORITY"] = PRIORITY
    message.attributes["ICE-CONTROLLING" if controlling else "ICE-CONTROLLED"] = tie_breaker
    if controlling:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(remote.password.encode())
    return bytes(message)


def is_success(datagram: bytes, remote: Credentials) -> bool:
    """Whether the datagram is an authenticated answer to one of our checks."""
    message = _parsed(datagram)
    return (
        message is not None
        and message.message_class == stun.Class.RESPONSE
        and message.check_message_integrity(remote.password.encode())
    )


def answer_to(datagram: bytes, local: Credentials, source: tuple[str, int]) -> bytes | None:
    """The answer to the server's own check, or None when it is none or not authenticated."""
    message = _parsed(datagram)
    if message is None or message.message_class != stun.Class.REQUEST:
        return None
    if not message.check_message_integrity(local.password.encode()):
        return None
    answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=message.transaction_id)
    answer.attributes["XOR-MAPPED-ADDRESS"] = source
    answer.add_message_integrity(local.password.encode())
    return bytes(answer)


def _parsed(datagram: bytes) -> stun.Message | None:
    """The parser takes what it likes of bad input and raises several types, so all of them are caught here."""
    try:
        return stun.parse_message(datagram)
    except Exception:
        return None
