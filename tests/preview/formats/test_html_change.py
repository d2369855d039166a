"""What a change does, in the HTML report."""

import json
import re
from dataclasses import replace

import pytest

from components.errors import UserError
from preview.change import compare, snapshot
from preview.change.model import Change, Flow
from preview.exit_code import ExitCode
from preview.formats import Format, render
from preview.formats.html import changes
from preview.formats.html.table import MOST
from preview.result import StackResult, failed
from tests.preview.formats import environments
from tests.preview.formats.environments import HOSTILE, SECRET, closed, result, troubled
from tests.preview.formats.page import Page
from tests.preview.formats.results import change
from tests.preview.formats.results import result as result_of


@pytest.fixture(scope="module")
def changed() -> list[StackResult]:
    return environments.changed()


def parts(results: list[StackResult], name: str) -> dict[str, changes.Part]:
    found = changes.of(results)
    assert found
    (view,) = [each for each in found.views if each.name == name]
    return {each.table.id.partition("-1-")[2]: each for each in view.parts}


def rows(part: changes.Part) -> list[tuple[str, ...]]:
    return [tuple(each if isinstance(each, str) else each.text for each in row) for row in part.table.rows]


def test_what_a_change_does_to_resources_is_told_property_by_property_with_secrets_masked(
    changed: list[StackResult],
) -> None:
    found = parts(changed, "prod")
    assert ("/shop-old", "kubernetes:core/v1:Namespace") in rows(found["removed"])
    assert ("shop-web/front", "kubernetes:core/v1:Service") in rows(found["added"])
    replaced = {row[0]: row[1:] for row in rows(found["replaced"])}
    secret = "kubernetes:core/v1:Secret::s\nreplaced by stringData"
    assert replaced[secret] == ("stringData", "[secret]", "[secret]")
    ((tenant_, path, before, now),) = rows(found["changed"])
    assert (tenant_, path, before) == ("secureclusters:tenancy:Tenant::shop", "allow[1]", "absent")
    assert '"namespace": "jobs"' in now
    assert SECRET not in render(Format.HTML, changed)
    assert "1 Namespace, 1 NetworkPolicy, 1 ConfigMap, 1 RoleBinding" in found["removed"].note


def test_what_a_change_does_to_verdicts_is_told_with_control_resource_and_fix(changed: list[StackResult]) -> None:
    found = parts(changed, "prod")
    assert changed[0].change
    assert found["worse"].count == len(changed[0].change.worse) > MOST // 10
    worse = {(row[0], row[1]): row[2:] for row in rows(found["worse"])}
    before, now, told = worse[
        "network-policy-no-open-rule\nhigh", "kubernetes:networking.k8s.io/v1:NetworkPolicy::shop-web/out"
    ]
    assert (before, now) == ("not there", "fail, denies")
    assert told.startswith("spec.egress[1] must name its ports\nFix: ")
    assert found["better"].count == len(changed[0].change.better) > 0
    assert "Fix" not in str(rows(found["better"])), "there is nothing to mend any more"


def test_what_a_change_opens_closes_gives_and_takes_is_told(changed: list[StackResult]) -> None:
    found = parts(changed, "prod")
    assert ("shop-web/Pod/web", "shop-jobs/Pod/job", "all") in rows(found["opened"])
    assert ("outside by LoadBalancer shop-web/front", "shop-web/Pod/web", "exposed") in rows(found["opened"])
    who, where, rights_, dangers = rows(found["gained"])[0]
    assert (who, where, rights_) == ("Group admins", "the whole cluster", "*: */*")
    assert "secrets-read" in dangers
    ((control, _, happens, ends, _),) = rows(found["waivers"])
    assert (control, happens) == ("workload-no-host-namespaces", "extended")
    assert ends == f"{environments.in_days(90)} → {environments.in_days(120)}"
    back = environments.compared("back", troubled(), closed("shop-web"))
    assert {"closed", "lost"} <= set(parts([back], "back"))


def test_what_a_reviewer_must_see_is_open_and_a_long_list_of_the_rest_is_folded(changed: list[StackResult]) -> None:
    shown = {name: part.open for name, part in parts(changed, "prod").items()}
    assert shown == {
        "worse": True,
        "opened": True,
        "gained": True,
        "waivers": False,
        "replaced": True,
        "removed": True,
        "changed": True,
        "added": False,
        "better": False,
    }


