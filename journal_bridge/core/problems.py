"""What the journal's HTTP interface may refuse, as one table: stable code, status, title. RFC 9457."""

from collections.abc import Mapping
from typing import ClassVar

from identity.core import problems
from identity.core.problems import GENERAL, FieldError, Kind, wrong_field, wrong_query

__all__ = ["KINDS", "FieldError", "Kind", "ProblemError", "wrong_field", "wrong_query"]

KINDS: Mapping[str, Kind] = {
    **GENERAL,
    # the key
    "key_missing": Kind(401, "No API key was sent"),
    "key_unknown": Kind(401, "The API key is unknown"),
    "key_expired": Kind(401, "The API key has expired"),
    "address_refused": Kind(403, "The API key may not be used from this address"),
    "scope_missing": Kind(403, "The API key lacks a scope"),
    "rate_limited": Kind(429, "The API key sends too many requests"),
    # the request
    "id_invalid": Kind(422, "The id in the path is not well-formed"),
    "cursor_invalid": Kind(422, "The cursor is not one of ours"),
    "idempotency_key_invalid": Kind(400, "The Idempotency-Key is not usable"),
    "idempotency_key_reused": Kind(422, "The Idempotency-Key was used for another request"),
    "idempotency_in_progress": Kind(409, "A request with this Idempotency-Key is still running"),
    # the roster
    "person_unknown": Kind(404, "There is no such person"),
    "class_unknown": Kind(404, "There is no such class"),
    "role_mismatch": Kind(422, "A person has another role"),
    "role_in_use": Kind(409, "The role cannot change while the person is enrolled with it"),
    "import_unknown": Kind(404, "There is no such import"),
    "import_running": Kind(409, "Another import of the journal is not finished"),
    "media_type_unknown": Kind(415, "The body's media type is none of those that are read"),
    "calendar_unknown": Kind(404, "There is no such calendar"),
    # calls
    "call_unknown": Kind(404, "There is no such call"),
    "call_exists": Kind(409, "Another call has this ext_id"),
    "call_ended": Kind(409, "The call has ended"),
    "call_not_running": Kind(409, "The call is not running"),
    "field_fixed": Kind(409, "The field cannot change while the call is running"),
    "active_call_exists": Kind(409, "Another call of this class and subject is running"),
    "not_invited": Kind(403, "The roster does not invite this person"),
    # inside a call
    "rooms_open": Kind(409, "Breakout rooms are open"),
    "rooms_missing": Kind(409, "There are no breakout rooms to open"),
    "not_leading": Kind(403, "Only those who lead the call may do this"),
    # linking
    "journal_unknown": Kind(404, "There is no such journal"),
    "journal_undescribed": Kind(409, "The journal has not described itself"),
    "link_unknown": Kind(404, "There is no such link code"),
    "link_used": Kind(409, "The link code was used"),
    "link_expired": Kind(410, "The link code is too old"),
    "link_foreign": Kind(403, "The link code was made by another profile"),
    "person_linked": Kind(409, "The person has a profile"),
    "person_unlinked": Kind(409, "The person has no profile"),
    "profile_linked": Kind(409, "The profile has a person of this role in the journal"),
    "consent_needed": Kind(403, "The profile's owner has not consented"),
    "child_unknown": Kind(404, "There is no such child of this profile"),
    "too_many_tries": Kind(429, "Too many tries"),
    # a school's pages
    "school_unknown": Kind(404, "There is no such school"),
    "person_elsewhere": Kind(409, "The person administers another school"),
    "confirmation_wrong": Kind(422, "The confirmation does not fit"),
    # invite links
    "invite_unknown": Kind(404, "There is no such invite link"),
    "invite_expired": Kind(410, "The invite link is too old"),
    "invite_used_up": Kind(409, "The invite link was used as often as it may be"),
    "name_needed": Kind(422, "Guests say their name"),
    # events
    "endpoint_unknown": Kind(404, "There is no such webhook endpoint"),
    "endpoint_off": Kind(409, "The webhook endpoint is switched off"),
    "endpoints_full": Kind(409, "The journal has as many webhook endpoints as it may"),
    "delivery_unknown": Kind(404, "There is no such delivery"),
    "streams_full": Kind(429, "The journal follows as many streams as it may"),
    "sandbox_only": Kind(403, "Only a test key may do this"),
    # us
    "media_unavailable": Kind(503, "The call's room could not be opened"),
}


class ProblemError(problems.ProblemError):
    """A refusal with a code of the table above."""

    kinds: ClassVar[Mapping[str, Kind]] = KINDS
