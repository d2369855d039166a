"""Texts that are fit for a line of a report, those of others among them."""

import re

_SPACE = re.compile(r"\s+")


def one_line(text: str, most: int) -> str:
    """Return a text on one line, of at most so many characters, with what does not print made visible."""
    line = printable(_SPACE.sub(" ", text.strip()))
    return line if len(line) <= most else f"{line[: most - 1]}…"


def printable(text: str) -> str:
    """Return a text with what does not print made visible.

    Control characters would act on a terminal, and the marks that turn the direction of writing would show
    something else than what is there.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def printable_lines(text: str) -> str:
    """Return a text of several lines with what does not print made visible."""
    return text if text.isprintable() else "\n".join(map(printable, text.split("\n")))


def counted(count: int, one: str, more: str | None = None) -> str:
    """Return `1 risk`, `2 risks`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
