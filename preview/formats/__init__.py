"""The formats of a report: one module each, with a function `render`, all made from the same results.

A module is imported when its format is asked for: the others cost nothing at the start.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from preview.result import StackResult


class Format(StrEnum):
    """Formats of the report of a preview."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    CODE_QUALITY = "code-quality"
    HTML = "html"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a report for a person looks; formats for programs have one form only."""

    width: int = 120
    """Columns of the terminal; what is laid out in columns has 120 in a file."""
    whole_lines: bool = True
    """Lines are not broken where they are longer: a file is searched by line, and whoever shows it breaks them."""
    colour: bool = False
    quiet: bool = False
    """Only what is not allowed, and the conclusion."""


Renderer = Callable[[Sequence[StackResult], Layout], str]

FORMATS: Mapping[Format, str] = {
    Format.TEXT: "preview.formats.text",
    Format.MARKDOWN: "preview.formats.markdown",
    Format.JSON: "preview.formats.json_report",
    Format.SARIF: "preview.formats.sarif",
    Format.JUNIT: "preview.formats.junit",
    Format.CODE_QUALITY: "preview.formats.code_quality",
    Format.HTML: "preview.formats.html",
}
"""Module of each format; it has a `Renderer` called `render`."""


def render(format_: Format, results: Sequence[StackResult], layout: Layout | None = None) -> str:
    """Return the report on the results in a format."""
    renderer: Renderer = importlib.import_module(FORMATS[format_]).render
    return renderer(results, layout or Layout())
