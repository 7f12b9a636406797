"""Who may enter a call and as what: decided by the roster alone, never by a ticket or a query."""

from dataclasses import dataclass

from identity.core.claims import Role


@dataclass(frozen=True, slots=True)
class Standing:
    """What the roster says about a person and a call of the same journal."""

    role: Role
    holds: bool  # the call names them as its teacher
    teaches: bool  # teaches the class (any subject) or is its head teacher
    learns: bool  # enrolled in this class and subject
    child_learns: bool  # the parent of somebody who is


def admitted(standing: Standing) -> bool:
    """May the person enter? A linked profile is not needed: the roster's word is enough."""
    match standing.role:
        case "teacher":
            return standing.holds or standing.teaches
        case "student":
            return standing.learns
        case "parent":
            return standing.child_learns


def administers(standing: Standing) -> bool:
    """Is the person an administrator of the call? The teacher who holds it and the co-teachers of the class are."""
    return standing.role == "teacher" and (standing.holds or standing.teaches)
