"""The report as a comment on a pull request."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from policies.model import Outcome
from preview.change.model import Change, Presence
from preview.exit_code import ExitCode
from preview.formats.markdown import LONGEST, MARKER, render
from preview.formats.markdown_text import code, link, text
from preview.result import StackResult, failed
from tests.preview.formats.results import change, control, hostile, large, result, verdict

HTML = {MARKER, "<sub>", "</sub>", "<code>", "</code>"}
"""All the HTML that a report has, but for what folds its parts."""
FOLD = re.compile(r"<details><summary>[^<>]*</summary>|</details>")
HOSTILE = [
    "a|b",
    "`x`",
    "``` x",
    "@everyone",
    "<script>alert(1)</script>",
    "<!-- hides the rest",
    "-->",
    "</details>",
    "<details>",
    "</code>",
    "two\nlines",
    "x\n\n# heading\n\n- item",
    "\n|---|\n",
    "[label](https://evil.example)",
    "![image](https://evil.example/x.png)",
    "https://evil.example www.evil.example",
    "<https://evil.example>",
    "a@evil.example",
    "#123 and GH-123 and org/repo#1",
    "**bold** _it_ ~~no~~",
    "&lt;script&gt; &#60;",
    "\\` \\| \\",
    "[x]: https://evil.example",
    "$`x`$ $x$",
    "\x1b[31m \u202e \x00",
    "`",
    " ",
]


def tokens(markdown: str) -> Iterator[Token]:
    parser = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
    for token in parser.parse(markdown):
        yield token
        yield from token.children or ()


def assert_inert(markdown: str) -> None:
    """Nothing in it acts but what the report itself put there; inside code nobody is mentioned and nothing linked."""
    in_code = False
    for token in tokens(markdown):
        if token.content in ("<code>", "</code>"):
            in_code = token.content == "<code>"
        if token.type in ("html_block", "html_inline"):
            rest = FOLD.sub("", token.content).strip()
            assert not rest or rest in HTML, token.content
        elif token.type == "link_open":
            assert str(token.attrs["href"]).startswith("https://example.com/"), token
        elif token.type == "text":
            assert in_code or not re.search(r"[@#]\w|https?://|www\.\w", token.content), token.content
        else:
            assert token.type not in ("image", "code_block", "fence", "s_open", "em_open", "blockquote_open"), token
            if token.type == "heading_open":
                assert token.tag in ("h2", "h3")


@pytest.mark.parametrize("bad", HOSTILE)
def test_a_text_of_others_means_what_it_says_wherever_it_stands(bad: str) -> None:
    markdown = render([hostile(bad)])
    assert_inert(markdown)
    assert markdown.count("<details>") == markdown.count("</details>")
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in rows] == [5] * 3, "no column and no row too many"
    assert not re.search(r"[\x00-\x08\x1b\u202e]", markdown)


@given(st.text(alphabet=st.sampled_from("ab `|<>!-[]()@#*_~&;\\\n:/.=$'\"w"), max_size=30))
@settings(max_examples=150, deadline=None)
def test_no_text_at_all_acts(bad: str) -> None:
    assert_inert(f"- {code(bad)} {text(bad)}\n\n| {code(bad)} | {text(bad)} |\n|---|---|\n")


@pytest.mark.parametrize("name", ["payments-web", "a|b", "`tick`", "@everyone", "<b>", "a\\b", "two\nlines"])
def test_a_name_is_read_as_it_is(name: str) -> None:
    (paragraph,) = [each for each in MarkdownIt().parse(code(name)) if each.type == "inline"]
    shown = "".join(
        each.content for each in paragraph.children or () if each.type in ("text", "text_special", "code_inline")
    )
    assert shown == name.replace("\n", " ")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://example.com", "https://example.com/ x", "https://example.com/)[x](", "", "x"]
)
def test_only_a_plain_address_is_linked(url: str) -> None:
    assert link("a-control", url) == "`a-control`"


def test_the_conclusion_comes_first_after_the_marker_by_which_the_comment_is_found() -> None:
    lines = render([result(verdict("web", Outcome.FAIL, "must be"))]).splitlines()
    assert lines[0] == MARKER
    assert lines[1] == "## Policy preview: ❌ denied"
    assert lines[3] == "1 of 1 environments would be denied."


def test_new_failures_stand_open_with_link_and_fix_and_those_before_are_folded() -> None:
    new, old = (
        verdict("new", Outcome.FAIL, "must be", of=control()),
        verdict("old", Outcome.FAIL, "was", of=control("b")),
    )
    compared = result(new, old, change=change("new"))
    markdown = render([compared])
    shown, folded = markdown.split("<details>", 1)
    assert "**❌ New failures: 1**" in shown
    assert "[`a-control`](https://example.com/a-control) (high)" in shown
    assert "`kubernetes:core/v1:Namespace::new` fail: must be" in shown
    assert "Fix: Mend it." in shown
    assert "Failures that were there before: 1" in folded
    assert "Namespace::old" in folded
    assert "Namespace::old" not in shown


def test_without_a_comparison_failures_stand_open() -> None:
    markdown = render([result(verdict("web", Outcome.FAIL, "must be"))])
    assert "**❌ Failures: 1**" in markdown
    assert "<details>" not in markdown


def test_what_opens_and_who_gains_stand_open_and_resources_are_folded() -> None:
    shown, folded = render([result(change=change("it"))]).split("<details>", 1)
    for title in ("🔓 Ways opened: 1", "🔑 Rights gained: 1", "📝 Waivers: 1", "`it` in it — **dangerous**: `it`"):
        assert title in shown
    assert "Resources: 4" in folded
    assert "- changed `kubernetes:core/v1:Namespace::it`" in folded
    assert "  - `it`: `it` → absent" in folded
    assert "- replaced `kubernetes:core/v1:Namespace::it`, for `it`" in folded


def test_an_environment_that_is_fine_and_does_not_change_is_a_row_and_no_more() -> None:
    quiet = result(verdict("web", Outcome.PASS), change=Change(ref="main", commit="0123456789abcdef"))
    markdown = render([quiet])
    assert "| `prod` | ✅ allowed | 1 pass | nothing changes |" in markdown
    assert "###" not in markdown
    assert "Nothing denies the update." in markdown


def test_a_stack_that_could_not_be_previewed_says_why_and_comes_first() -> None:
    broken = failed("dev", ValueError("stacks/Pulumi.dev.yaml: 1 error\n  owner: missing"), ExitCode.BAD_CONFIGURATION)
    markdown = render([result(verdict("web", Outcome.PASS)), broken])
    assert "## Policy preview: ❌ not previewed" in markdown
    assert "❌ stacks/Pulumi.dev.yaml: 1 error owner: missing" in markdown
    assert markdown.index("| `dev` |") < markdown.index("| `prod` |")


def test_a_removed_stack_is_neither_allowed_nor_denied() -> None:
    gone = StackResult(name="old", change=Change(ref="main", commit="0123456789", presence=Presence.REMOVED))
    assert "| `old` | removed | no verdict | the environment is removed |" in render([gone])


def test_a_comparison_that_failed_is_told_at_the_top() -> None:
    missing = Change(ref="main", commit="0123456789", problem="it is too old")
    markdown = render([result(verdict("web", Outcome.PASS), change=missing)])
    assert "⚠️ Not compared: it is too old" in markdown
    assert "nothing changes" not in markdown


@pytest.mark.parametrize("count", [1000, 9000])
def test_a_large_environment_fits_into_a_comment_and_says_how_much_more_there_is(count: int) -> None:
    markdown = render([large(count)])
    assert len(markdown) <= LONGEST
    assert f"❌ New failures: {count}" in markdown
    assert re.search(r"… \d+ more", markdown)
    assert markdown.count("<details>") == markdown.count("</details>") > 0


def test_many_environments_fit_as_well() -> None:
    markdown = render([large(20, f"environment-{number}") for number in range(300)])
    assert len(markdown) <= LONGEST
    assert "300 of 300 environments would be denied; this change brings 6000 new failures." in markdown


def test_even_a_table_that_is_too_long_is_cut_and_says_so() -> None:
    markdown = render([large(1, f"{'x' * 60}{number}") for number in range(2000)])
    assert len(markdown) <= LONGEST
    assert re.search(r"\| … \d+ more \| \| \| \|", markdown)


def test_very_long_names_fit_as_well() -> None:
    assert len(render([hostile("<" * 100_000)])) <= LONGEST
