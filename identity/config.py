"""What an operator may choose about identity."""

from dataclasses import dataclass

SENDS_PER_ADDRESS = 300  # messages an hour: a school behind one address signs up on one morning


@dataclass(frozen=True, slots=True)
class IdentityConfig:
    """Everything identity is told from outside."""

    public_url: str = ""
    """Where browsers reach us, like "https://call.school.ru"; empty: as each request came."""
    operator: str = ""
    """Who answers for the personal data, in the dative case, as the consent's text names them."""
    support: str = ""
    """Where to ask for help: a phone, an address, a room of the school."""
    region: str = "RU"
    """The country of phone numbers that are written without one."""
    codes_per_address: int = SENDS_PER_ADDRESS
    """Messages with codes that one network address may ask for in an hour, and five times as many in a day."""
    providers: tuple[tuple[str, str], ...] = ()
    """Id and title of the outside providers that the page offers to sign in with."""
