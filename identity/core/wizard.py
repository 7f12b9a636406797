"""Signing in as a table of steps: who has done a step, or need not do it, never sees it (A17).

In: how far an attempt has come. Out: the steps of this person, and the one to do now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

StepName = Literal["phone", "code", "password", "form", "consent", "done"]
Intent = Literal["", "continue", "create"]
"""What was pressed beside the phone: nothing yet, «Продолжить», «Создать учебный профиль» (A10)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of an attempt. What follows a proof is only asked for after it: before, a phone that has a profile
    and one that has none look the same."""

    intent: Intent = ""
    proved: bool = False
    by_outside: bool = False
    """An outside provider stands for the phone."""
    ask_password: bool = False
    known: bool = False
    """There is a profile; its owner has proved the phone."""
    check_form: bool = False
    form_given: bool = False
    consent_open: bool = False
    """The owner of the known profile has to consent (again)."""


class Step(NamedTuple):
    """Who has to do a step, and who has done it."""

    name: StepName
    needed: Callable[[Progress], bool]
    done: Callable[[Progress], bool]


def _form_needed(progress: Progress) -> bool:
    """«Создать» shows the form even of a known profile, to check it (A15)."""
    if progress.intent == "create" or not progress.proved:
        return progress.intent == "create"
    return not progress.known or progress.check_form


def _consent_needed(progress: Progress) -> bool:
    if not progress.proved:
        return progress.intent == "create"
    return progress.consent_open or not progress.known


STEPS: tuple[Step, ...] = (
    Step("phone", lambda it: not it.by_outside, lambda it: it.intent != ""),
    Step("password", lambda it: it.ask_password, lambda it: it.proved),
    Step("code", lambda it: not (it.ask_password or it.by_outside), lambda it: it.proved),
    Step("form", _form_needed, lambda it: it.form_given),
    Step("consent", _consent_needed, lambda it: False),
    Step("done", lambda it: True, lambda it: False),
)


def steps(progress: Progress) -> tuple[StepName, ...]:
    """What this person goes through, in order."""
    return tuple(step.name for step in STEPS if step.needed(progress))


def current(progress: Progress) -> StepName:
    """The step to do now. After "consent" there is no state to ask about: the attempt is over."""
    return next(step.name for step in STEPS if step.needed(progress) and not step.done(progress))
