import pytest

from benchmarks.report.machine import command, setting


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["lecture", "--receivers", "10"], "zvonok bench lecture --receivers 10"),
        (["bench", "lecture"], "zvonok bench lecture"),
        (["--url", "wss://call.school.example", "--secret", "abc"], "zvonok bench --url ... --secret ..."),
        (["--secret=abc", "--url=wss://x"], "zvonok bench --secret=... --url=..."),
        (["custom", "/home/me/school.toml"], "zvonok bench custom school.toml"),
        (["--driver", "drivers/mine.py", "--ca=/etc/ca.pem"], "zvonok bench --driver mine.py --ca=ca.pem"),
        (["class", "--server", "Janus, default"], "zvonok bench class --server 'Janus, default'"),
    ],
)
def test_the_line_to_repeat_has_no_secrets_addresses_and_folders(words: list[str], shown: str) -> None:
    assert command(words) == shown


def test_the_machine_is_described() -> None:
    found = setting([])
    assert found.cores > 0
    assert "Linux" in found.machine
    assert found.date.endswith("UTC")
