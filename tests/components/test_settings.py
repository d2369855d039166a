"""Stack files: every error at once, each with its path, its value and what is allowed."""

from typing import Any

import pytest

from components.errors import UserError
from components.settings import NAMESPACES_PER_STACK, Scope, Tier, load
from tests import eks_clusters


def valid(**changes: Any) -> dict[str, Any]:
    return {
        "owner": "platform-team",
        "cluster": {"kind": "existing", "identifier": "site-a", "networkPolicyEngine": "calico"},
        "kubeconfig": {"from": "file", "path": "kubeconfig"},
        "admission": {"deployers": {"groups": ["platform-deployers"]}},
        "tenants": [{"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}]}],
        **changes,
    }


def errors(raw: dict[str, Any]) -> str:
    with pytest.raises(UserError) as raised:
        load(raw, "stacks/Pulumi.test.yaml")
    return str(raised.value)


def tenant(**changes: Any) -> dict[str, Any]:
    return valid(tenants=[{**valid()["tenants"][0], **changes}])


def test_a_short_stack_file_means_a_production_environment() -> None:
    settings = load(valid(), "test")
    assert (settings.scope, settings.tier, settings.production) == (Scope.ENVIRONMENT, Tier.PRODUCTION, True)
    assert settings.tenants[0].namespaces[0].pod_security == "restricted"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (valid(ownr="x"), 'secure-clusters:ownr: unknown key; did you mean "owner"?'),
        (valid(owner=""), "secure-clusters:owner: '': "),
        (valid(owner=7), "secure-clusters:owner: 7: "),
        (valid(tier="prod"), "secure-clusters:tier: 'prod': allowed: 'production' or 'development'"),
        (valid(cluster=None), "cluster is missing"),
        (valid(kubeconfig=None), "kubeconfig is missing"),
        (valid(admission={"deployers": {}}), "name a group or a user"),
        (valid(scope="cluster"), "tenants is not allowed where scope is cluster"),
        (valid(clusterStack="organization/x/y"), "clusterStack is not allowed where scope is environment"),
        (valid(scope="tenants"), "clusterStack is missing"),
        (tenant(name="kube-system"), "reserved for the cluster itself"),
        (tenant(name="Shop"), "use lower-case letters"),
        (tenant(namespaces=[]), "tenants[0].namespaces: needs at least 1 entry"),
        (tenant(namespaces=[{"name": "a"}, {"name": "a"}]), "the namespace 'a' is declared twice"),
        (tenant(name="s" * 40, namespaces=[{"name": "w" * 40}]), "has 81 characters, 63 are allowed"),
        (tenant(namespaces=[{"name": "w", "quota": {"cpu": "many"}}]), "quota.cpu: 'many': use a Kubernetes quantity"),
        (tenant(namespaces=[{"name": "w", "quota": {"cpu": 0}}]), "quota.cpu: 0: use a quantity above zero"),
        (tenant(namespaces=[{"name": "w", "quota": {"pods": True}}]), "quota.pods: True: allowed: a valid integer"),
        (tenant(access={"viewer": ["system:masters"]}), "access.viewer[0]: 'system:masters': groups of the system:"),
        (
            tenant(access={"breakGlass": {"groups": ["x"], "reason": "incident response"}}),
            "breakGlass.expires: missing",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_path_and_what_is_allowed(raw: dict[str, Any], told: str) -> None:
    assert told in errors(raw)


@pytest.mark.parametrize(
    ("flow", "told"),
    [
        (
            {"from": {"namespace": "nope", "pods": "all"}, "to": {"cidr": "10.9.0.0/16"}, "ports": [1]},
            "does not declare",
        ),
        ({"from": {"cidr": "10.8.0.0/16"}, "to": {"cidr": "10.9.0.0/16"}, "ports": [1]}, "one end must lie in"),
        (
            {"from": {"namespace": "web", "pods": {}}, "to": {"cidr": "10.9.0.0/16"}, "ports": [1]},
            "from.pods: needs at",
        ),
        ({"from": {"namespace": "web", "pods": "all"}, "to": {"cidr": "10.9.0.1/16"}, "ports": [1]}, "host bits set"),
        (
            {"from": {"namespace": "web", "pods": "all"}, "to": {"cidr": "169.254.169.254/32"}, "ports": [1]},
            "credentials",
        ),
        ({"from": {"namespace": "web", "pods": "all"}, "to": {"cidr": "10.9.0.0/16"}, "ports": []}, "ports: needs at"),
        ({"from": {"namespace": "web", "pods": "all"}, "to": {"cidr": "10.9.0.0/16"}, "ports": [0]}, "ports[0]"),
        ({"from": {"namespace": "web", "pods": "all"}, "to": {}, "ports": [1]}, "name one of namespace"),
        (
            {
                "from": {"namespace": "web", "pods": "all"},
                "to": {"clusterNamespace": "shop-web", "pods": "all"},
                "ports": [1],
            },
            "is the tenant's own",
        ),
        (
            {
                "from": {"namespace": "web", "pods": "all"},
                "to": {"cidr": "10.9.0.0/16", "except": ["10.1.0.0/24"]},
                "ports": [1],
            },
            "lies outside",
        ),
    ],
)
def test_a_flow_that_makes_no_sense_is_refused(flow: dict[str, Any], told: str) -> None:
    assert told in errors(tenant(allow=[flow]))


def test_a_flow_may_not_open_the_clusters_own_networks() -> None:
    raw = tenant(allow=[{"from": {"namespace": "web", "pods": "all"}, "to": {"cidr": "0.0.0.0/0"}, "ports": [443]}])
    raw["cluster"]["networks"] = {"pods": "10.244.0.0/16"}
    assert "opens the cluster's own pods network 10.244.0.0/16" in errors(raw)
    raw["tenants"][0]["allow"][0]["to"]["except"] = ["10.244.0.0/16"]
    assert load(raw, "test").tenants


def test_overlapping_networks_are_refused() -> None:
    raw = valid()
    raw["cluster"]["networks"] = {"pods": "10.0.0.0/8", "services": "10.96.0.0/12"}
    assert "cluster.networks: pods 10.0.0.0/8 and services 10.96.0.0/12 overlap" in errors(raw)


def test_all_errors_of_a_file_are_told_at_once() -> None:
    raw = valid(tier="prod", ownr="x")
    del raw["owner"]
    raw["cluster"]["networks"] = {"pods": "10.0.0.0/8", "services": "10.96.0.0/12"}
    raw["tenants"] = [
        {"name": "s" * 40, "namespaces": [{"name": "w" * 40, "quota": {"cpu": "x"}}], "access": {"viewr": []}},
        {"name": "kube-x", "owner": "team", "namespaces": [{"name": "a"}]},
    ]
    told = errors(raw)
    for part in (
        "secure-clusters:owner: missing",
        "secure-clusters:tier",
        "secure-clusters:ownr",
        "overlap",
        "tenants[0].owner: missing",
        "quota.cpu",
        'did you mean "viewer"',
        "has 81 characters",
        "reserved",
    ):
        assert part in told, told
    assert told.startswith("stacks/Pulumi.test.yaml: 9 errors")


def test_a_stack_with_too_many_namespaces_is_told_how_to_split() -> None:
    tenants = [
        {"name": f"t{number}", "owner": "team", "namespaces": [{"name": "a"}, {"name": "b"}]} for number in range(60)
    ]
    told = errors(valid(tenants=tenants))
    assert f"120 namespaces, {NAMESPACES_PER_STACK} are allowed" in told
    assert "into 3 stacks with scope tenants" in told


def test_two_tenants_can_not_claim_the_same_namespace() -> None:
    tenants = [
        {"name": "a", "owner": "team", "namespaces": [{"name": "b-c"}]},
        {"name": "a-b", "owner": "team", "namespaces": [{"name": "c"}]},
    ]
    assert "the namespace 'a-b-c' is declared by two tenants" in errors(valid(tenants=tenants))


def test_a_secret_is_never_told() -> None:
    raw = valid(kubeconfig={"from": "secret", "content": ["top secret"], "x": 1})
    told = errors(raw)
    assert "kubeconfig.content" in told
    assert "top secret" not in told


def test_the_minor_of_a_cluster_is_that_of_its_settings_unless_admission_names_another():
    cluster = {"kind": "eks", **eks_clusters.settings(upgrades={"version": "1.36"})}
    raw = {"owner": "platform-team", "cluster": cluster}
    deployers = {"groups": ["secure-clusters-deployers"]}
    assert load(raw, "x").kubernetes == "1.36"
    assert load({**raw, "admission": {"deployers": deployers}}, "x").kubernetes == "1.36"
    named = {"deployers": deployers, "kubernetes": "1.35"}
    assert load({**raw, "admission": named}, "x").kubernetes == "1.35"
