"""Texts of others on one line."""

import pytest

from preview.plain_text import one_line, printable_lines


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain text", "plain text"),
        ("two\nlines\t and\r\n more ", "two lines and more"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("ünïcode 日本", "ünïcode 日本"),
    ],
)
def test_a_text_of_others_is_one_line_that_shows_what_is_there(text: str, line: str) -> None:
    assert one_line(text, 30) == line


def test_lines_stay_lines_and_what_hides_in_them_is_shown() -> None:
    assert printable_lines("one\ntwo\r\u202e") == "one\ntwo\\r\\u202e"


def test_a_long_text_is_cut_and_shows_that() -> None:
    assert one_line("x" * 10, 10) == "x" * 10
    assert one_line("x" * 11, 10) == "x" * 9 + "…"
