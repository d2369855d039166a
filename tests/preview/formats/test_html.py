"""The HTML report: one file that loads nothing, whatever resources are called, and that leaves nothing out silently."""

import base64
import hashlib
import itertools
import json
import re
from collections import Counter
from dataclasses import replace

import pytest

from policies.catalogue import all_controls
from policies.evaluate import Report
from policies.model import Outcome
from preview.formats import Format, render
from preview.formats.html import benchmarks, controls, rights, risks
from preview.formats.html.table import MOST, Column, Table
from preview.result import StackResult
from tests.preview import verdicts
from tests.preview.formats import environments
from tests.preview.formats.environments import (
    HOSTILE,
    SECRET,
    TODAY,
    closed,
    result,
    waiver,
)
from tests.preview.formats.page import Page


@pytest.fixture(scope="module")
def results() -> list[StackResult]:
    return environments.every_trouble()


@pytest.fixture(scope="module")
def text(results: list[StackResult]) -> str:
    return render(Format.HTML, results)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


@pytest.fixture(scope="module")
def hostile() -> str:
    return render(Format.HTML, environments.hostile())


def test_ids_are_unique_and_every_link_inside_the_page_leads_somewhere(page: Page) -> None:
    ids = page.attributes("id")
    assert [each for each, count in Counter(ids).items() if count > 1] == []
    inside = [each for each in page.attributes("href") if each.startswith("#")]
    assert {each[1:] for each in inside} <= set(ids)
    named = [
        one for name in ("aria-labelledby", "for", "list") for each in page.attributes(name) for one in each.split()
    ]
    assert set(named) <= set(ids)


def test_headings_begin_with_one_title_and_never_skip_a_level(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_landmarks_a_skip_link_captions_and_scopes_are_there(page: Page) -> None:
    tags = Counter(tag for tag, _ in page.tags)
    assert {tag: tags[tag] for tag in ("nav", "main", "header", "footer")} == {
        "nav": 1,
        "main": 1,
        "header": 1,
        "footer": 1,
    }
    assert next(attributes for tag, attributes in page.tags if tag == "a") == {"class": "skip", "href": "#main"}
    assert tags["table"] == tags["caption"]
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")
    assert dict(page.tags)["html"] == {"lang": "en"}


def test_nothing_is_loaded_and_only_the_pages_own_style_and_script_are_let_in(page: Page) -> None:
    assert {tag for tag, _ in page.tags} & {"img", "link", "iframe", "object", "embed", "base", "form"} <= {"form"}
    assert page.attributes("src") == []
    assert page.attributes("style") == [], "a style in an attribute would be refused"
    assert [each for name in page.tags for each in name[1] if each.startswith("on")] == []
    outside = [
        (tag, each["href"]) for tag, each in page.tags if "href" in each and not str(each["href"]).startswith("#")
    ]
    assert {tag for tag, _ in outside} == {"a"}, "a link is followed by a person only"
    assert all(str(each).startswith("https://") for _, each in outside)
    assert not re.search(r"url\(|@import|http", "".join(page.text["style"]))


def test_the_policy_of_the_page_names_style_and_script_by_digest(text: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    for kind, tag in (("style-src", "style"), ("script-src", "script")):
        inner = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inner[0].encode()).digest()).decode()
        assert len(inner) == 1
        assert f"{kind} 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert "unsafe" not in policy[1]


def test_names_are_text_and_never_markup(hostile: str) -> None:
    page = Page(hostile)
    assert "<img" not in hostile
    assert "49" not in {each.strip() for each in page.text["h3"]}, "no template runs inside a name"
    assert any(HOSTILE in each for each in page.text["h3"])
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", hostile, re.DOTALL)
    assert [each for each in scripts[:-1] if not json.loads(each)] == [], "data is whole, whatever a name holds"
    assert len(scripts) == hostile.count("</script")


def test_values_of_properties_are_no_part_of_the_page(page: Page, text: str, hostile: str) -> None:
    assert SECRET not in text, "neither from a Secret nor from the error of a control that broke"
    assert "test-broken" in page.all_text(), "but that it broke is told"
    assert SECRET not in hostile


def test_every_environment_is_told_and_one_that_was_not_previewed_is_no_success(page: Page) -> None:
    assert "1 environment is denied, 1 environment could not be previewed, 1 is allowed." in page.all_text()
    assert "secure-clusters:owner: missing; who answers for the environment" in page.all_text()
    nothing = Page(render(Format.HTML, []))
    assert "Nothing was previewed." in nothing.all_text()
    assert "allowed" not in nothing.all_text()


def test_every_control_is_told_with_why_fix_and_source(page: Page, results: list[StackResult]) -> None:
    told, links = page.all_text(), set(page.attributes("href"))
    for verdict in results[0].report.verdicts:
        assert verdict.control.why in told
        assert verdict.control.fix in told
        assert verdict.control.url in links
    failing = [each for each in results[0].report.verdicts if each.outcome is Outcome.FAIL]
    assert failing
    assert all(each.messages[0] in told for each in failing)


def test_a_control_is_as_bad_as_its_worst_verdict(results: list[StackResult]) -> None:
    states = {each.control.id: each.state for each in controls.entries(controls.by_control(results))}
    assert states["cluster-enforces-network-policy"] == "denies"
    assert states["test-broken"] == "denies", "an error is no pass"
    assert states["workload-no-host-namespaces"] == "accepted"
    assert states["workload-no-node-name"] == "needs attention", "an unknown is no pass"
    strict = [replace(each, strict=True) for each in results]
    stricter = {each.control.id: each.state for each in controls.entries(controls.by_control(strict))}
    assert stricter["network-policy-no-metadata"] == "denies"


