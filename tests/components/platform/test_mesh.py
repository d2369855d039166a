"""The mesh: what its settings refuse, what it registers on every kind of cluster, and that no weakening escapes."""

from collections.abc import Callable
from typing import Any

import pytest

from components import settings
from components.environment import deploy
from components.errors import UserError
from policies import clock
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from preview import reachability
from tests import aks_clusters, eks_clusters, gke_clusters
from tests.recording import record
from tests.weakenings import each_weakened

CALLER = {"namespace": "web", "pods": {"app": "web"}, "serviceAccount": "web"}
TARGET = {"namespace": "api", "pods": {"app": "api"}}
NGINX = {"clusterNamespace": "ingress-nginx", "pods": {"app": "nginx"}, "serviceAccount": "nginx"}
FLOWS = [
    {"from": CALLER, "to": TARGET, "ports": [8443, {"port": 9000, "endPort": 9001}, {"port": 53, "protocol": "UDP"}]},
    {"from": NGINX, "to": {"namespace": "web", "pods": "all"}, "ports": [8443]},
    {"from": TARGET, "to": {"cidr": "10.9.0.0/24"}, "ports": [5432]},
]
CLUSTERS: dict[str, dict[str, Any]] = {
    "existing": {
        "cluster": {"kind": "existing", "identifier": "site-a", "networkPolicyEngine": "calico"},
        "kubeconfig": {"from": "file", "path": "x"},
    },
    "eks": {"cluster": {"kind": "eks", **eks_clusters.settings()}},
    "aks": {"cluster": {"kind": "aks", **aks_clusters.settings()}},
    "gke": {"cluster": {"kind": "gke", **gke_clusters.settings()}},
}
NEEDED = {
    # The agents set up the network of other pods on their node, as root: the level is the namespace's named choice.
    ("namespace-pod-security", "platform-mesh-nodes"),
    # No digest of them is known; see versions.yaml.
    ("platform-chart-pinned", "istiod"),
    ("platform-chart-pinned", "ztunnel"),
}
"""What mandatory controls refuse of a mesh whose charts nobody has rendered."""


def load(kind: str = "existing", *, flows: Any = FLOWS, **mesh: Any) -> settings.StackSettings:
    tenant = {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}, {"name": "api"}], "allow": flows}
    platform = {"apiServer": {"networks": [{"cidr": "10.0.0.0/28"}]}, "mesh": {"members": ["ingress-nginx"], **mesh}}
    given = {"owner": "platform-team", "admission": {"deployers": {"groups": ["deployers"]}}, "platform": platform}
    return settings.load({**given, **CLUSTERS[kind], "tenants": [tenant]}, "test")


@pytest.fixture
def recorded(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Resource]]:
    """What a stack registers on a machine that has no chart."""
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path))
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
    return lambda kind="existing", **mesh: record(lambda: deploy(load(kind, **mesh)) and None)


def refused(resources: list[Resource]) -> set[tuple[str, str]]:
    report = evaluate(resources, (), clock.today())
    return {
        (each.control.id, each.resource.name)
        for each in report.verdicts
        if each.control.enforcement is Enforcement.MANDATORY and each.outcome in (Outcome.FAIL, Outcome.ERROR)
    }


@pytest.mark.parametrize("kind", CLUSTERS)
def test_a_mesh_registers_on_every_kind_of_cluster_with_nothing_refused_but_what_it_needs(
    recorded: Callable[..., dict[str, Resource]], kind: str
) -> None:
    resources = list(recorded(kind).values())
    inside = {each for each in refused(resources) if each[0] in {control for control, _ in NEEDED} or "mesh" in each[0]}
    assert inside == NEEDED
    assert refused(resources) - NEEDED == refused(list(without_mesh(kind).values()))


def without_mesh(kind: str) -> dict[str, Resource]:
    whole = load(kind)
    return record(lambda: deploy(whole.model_copy(update={"platform": None})) and None)


def test_the_preview_shows_the_flows_and_no_surprise(recorded: Callable[..., dict[str, Resource]]) -> None:
    found = reachability.of(list(recorded().values()))
    assert found.surprises == ()


def test_everything_is_denied_and_each_flow_allowed_by_its_callers_identity(
    recorded: Callable[..., dict[str, Resource]],
) -> None:
    made = recorded().values()
    policies = [each.props.plain for each in made if each.type == "kubernetes:security.istio.io/v1:AuthorizationPolicy"]
    specs = {
        (each["metadata"]["namespace"], each["metadata"]["name"].rpartition("-")[0]): each["spec"] for each in policies
    }
    nothing = {"action": "ALLOW", "rules": []}
    assert {place for place, spec in specs.items() if spec == nothing} == {
        ("platform-mesh", "deny"),
        ("shop-web", "deny"),
        ("shop-api", "deny"),
    }
    (rule,) = specs["shop-api", "allow-from-web"]["rules"]
    assert specs["shop-api", "allow-from-web"]["selector"] == {"matchLabels": {"app": "api"}}
    assert rule["from"] == [{"source": {"principals": ["cluster.local/ns/shop-web/sa/web"]}}]
    assert rule["to"] == [{"operation": {"ports": ["8443", "9000", "9001"]}}]
    assert "selector" not in specs["shop-web", "allow-from-ingress-nginx"]
    assert len(specs) == 5, "nothing for what leaves the mesh, nothing for UDP"


