"""The commands as an operator types them, in processes of their own."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from server import __main__ as command
from server.config import DEMO_KEY, DEMO_SECRET, load

ROOT = Path(__file__).parents[2]


def zvonok(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", *words],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def demo_keys(tmp_path: Path) -> Path:
    path = tmp_path / "zvonok.toml"
    path.write_text(f'[keys]\n{DEMO_KEY} = "{DEMO_SECRET}"\n', encoding="utf-8")
    return path


def test_production_does_not_start_with_the_demos_secret(demo_keys: Path) -> None:
    ended = zvonok("serve", "--config", str(demo_keys))
    assert ended.returncode == 1
    assert "everybody knows it" in ended.stdout


def test_check_config_lists_what_to_mend(demo_keys: Path) -> None:
    demo_keys.write_text('colour = 1\n[http]\nprot = 1\n[keys]\nmine = "short"\n', encoding="utf-8")
    ended = zvonok("check-config", str(demo_keys))
    assert ended.returncode == 1
    assert "did you mean http.port?" in ended.stdout
    assert ended.stdout.count("\n  - ") == 2


def test_a_new_key_makes_a_configuration_that_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "zvonok.toml"
    path.write_text(zvonok("new-key").stdout, encoding="utf-8")
    assert len(load(path, {}).keys) == 1
    assert zvonok("check-config", str(path)).stdout == f"{path} is fine.\n"


def test_the_readmes_steps_for_a_school_work(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line.strip() for line in readme.splitlines() if line.startswith("    zvonok ")]
    path = tmp_path / "zvonok.toml"
    path.write_text(f'[database]\nurl = "sqlite:///{tmp_path}/z.db"\n', encoding="utf-8")
    for line in lines:
        words = [str(path) if word == path.name else word for word in shlex.split(line, comments=True)[1:]]
        if words[0] == "serve":
            break
        into = words[words.index(">>") + 1] if ">>" in words else None
        ended = zvonok(*(words[: words.index(">>")] if into else words))
        assert ended.returncode == 0, (line, ended.stdout, ended.stderr)
        if into:
            path.write_text(path.read_text(encoding="utf-8") + ended.stdout, encoding="utf-8")
    assert words[0] == "serve" and lines.index(line) == 3


def test_a_database_that_cannot_be_opened_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "zvonok.toml"
    path.write_text(f'[database]\nurl = "sqlite:///{tmp_path}"\n' + zvonok("new-key").stdout, encoding="utf-8")
    ended = zvonok("serve", "--config", str(path))
    assert ended.returncode == 1
    assert ended.stderr.startswith("Cannot start: the database: ")


def test_a_journal_key_is_printed_alone(tmp_path: Path) -> None:
    path = tmp_path / "zvonok.toml"
    path.write_text(f'[database]\nurl = "sqlite:///{tmp_path}/z.db"\n' + zvonok("new-key").stdout, encoding="utf-8")
    ended = zvonok("new-journal-key", "Журнал", "--test", "--config", str(path))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("sk_test_")
    assert len(ended.stdout.split()) == 1


def test_benchmarks_are_a_command_with_its_own_help_and_exit_codes() -> None:
    helped = zvonok("bench", "--help")
    assert helped.returncode == 0
    assert "zvonok bench lecture --capacity" in helped.stdout
    assert zvonok("bench", "lecture", "--receivers", "0").returncode == 2


def test_without_the_extra_the_benchmarks_say_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "rich" else object())
    monkeypatch.setattr(sys, "argv", ["zvonok", "bench"])
    assert command.main() == 1
    assert capsys.readouterr().err == "Benchmarks need rich: pip install 'zvonok[bench]'\n"


def test_a_journals_keys_are_made_rotated_listed_and_revoked(tmp_path: Path) -> None:
    path = tmp_path / "zvonok.toml"
    path.write_text(f'[database]\nurl = "sqlite:///{tmp_path}/zvonok.db"\n[keys]\nschool = "{"x" * 40}"\n')
    where = ("--config", str(path))
    first = zvonok("new-journal-key", "Журнал", "--allow", "10.0.0.0/8", "--scope", "calls:read", *where)
    second = zvonok("new-journal-key", "Журнал", "--rotate", "--overlap", "2h", *where)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout != second.stdout
    listed = zvonok("journal-keys", *where).stdout.splitlines()
    assert len(listed) == 2
    assert all("from 10.0.0.0/8; calls:read" in line for line in listed)
    assert ["expires never" in line for line in listed] == [False, True]
    assert zvonok("revoke-journal-key", "Журнал", *where).stdout == "Revoked: 2.\n"
    for words in (("revoke-journal-key", "Журнал"), ("new-journal-key", "Журнал", "--rotate")):
        ended = zvonok(*words, *where)
        assert (ended.returncode, "Журнал has no" in ended.stderr) == (1, True)
