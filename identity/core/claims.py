"""Who somebody is, as others of our folders may rely on it."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["teacher", "student", "parent"]
"""Exactly three. Administrator of a call is a right in that call, not a role."""

ROLES: tuple[Role, ...] = get_args(Role)

World = Literal["live", "test"]
"""Two worlds that never meet: what a journal tries out with a test key sends no SMS and touches no real profile."""

Gender = Literal["female", "male"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a session proves, after the roster was asked."""

    person: str
    name: str
    role: Role
