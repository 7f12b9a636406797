"""Signing in, step by step. In: what a browser sends. Out: the state of its attempt."""

from dataclasses import dataclass

from identity.core.outside import OutsideIdentity


@dataclass(frozen=True, slots=True)
class Arrived:
    """Where somebody is whom an outside provider has recognised: signed in, or with steps left at /sign-in."""

    session: str | None
    """The secret of a profile's session, for the cookie `zvonok_profile`."""
    attempt: str | None
    """The secret of an attempt, for the cookie `zvonok_attempt`."""
    next: str
    """The path to go to, on our own origin."""


class Entry:
    """Attempts to sign in."""

    async def arrive(
        self, outside: OutsideIdentity, *, next_path: str = "/", device: str = "", address: str = ""
    ) -> Arrived:
        """Somebody came back from an outside provider. `device` is the User-Agent header."""
        raise NotImplementedError
