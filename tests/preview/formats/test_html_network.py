"""The network in the HTML report: what is drawn and told of ways that are open, missing, surprising or not known."""

from dataclasses import replace

import pytest

from policies.values import UNKNOWN
from preview import reachability
from preview.formats import Format, render
from preview.formats.html import network, picture, ways
from preview.formats.html.ways import Kind
from preview.result import StackResult
from tests.preview.cluster import namespace, policy
from tests.preview.formats import environments
from tests.preview.formats.environments import DECLARED, closed, result, tenant, troubled
from tests.preview.formats.page import Page


@pytest.fixture(scope="module")
def results() -> list[StackResult]:
    return environments.every_trouble()


def test_surprises_and_doors_are_drawn_as_what_they_are(results: list[StackResult]) -> None:
    prod = results[0]
    assert prod.reachability
    shown = ways.of(prod.reachability)
    drawn = picture.of(shown)
    told = {curve.told: curve.kind for curve in drawn.curves}
    assert told["shop-web/Pod/web to shop-api/Pod/api on TCP/80"] is Kind.OPEN
    assert told["shop-web/Pod/web to shop-jobs/Pod/job on every port"] is Kind.SURPRISE
    assert told["all pods of shop-jobs to all pods of shop-api on TCP/9"] is Kind.MISSING
    assert told["anywhere to shop-web/Pod/web on TCP/80"] is Kind.SURPRISE
    assert told["LoadBalancer shop-web/front to shop-web/Pod/web on exposed"] is Kind.OPEN
    assert not any("NodePort" in each for each in told), "policies hold that door shut"
    matrix = network.of(prod.reachability, prod.resources, "n").matrix
    row = matrix.cells[matrix.sources.index("shop-web")]
    assert row[matrix.targets.index("shop-jobs")] == ("every port", Kind.SURPRISE)
    assert row[matrix.targets.index("shop-web")].kind is None, "an empty cell is closed"


def test_what_is_not_known_is_drawn_and_told_as_a_doubt_and_never_as_declared() -> None:
    closing = policy("shop-jobs", "deny", podSelector=UNKNOWN)
    resources = [*closed("shop-web", "shop-api"), namespace("shop-jobs"), closing, tenant(DECLARED)]
    found = reachability.of(resources)
    view = network.of(found, resources, "n")
    assert {row[0] for row in view.doubts.rows} == {("may be open, and is not declared", "doubt")}
    kinds = {curve.told: curve.kind for curve in picture.of(ways.of(found)).curves}
    assert kinds["anywhere to shop-jobs/any pod on every port"] is Kind.UNKNOWN
    row = view.matrix.cells[view.matrix.sources.index("anywhere")]
    assert row[view.matrix.targets.index("shop-jobs")] == ("every port", Kind.UNKNOWN)
    told = Page(render(Format.HTML, [result("unsure", resources)])).all_text()
    assert "Not known before the update: what may be a surprise" in told
    assert "What is open is what the tenants declare." not in told


def test_the_worse_kind_of_a_way_stays() -> None:
    assert ways.worse(Kind.OPEN, Kind.UNKNOWN) is ways.worse(Kind.UNKNOWN, Kind.OPEN) is Kind.UNKNOWN
    assert ways.worse(Kind.UNKNOWN, Kind.SURPRISE) is ways.worse(Kind.SURPRISE, Kind.UNKNOWN) is Kind.SURPRISE
    assert ways.worse(Kind.MISSING, Kind.OPEN) is Kind.MISSING


def test_a_picture_of_many_namespaces_is_bounded_and_says_what_it_leaves_out() -> None:
    resources = environments.large(60)
    found = reachability.of(resources)
    view = network.of(found, resources, "n")
    assert view.namespaces == 61
    assert view.left_out == 61 - len(ways.of(found).namespaces) > 0
    assert len(view.picture.boxes) <= 16
    assert [(each.name, each.namespaces) for each in view.shared] == [("kube-system/pods k8s-app=kube-dns", 60)]
    assert view.data
    assert len(view.data["endpoints"]) == len(found.endpoints)


def test_boxes_of_a_picture_never_lie_on_one_another() -> None:
    for resources in (troubled(), environments.large(40)):
        drawn = picture.of(ways.of(reachability.of(resources)))
        for one in drawn.boxes:
            assert 0 <= one.x <= drawn.width - picture.WIDTH
            assert 0 <= one.y <= drawn.height - one.height
            for other in drawn.boxes:
                apart = one.y + one.height <= other.y or other.y + other.height <= one.y
                assert one is other or one.x != other.x or apart


def test_a_stack_without_a_verdict_on_its_network_has_none_in_the_page() -> None:
    audited = replace(result("audited", closed("a")), reachability=None, permissions=None)
    told = Page(render(Format.HTML, [audited])).all_text()
    assert "No environment has a verdict on its network." in told
    assert "What is open is what the tenants declare." not in told
