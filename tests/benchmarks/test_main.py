import pytest

from benchmarks import __main__ as command


def test_without_a_command_it_measures_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(command, "_cost", lambda parsed: seen.append(parsed) or 0)
    assert command.main([]) == 0
    assert seen[0].receivers == [10, 30]


def test_an_interrupted_run_says_so() -> None:
    async def interrupted() -> None:
        raise KeyboardInterrupt

    assert not command._finished(interrupted())
