"""What the sign-in page is told: the attempt as its owner may see it."""

from typing import Literal

from msgspec import Struct

from identity.core import codes, phones, wizard
from identity.core.attempts import Attempt, Prefill
from identity.core.consents import ConsentText
from identity.core.moments import moment
from identity.core.wizard import Progress, StepName


class ConsentShown(Struct, frozen=True, rename={"decider": "for"}):
    """The text, and who decides: oneself, or a parent who will be asked."""

    version: str
    text: str
    decider: Literal["self", "parent_needed"]


class ProviderShown(Struct, frozen=True):
    """An outside provider: /auth/{id}/start leads to it."""

    id: str
    title: str


class State(Struct, frozen=True):
    """The answer of every request about signing in. Moments are RFC 3339."""

    step: StepName
    steps: tuple[StepName, ...]
    next: str
    support: str
    phone: str | None = None
    """Masked."""
    resend_at: str | None = None
    code_expires_at: str | None = None
    tries_left: int | None = None
    prefill: Prefill | None = None
    consent: ConsentShown | None = None
    providers: tuple[ProviderShown, ...] = ()


def signed_in(next_path: str, support: str) -> State:
    """Nothing is left to do."""
    return State("done", ("done",), next_path, support)


def nobody(support: str) -> State:
    """There is no attempt."""
    return State("phone", wizard.steps(Progress()), "/", support)


def shown(
    attempt: Attempt,
    progress: Progress,
    *,
    support: str,
    prefill: Prefill | None,
    text: ConsentText,
    by_parent: bool,
    providers: tuple[ProviderShown, ...],
) -> State:
    """The state of an attempt. `prefill`, `text` and `by_parent` show only at the steps that ask for them."""
    step = wizard.current(progress)
    at_code = step == "code" and attempt.code_hash is not None
    return State(
        step=step,
        steps=wizard.steps(progress),
        next=attempt.next,
        support=support,
        phone=phones.masked(attempt.phone) if attempt.phone and step != "phone" else None,
        resend_at=moment(attempt.resend_at) if at_code else None,
        code_expires_at=moment(attempt.code_expires_at) if at_code else None,
        tries_left=codes.TRIES - attempt.code_tries if at_code else None,
        prefill=prefill if step == "form" else None,
        consent=ConsentShown(text.version, text.text, "parent_needed" if by_parent else "self")
        if step == "consent"
        else None,
        providers=providers if step == "phone" and attempt.world == "live" else (),
    )