def test_an_environment_that_is_made_taken_or_broken_by_a_change_says_so(changed: list[StackResult]) -> None:
    found = changes.of(changed)
    assert found
    told = {each.name: (each.line, each.problem) for each in found.views}
    assert told["fresh"][0].startswith("a new environment; 4 added")
    assert told["gone"] == ("the environment is removed; 2 removed; 5 verdicts better", None)
    assert told["broken"] == ("it could be previewed before", None)
    assert told["unread"][1] == "there is no comparison with main"
    assert found.same == ("same",)
    text = Page(render(Format.HTML, changed)).all_text()
    assert "Nothing changes in same." in text
    assert "4 environments are denied, 1 environment could not be previewed, 1 is removed." in text


@pytest.mark.parametrize("format_", [Format.HTML, Format.MARKDOWN, Format.TEXT])
def test_an_environment_that_is_broken_on_both_sides_is_not_one_in_which_nothing_changes(format_: Format) -> None:
    broken = failed("broken", UserError("owner: missing"), ExitCode.BAD_CONFIGURATION)
    side = snapshot.of(broken, (), ["broken"], "00" * 32)
    told = render(format_, [compare.compared(side, side, broken, environments.COMPARED)])
    assert "it could not be previewed before" in told
    assert "othing changes" not in told


def test_without_a_comparison_the_page_says_nothing_of_a_change() -> None:
    results = [result("calm", closed("calm"))]
    assert changes.of(results) is None
    page = Page(render(Format.HTML, results))
    assert "changes" not in page.attributes("id")
    assert "What this change does" not in page.all_text()
    assert "Values of properties, and so secrets, are no part of it." in page.all_text()


def test_thousands_of_changed_resources_are_counted_and_what_is_left_out_is_said() -> None:
    found = changes.of([result_of(change=change("n", 3000))])
    assert found
    for part in found.views[0].parts:
        assert part.table.total == part.count == 3000
        assert part.table.left_out == 3000 - MOST
        assert len(part.table.shown) <= 10
    text = render(Format.HTML, [result_of(change=change("n", 3000))])
    assert text.count("2,500 more are left out of this page") == len(found.views[0].parts)
    assert "3,000 Namespace" in text
    assert len(text) < 2_000_000


def test_texts_of_others_in_a_change_are_text() -> None:
    text = render(Format.HTML, [result_of(change=change(HOSTILE, 30))])
    page = Page(text)
    assert "<img" not in text
    assert HOSTILE in page.all_text()
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)
    assert [each for each in scripts[:-1] if not json.loads(each)] == []


def test_nothing_in_the_page_turns_the_direction_of_writing_or_hides() -> None:
    odd = "a\u202eb\x1b[31m\u200b"
    page = render(Format.HTML, [result_of(change=change(odd, 30), name=odd), result(odd, closed(odd))])
    assert page.replace("\n", "").isprintable()
    data = re.findall(r'<script type="application/json">(.*?)</script>', page)
    assert len(data) > 5
    assert all(json.dumps(json.loads(each), ensure_ascii=False).isprintable() for each in data), "what the script shows"
    assert r"a\u202eb\x1b[31m\u200b" in Page(page).all_text()


def test_a_comparison_is_told_in_figures_and_leads_to_the_whole_of_it() -> None:
    calm = result("calm", closed("calm"))
    flow = Flow(source="a/any pod", target="b/any pod", ports="TCP/80")
    flows = Change(ref="main", commit="0123456789abcdef", opened=(flow,))
    told = Page(render(Format.HTML, [replace(calm, change=flows)])).all_text()
    assert "Compared with main (0123456789ab): 0 resources change, 0 verdicts are worse" in told
    assert "1 way opens" in told
    page = Page(render(Format.HTML, [replace(calm, change=flows)]))
    assert "#change-1" in page.attributes("href")
    broken = replace(calm, change=replace(flows, problem="it could not be previewed there"))
    assert "(0123456789ab): it could not be previewed there" in Page(render(Format.HTML, [broken])).all_text()
