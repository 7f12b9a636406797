import argparse
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.command.stop import STOPPED
from benchmarks.command.target import KEY_VARIABLE, SECRET_VARIABLE

DOCS = Path(__file__).parents[2] / "docs/benchmarks.md"


@pytest.fixture(autouse=True)
def nobodys_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)


def test_help_lists_all_commands_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--help"]) == 0
    out = capsys.readouterr().out
    for name, entry in command.COMMANDS.items():
        assert f"  {name} " in out
        assert entry.help in out
    assert "examples:" in out


@pytest.mark.parametrize("name", command.COMMANDS)
def test_every_command_has_flags_and_help_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: zvonok bench {name}")
    assert f"\n  zvonok bench {name}" in out or name == command.COMPARE


def test_a_question_stays_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check", "--help"]) == 0
    assert "?." not in capsys.readouterr().out


def test_an_interruption_while_a_command_is_loaded_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> command.Command:
        raise KeyboardInterrupt

    monkeypatch.setitem(command.COMMANDS, "fake", command.Entry("nothing", interrupted))
    assert command.main(["fake"]) == STOPPED


@pytest.mark.parametrize("name", command.COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCS.read_text(encoding="utf-8") or f"zvonok bench {name}" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ([], ["compare"]),
        (["--rounds", "1"], ["compare", "--rounds", "1"]),
        (["lecture", "--url", "ws://x"], ["lecture", "--url", "ws://x"]),
        (["--key", "k", "--url", "ws://x"], [*command.GENTLE, "--key", "k", "--url", "ws://x"]),
        (["--url=ws://x"], [*command.GENTLE, "--url=ws://x"]),
    ],
)
def test_without_a_command_it_compares_or_is_gentle_to_a_remote_server(words: list[str], first: list[str]) -> None:
    assert command._commanded(words) == first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lektion"], "there is no command 'lektion'"),
        (["lecture", "--receivers", "0"], "receivers must be from 1"),
        (["lecture", "--receivers", "many"], "invalid int value"),
        (["lecture", "--windows", "0"], "--windows must be at least 1"),
        (["lecture", "--server", "nobody"], "names none of"),
        (["lecture", "--server", "zvonok"], "names several of"),
        (["lecture", "--key", "k"], "say --url as well"),
        (["lecture", "--url", "ws://127.0.0.1:9", "--server", "x"], "exclude each other"),
        (["--url", "ws://127.0.0.1:9"], f"wants --key (or {KEY_VARIABLE}), or --tokens"),
        (["--url", "ws://127.0.0.1:9", "--key", "k"], f"set {SECRET_VARIABLE}"),
        (["--url", "ws://127.0.0.1:9", "--tokens", "/nowhere"], "there is no file /nowhere"),
        (["lecture", "--url", "ws://127.0.0.1:9", "--key", "k", "--secret", "s", "--receivers", "90"], "Say --yes"),
        (["lecture", "--url", "ws://127.0.0.1:9", "--key", "k", "--secret", "s", "--capacity"], "Say --yes"),
        (["custom", "/nowhere.toml"], "cannot be read"),
        (["--only", "nobody"], "--only names none of"),
        (["--rounds", "0"], "--rounds must be at least 1"),
        (["--scenarios", "lektion"], "'lektion' is none of lecture"),
        (["lecture", "--capacity", "--loss", "-1"], "--loss must be above 0"),
        (["lecture", "--capacity", "--p99", "nan"], "--p99 must be above 0"),
        (["soak", "--minutes", "0"], "--minutes must be above 0"),
        (["floor", "--rounds", "0"], "--rounds must be at least 1"),
    ],
)
def test_words_that_make_no_sense_end_with_a_sentence_and_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(words) == 2
    assert said in capsys.readouterr().err


def test_a_server_that_cannot_be_reached_ends_with_a_sentence_and_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.main(["--url", "ws://127.0.0.1:9", "--key", "k", "--secret", "s" * 32]) == 1
    out = capsys.readouterr().out
    assert "127.0.0.1 port 9" in out
    assert "Traceback" not in out
    assert not (tmp_path / "reports").exists()


def test_the_namespace_of_a_command_is_what_its_module_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[argparse.Namespace] = []

    class Fake:
        def add_arguments(self, parser: argparse.ArgumentParser) -> None:
            parser.add_argument("--size", type=int, default=3)

        def run(self, options: argparse.Namespace, console: object) -> int:
            seen.append(options)
            return 1

    monkeypatch.setitem(command.COMMANDS, "fake", command.Entry("nothing", Fake))
    assert command.main(["fake", "--size", "4"]) == 1
    assert seen[0].size == 4
