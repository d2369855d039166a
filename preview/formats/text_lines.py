"""A line of the terminal report, broken at the console's width with its indent kept, or whole."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from preview.plain_text import printable

LONGEST = 500
"""Most characters of a text of others in one line."""


def say(console: Console, markup: str, *, indent: int = 0) -> None:
    """Print a line; texts of others in it must be escaped, and what does not print in them is made visible."""
    markup = printable(markup)
    if console.soft_wrap:
        console.print(" " * indent + markup)
    else:
        console.print(Padding(Text.from_markup(markup, overflow="fold", emoji=False), (0, 0, 0, indent), expand=False))
