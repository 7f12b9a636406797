"""Bodies of linking, of school pages and invite links, with their limits."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from identity.core.bodies import Body, Text
from identity.core.claims import Gender
from journal_bridge.core.addresses import MAX_URL
from journal_bridge.core.requests import Reference

MAX_LOGO = 48_000  # characters of a data: URL: a picture of 35 kB, which is much for a logo
MAX_USES = 1000  # people whom one invite link lets in

Url = Annotated[str, Meta(min_length=8, max_length=MAX_URL, pattern=r"^https?://[!-~]+$")]
Logo = Annotated[str, Meta(max_length=MAX_LOGO, pattern=r"^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$")]
OurId = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z]{3,4}_[a-z2-7]{1,32}$")]
Uses = Annotated[int, Meta(ge=1, le=MAX_USES)]
Moment = Annotated[datetime, Meta(tz=True)]


class JournalBody(Body, frozen=True):
    """PUT /v1/journal: what «Подключить дневник» shows, and where browsers may return to."""

    region: Annotated[list[Text], Meta(min_length=1, max_length=100)]
    title: Text
    login_url: Url
    logo: Logo | None = None
    return_origins: Annotated[list[Url], Meta(max_length=10)] = field(default_factory=list)


class LinkSessionBody(Body, frozen=True):
    """POST /v1/link-sessions."""

    person: Reference
    return_url: Url | None = None


class ConfirmBody(Body, frozen=True):
    """POST /v1/link-sessions/{code}/confirm."""

    person: Reference


class ChatTicketBody(Body, frozen=True):
    """POST /v1/chat-tickets."""

    person: Reference


class InviteLinkBody(Body, frozen=True):
    """POST /v1/calls/{call}/invite-links."""

    max_uses: Uses | None = None
    expires_at: Moment | None = None
    guests: bool = False


class LinkCodeBody(Body, frozen=True):
    """POST /api/link-codes."""

    journal: OurId


class ConsentBody(Body, frozen=True):
    """POST /api/home/consents: a parent consents for their child."""

    profile: OurId
    version: Annotated[str, Meta(min_length=1, max_length=16)]
    accepted: Literal[True]


class WithdrawBody(Body, frozen=True):
    """POST /api/home/consents/withdraw."""

    profile: OurId


class EraseBody(Body, frozen=True):
    """POST /api/schools/{school}/people/{person}/erase: the family name, typed once more."""

    confirm: Annotated[str, Meta(min_length=1, max_length=200)]


class NamesBody(Body, frozen=True):
    """Who the owner of a profile really is."""

    family_name: Text
    given_name: Text
    birth_date: date
    gender: Gender
    patronymic: Text | None = None


class SplitBody(Body, frozen=True):
    """POST /api/schools/{school}/people/{person}/split."""

    names: NamesBody


class GuestBody(Body, frozen=True):
    """POST /api/invites/{token}/enter: `name` for guests without a profile."""

    name: Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")] | None = (
        None
    )
