import pytest

from benchmarks.report.words import markdown, visible


@pytest.mark.parametrize("hidden", ["\x1b[31m", "\x07", "\u202e", "\ud800", "\x00", "\u2028"])
def test_what_moves_cursors_or_directions_is_replaced(hidden: str) -> None:
    assert hidden[0] not in visible(f"Janus{hidden}1")
    assert visible(f"Janus{hidden}1").startswith("Janus")


def test_lines_become_one() -> None:
    assert visible("a\n\tb  c") == "a b c"


def test_words_of_other_languages_stay() -> None:
    assert visible("Звонок, 会议 ½") == "Звонок, 会议 ½"


def test_markup_is_escaped_in_markdown() -> None:
    assert markdown("a|b <script> *x* [y](z)") == "a\\|b \\<script\\> \\*x\\* \\[y\\](z)"
