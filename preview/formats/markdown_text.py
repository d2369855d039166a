"""Texts of others in Markdown: they mean what they say, and nothing else.

A name in a pull request is written by whoever opened it. So it must not make a link, a mention, an image, HTML, a
comment that hides what follows, or a row of a table.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from preview.plain_text import one_line

LONGEST = 200
"""Most characters of a text of others."""
_PLAIN_CODE = re.compile(r"[^`|\\<&]+")
"""What stands between backticks as it is."""
_INERT = re.compile(r"[^\W_]| ")
"""What is written as it is inside HTML's own code element."""
_INERT_IN_SENTENCE = re.compile(r"[^\W_]|[ ,;:.()?/%'-]")
_CUT = "&#8203;"
"""A space without width. An entity alone is not enough: mentions and links are looked for after it is read."""
_REFERS = re.compile(r"[@#]|[!~&$%](?=[\w\"])|:(?=//)|\bwww(?=\.)|\bGH(?=-)", re.IGNORECASE)
"""After what a mention, an issue or a link may begin, on GitHub and GitLab."""
_LINK = re.compile(r"https://[\w.-]+(/[\w./#?=&%~+:@!*,;-]*)?", re.ASCII)


def code(text: str, most: int = LONGEST) -> str:
    """Return a name or a value as code, which neither mentions nor links anything."""
    line = one_line(text, most) or " "
    if _PLAIN_CODE.fullmatch(line) and line == line.strip():
        return f"`{line}`"
    return f"<code>{_inert(line, _INERT)}</code>"


def text(sentence: str, most: int = LONGEST) -> str:
    """Return a sentence; whatever could act is written as an entity, and what refers to somebody is cut apart."""
    line = one_line(sentence, most)
    parts: list[str] = []
    end = 0
    for found in _REFERS.finditer(line):
        parts += [_inert(line[end : found.end()], _INERT_IN_SENTENCE, cut=True)]
        end = found.end()
    return "".join([*parts, _inert(line[end:], _INERT_IN_SENTENCE)])


def link(label: str, url: str) -> str:
    """Return a name that links to a page, or the name alone where the address is not a plain one of HTTPS."""
    return f"[{code(label)}]({quote(url, safe='/:?=&%#+@!*,;~')})" if _LINK.fullmatch(url) else code(label)


def _inert(line: str, inert: re.Pattern[str], *, cut: bool = False) -> str:
    written = "".join(each if inert.fullmatch(each) else f"&#{ord(each)};" for each in line)
    return f"{written}{_CUT}" if cut else written
