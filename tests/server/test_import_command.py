"""`zvonok import-roster`, as an operator types it."""

from pathlib import Path

import pytest

from tests.server.test_command_line import zvonok
from tests.support.rosters import SCHOOL, archive, oneroster, table


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "zvonok.toml"
    keys = zvonok("new-key").stdout
    path.write_text(f'{keys}[database]\nurl = "sqlite:///{tmp_path}/z.db"\n', encoding="utf-8")
    return path


def test_a_roster_comes_in_from_the_command_line(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "school.zip"
    file.write_bytes(oneroster())
    words = ("import-roster", str(file), "--journal", "Журнал", "--config", str(config))
    stranger = zvonok(*words)
    assert stranger.returncode == 1 and "new-journal-key" in stranger.stderr
    assert zvonok("new-journal-key", "Журнал", "--config", str(config)).returncode == 0

    shown = zvonok(*words, "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert "people: 4 added" in shown.stdout and "+ Смирнов Илья (s201)" in shown.stdout
    done = zvonok(*words)
    assert done.stdout.endswith("Done.\n") and "100%" in done.stderr
    again = zvonok(*words, "--complete")
    assert again.stdout == "Done.\n"

    file.write_bytes(archive({"users.csv": table([*SCHOOL["users"][:2], ["x", "true", "А", "", "", ""]])}))
    wrong = zvonok(*words)
    assert wrong.returncode == 1
    assert "error: users.csv, line 3: familyName is empty." in wrong.stdout
    file.rename(tmp_path / "school.txt")
    assert "none of .zip" in zvonok("import-roster", str(tmp_path / "school.txt"), *words[2:]).stderr