def test_a_cluster_without_a_mesh_has_nothing_of_one() -> None:
    resources = without_mesh("existing")
    assert not [key for key in resources if "istio" in key]
    ports = [str(each.props.plain) for each in resources.values() if each.type.endswith(":NetworkPolicy")]
    assert ports
    assert not [each for each in ports if "15008" in each or "169.254.7.127" in each]


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        ({"from": {"cidr": "10.9.0.0/24"}, "to": TARGET, "ports": [80]}, "addresses, which have no identity"),
        (
            {"from": {**NGINX, "clusterNamespace": "other"}, "to": TARGET, "ports": [80]},
            "'other', which is not known to",
        ),
        ({"from": {**CALLER, "serviceAccount": None}, "to": TARGET, "ports": [80]}, "needs the serviceAccount"),
        ({"from": {**CALLER, "pods": "all"}, "to": TARGET, "ports": [80]}, "a serviceAccount for all pods"),
        ({"from": CALLER, "to": TARGET, "ports": [{"port": 1, "endPort": 100}]}, "more than 64 ports"),
    ],
)
def test_a_flow_that_the_mesh_would_refuse_or_widen_is_refused_first(flow: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        load(flows=[flow])


def test_one_account_for_two_kinds_of_pods_is_refused_as_it_is_one_identity() -> None:
    other = {**CALLER, "pods": {"app": "batch"}}
    both = [{"from": each, "to": TARGET, "ports": [port]} for each, port in ((CALLER, 80), (other, 81))]
    with pytest.raises(UserError, match="'web' of 'shop-web' is named for several kinds of pods"):
        load(flows=both)


def test_labels_without_an_account_are_enough_for_udp_which_does_not_go_through_the_mesh() -> None:
    caller = {"namespace": "web", "pods": {"app": "web"}}
    load(flows=[{"from": caller, "to": TARGET, "ports": [{"port": 53, "protocol": "UDP"}]}])


@pytest.mark.parametrize(
    ("mesh", "message"),
    [
        ({"operation": "managed"}, "a managed mesh is for clusters of kind aks and gke; use own"),
    ],
)
def test_what_is_not_offered_is_refused_and_not_pretended(mesh: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        load(**mesh)


def test_a_tenants_stack_says_itself_that_its_cluster_has_a_mesh() -> None:
    tenant = {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}], "allow": [FLOWS[1]]}
    given: dict[str, Any] = {"owner": "shop-team", "scope": "tenants", "clusterStack": "o/p/s", "tenants": [tenant]}
    with pytest.raises(UserError, match="'ingress-nginx', which is not known to be in the mesh"):
        settings.load({**given, "mesh": {}}, "test")
    known = settings.load({**given, "mesh": {"members": ["ingress-nginx"]}}, "test").known_mesh
    assert known is not None
    assert known.members == ("ingress-nginx", "shop-web")
    with pytest.raises(UserError, match="mesh is not allowed where scope is environment"):
        settings.load({"owner": "platform-team", **CLUSTERS["existing"], "mesh": {}}, "test")


WEAKENINGS: dict[str, tuple[str, str, Callable[[dict[str, Any]], Any]]] = {
    "permissive": ("PeerAuthentication", "mesh-mtls-strict", lambda o: o["spec"]["mtls"].update(mode="PERMISSIVE")),
    "no mode": ("PeerAuthentication", "mesh-mtls-strict", lambda o: o["spec"].pop("mtls")),
    "for some pods": (
        "PeerAuthentication",
        "mesh-strict-everywhere",
        lambda o: o["spec"].update(selector={"matchLabels": {"a": "b"}}),
    ),
    "everything allowed": (
        "AuthorizationPolicy",
        "mesh-authorization-names-callers",
        lambda o: o["spec"].update(rules=[{}]),
    ),
    "no caller": (
        "AuthorizationPolicy",
        "mesh-authorization-names-callers",
        lambda o: [rule.pop("from") for rule in o["spec"]["rules"]],
    ),
    "any caller": (
        "AuthorizationPolicy",
        "mesh-authorization-names-callers",
        lambda o: [rule.update({"from": [{"source": {"principals": ["*"]}}]}) for rule in o["spec"]["rules"]],
    ),
}


@pytest.mark.parametrize("weakening", WEAKENINGS)
def test_no_weakening_of_a_policy_escapes(recorded: Callable[..., dict[str, Resource]], weakening: str) -> None:
    kind, control, weaken = WEAKENINGS[weakening]
    found = list(each_weakened(list(recorded().values()), lambda each: each.type.endswith(f":{kind}"), weaken))
    assert found
    for weakened in found:
        assert control in {each for each, _ in refused(weakened)}


def test_a_denial_that_is_missing_is_noticed_in_every_namespace(recorded: Callable[..., dict[str, Resource]]) -> None:
    resources = list(recorded().values())
    denials = [each for each in resources if each.name.startswith("shop-") and each.name.endswith("-deny-all")]
    assert len(denials) == 2
    for denial in denials:
        left = [each for each in resources if each is not denial]
        assert "mesh-namespace-denies" in {each for each, _ in refused(left)}