def test_a_requirement_holds_only_where_something_was_judged(results: list[StackResult]) -> None:
    found = benchmarks.of(controls.by_control(results))
    (pods,) = [each for each in found.judged if each.title.startswith("Pod Security Standards")]
    counts = {answer: count for answer, count, _ in pods.counts}
    assert counts["fails"] > 0
    assert counts["accepted"] > 0
    assert sum(counts.values()) == pods.requirements.total
    assert any(each.startswith("Checkov on Google Cloud") for each in found.others), "nothing of that cloud is here"
    assert benchmarks.of({}).judged == ()


def test_no_requirement_on_pods_holds_while_a_chart_is_not_seen() -> None:
    def answers(*outcomes: tuple[str, Outcome]) -> dict[str, set[str]]:
        known = {each.id: each for each in all_controls()}
        report = Report(
            verdicts=tuple(verdicts.verdict(each, known[name]) for name, each in outcomes), waiver_problems=()
        )
        found = benchmarks.of(controls.by_control([StackResult(name="a", report=report)])).judged
        rows = [row for each in found for row in each.requirements.rows]
        return {control: {row[1].text for row in rows if control in str(row[2])} for control in known}

    passes = [(each.id, Outcome.PASS) for each in all_controls() if each.id != benchmarks.CHARTS]
    seen = answers(*passes, (benchmarks.CHARTS, Outcome.PASS))
    unseen = answers(*passes, (benchmarks.CHARTS, Outcome.UNKNOWN))
    assert (seen["workload-not-privileged"], seen["eks-endpoint-private"]) == ({"holds"}, {"holds"})
    assert (unseen["workload-not-privileged"], unseen["eks-endpoint-private"]) == ({"not known"}, {"holds"})


def test_a_longer_table_keeps_its_rows_as_data_and_says_what_it_leaves_out(results: list[StackResult]) -> None:
    rows = [(f"row {number}",) for number in range(MOST + 7)]
    table = Table(id="t", caption="c", columns=(Column("a"),), rows=rows, page=5)
    assert (len(table.shown), len(table.data), table.left_out) == (5, MOST, 7)
    few = Table(id="t", caption="c", columns=(Column("a"),), rows=rows[:5], page=5)
    assert (len(few.shown), few.data, few.left_out) == (5, (), 0)
    failing = next(each for each in results[0].report.verdicts if each.outcome is Outcome.FAIL)
    many = StackResult(name="many", report=Report(verdicts=(failing,) * (MOST + 1), waiver_problems=()))
    text = render(Format.HTML, [many])
    assert "1 more are left out of this page; <code>--format json</code> has them all." in text


def test_the_risk_register_is_sorted_by_expiry_and_says_what_is_not_recorded(results: list[StackResult]) -> None:
    register = risks.of(results, TODAY).register
    assert [row[1] for row in register.rows] == [
        "workload-liveness-probe\ntest: *",
        "service-load-balancer-sources\ntest: *",
        "workload-no-host-namespaces\ntest: *",
    ]
    expired, whole, bare = register.rows
    assert expired[5:] == ((f"{environments.in_days(-3)}\n3 days ago", "bad"), ("nothing", "doubt"))
    assert whole[3:5] == (
        "The web application firewall stands before it.",
        (f"{environments.in_days(10)}\nin 10 days", "doubt"),
    )
    assert bare[3:5] == (("not recorded", "doubt"), ("not recorded", "doubt"))
    assert whole[6] == "1 now"


def test_a_risk_that_concerns_two_environments_is_registered_once() -> None:
    risk = waiver("namespace-quota", stack="t*")
    both = [result(name, closed("a"), [risk]) for name in ("one", "two")]
    (row,) = risks.of(both, TODAY).register.rows
    assert row[6] == "2 now"


def test_a_risk_that_several_controls_refuse_is_one_row_and_ends_on_one_date() -> None:
    risk = [waiver("namespace-quota"), waiver("namespace-limit-range")]
    both = [result("one", closed("a"), risk)]
    (row,) = risks.of(both, TODAY).register.rows
    assert row[1] == "namespace-quota\nnamespace-limit-range\ntest: *"
    assert row[6] == "2 now"
    (told,) = {f"{each[2]}" for each in risks.dates(both, TODAY).rows if "ends" in f"{each[2]}"}
    assert told == "The waiver of namespace-quota and 1 more on test ends"


def test_what_is_due_is_told_by_date_with_support_reviews_and_baselines(results: list[StackResult]) -> None:
    rows = risks.dates(results, TODAY).rows
    assert [row[0] for row in rows] == sorted(f"{row[0]}" for row in rows)
    told = " ".join(f"{row[2]}" for row in rows)
    assert "Standard support of Kubernetes 1.35 ends on prod" in told
    assert "The waiver of service-load-balancer-sources on test is reviewed" in told
    assert "The baseline of test ends" in told


def test_the_matrix_of_rights_says_the_most_that_a_subject_may_do(results: list[StackResult]) -> None:
    assert results[0].permissions
    view = rights.of(results[0].permissions, "r")
    who = {row.who: dict(zip(view.columns, row.rights, strict=True)) for row in view.rows}
    assert who["Group admins"]["Secrets"] == ("change", False)
    assert who["User anne"]["Secrets"] == ("read", True), "of some names only"
    assert who["User anne"]["Pods"].access == "none"
    assert view.rows[0].who == "Group admins", "the most dangerous first"
    assert [each[0] for each in view.unresolved.rows] == ["ClusterRole view"]
