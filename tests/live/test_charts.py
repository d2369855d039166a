"""The real charts by the real Helm: what is inside passes our controls but for what an operator needs."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from components import settings
from components.environment import deploy
from components.platform import chart_cache, versions
from local import charts
from local.tools import Toolbox
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from policies.parameters import Parameters
from tests import edge_stacks, guides
from tests.platform_stacks import NEEDED, STACKS, without_secrets
from tests.recording import record

pytestmark = pytest.mark.live

CHARTS = ["cert-manager", "trust-manager"]
"""Charts from Go modules, which every machine of this project reaches."""
SECRETS = "external-secrets"
"""Chart that comes from GitHub alone; a machine that doesn't reach it has `secrets` off in these tests."""
ALLOWED = Parameters.of({"allowedRegistries": ["quay.io/jetstack", "ghcr.io/external-secrets"]})


@pytest.fixture(scope="module")
def has_secrets(tools: Toolbox) -> bool:
    """Whether External Secrets is among the services; a warning says why it is not."""
    charts.provide(tools, CHARTS)
    if problem := charts.obtain(SECRETS):
        warnings.warn(problem, stacklevel=1)
    return problem is None


@pytest.fixture(scope="module", params=STACKS)
def resources(request: pytest.FixtureRequest, *, has_secrets: bool) -> Iterator[list[Resource]]:
    """What a stack with every service on registers, on each kind of cluster."""
    given = STACKS[request.param] if has_secrets else without_secrets(STACKS[request.param])
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)
        yield list(record(lambda: deploy(settings.load(given, "test")) and None).values())


def test_every_chart_with_a_known_sum_is_in_the_cache_and_is_what_its_pin_says(resources: list[Resource]) -> None:
    del resources
    for name in CHARTS:
        sums = versions.charts()[name].sums
        assert (chart_cache.archive(sums) is not None) == bool(sums), name


def test_mandatory_controls_refuse_exactly_what_an_operator_needs(
    resources: list[Resource], *, has_secrets: bool
) -> None:
    assert refused(resources, ALLOWED) == {each for each in NEEDED if has_secrets or SECRETS not in each[1]}


def refused(resources: list[Resource], parameters: Parameters) -> set[tuple[str, str]]:
    """What mandatory controls refuse, each with the kind and the name of the object."""
    report = evaluate(resources, (), clock.today(), all_controls(parameters))
    return {
        (each.control.id, f"{each.resource.type.rpartition(':')[2]}::{each.resource.name}")
        for each in report.verdicts
        if each.control.enforcement is Enforcement.MANDATORY
        and each.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    }


@pytest.mark.parametrize("kind", edge_stacks.CLUSTERS)
def test_certificates_for_the_edge_need_a_waiver_more_for_the_key_of_a_dns_server_alone(
    kind: str, tools: Toolbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    charts.provide(tools, CHARTS)
    monkeypatch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)
    declared = settings.load(edge_stacks.stack(kind), "test")

    def program() -> None:
        deploy(declared)

    key = {("issuer-no-static-credential", "ClusterIssuer::edge-shop-web")} if kind == "existing" else set()
    needed = {each for each in NEEDED if SECRETS not in each[1]}
    assert refused(list(record(program).values()), Parameters.of(declared.lists)) == needed | key


def test_the_waivers_of_the_guide_accept_exactly_that(resources: list[Resource], *, has_secrets: bool) -> None:
    waivers = [each for each in guides.waivers("cert-manager", "test") if has_secrets or SECRETS not in each.resource]
    report = evaluate(resources, waivers, clock.today(), all_controls(ALLOWED))
    mandatory = [each for each in report.verdicts if each.control.enforcement is Enforcement.MANDATORY]
    assert {each.outcome for each in mandatory} == {Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.WAIVED}
    assert len(waivers) == len({each.control + each.resource for each in waivers})
    assert report.waiver_problems == ()


def test_no_operator_makes_tokens_or_writes_roles_in_the_whole_cluster(resources: list[Resource]) -> None:
    everywhere = [each for each in resources if each.type.endswith(":ClusterRole") and ":Chart" in each.urn]
    granted = {
        (resource, verb)
        for role in everywhere
        for rule in role.props.plain["rules"]
        for resource in rule.get("resources", ())
        for verb in rule["verbs"]
    }
    assert len(everywhere) > 5
    assert ("serviceaccounts/token", "create") not in granted
    writing = {"create", "update", "patch", "delete", "bind", "escalate"}
    closed = {"roles", "rolebindings", "clusterroles", "clusterrolebindings", "customresourcedefinitions", "pods"}
    assert {resource for resource, verb in granted if verb in writing} & closed == set()
    assert "*" not in {part for each in granted for part in each}


def test_webhooks_fail_closed_and_ask_about_the_operators_own_kinds_alone(
    resources: list[Resource], *, has_secrets: bool
) -> None:
    """So that an operator that is down stops its own objects, and nothing of kube-system."""
    hooks = [
        hook
        for each in resources
        if each.type.endswith("WebhookConfiguration")
        for hook in each.props.plain["webhooks"]
    ]
    assert len(hooks) >= (5 if has_secrets else 3)
    own = ("cert-manager.io", "external-secrets.io")
    for hook in hooks:
        assert hook.get("failurePolicy", "Fail") == "Fail", hook["name"]
        assert hook["timeoutSeconds"] <= 10, hook["name"]
        for rule in hook["rules"]:
            assert all(group.endswith(own) for group in rule["apiGroups"]), hook["name"]


def test_no_rendered_manifest_lies_in_the_repository(resources: list[Resource]) -> None:
    root = Path(__file__).parents[2]
    assert resources
    assert not list(root.glob("components/platform/**/*.tgz"))
    assert not chart_cache.folder().is_relative_to(root)
