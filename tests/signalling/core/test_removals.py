"""Who was removed needs a newer token, as long as the room remembers."""

import pytest

from signalling.core import removals
from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Claims
from signalling.core.removals import Removals


def is_refused(removed: Removals, identity: str, issued: float) -> bool:
    try:
        removed.check(Claims(identity, issued=issued))
    except UserError as error:
        assert error.refusal is Refusal.NOT_ALLOWED
        return True
    return False


def test_older_tokens_of_the_removed_are_refused_and_only_those() -> None:
    removed = Removals()
    removed.note("anna", 100)
    assert [is_refused(removed, "anna", issued) for issued in (0, 99, 99.9, 100, 101)] == [True] * 3 + [False] * 2
    assert not is_refused(removed, "boris", 0)


def test_the_last_removal_counts() -> None:
    removed = Removals()
    removed.note("anna", 100)
    removed.note("anna", 50)
    assert is_refused(removed, "anna", 49)
    assert not is_refused(removed, "anna", 60)


def test_the_oldest_removal_is_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removals, "MAX_REMOVED", 2)
    removed = Removals()
    for identity in ("anna", "boris", "anna", "vera"):
        removed.note(identity, 100)
    assert [is_refused(removed, identity, 1) for identity in ("anna", "boris", "vera")] == [True, False, True]
