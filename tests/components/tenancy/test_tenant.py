"""What a tenant registers: everything that isolates it, and nothing else."""

import datetime

import pulumi
import pytest

from components.tenancy import (
    Access,
    BreakGlass,
    ForeignPods,
    Namespace,
    Network,
    Pods,
    PodSecurity,
    Roles,
    Tenant,
    TenantArgs,
    allow,
)
from policies import clock
from policies.evaluate import evaluate
from policies.model import Outcome, Resource
from policies.values import plain
from tests import clusters
from tests.recording import record

TODAY = clock.today()
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
NOT_ISOLATED = {"key": "secureclusters.dev/isolated", "operator": "DoesNotExist"}


def deploy(args: TenantArgs, *, production: bool = True, engine: str = "cilium") -> dict[str, Resource]:
    def program() -> None:
        cluster = clusters.handle(engine=engine)
        Roles("roles", opts=pulumi.ResourceOptions(providers=[cluster.provider]))
        Tenant(args, cluster, production=production)

    return record(program)


def shop(**changes: object) -> TenantArgs:
    return TenantArgs.model_validate(
        {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}, {"name": "api"}], **changes}
    )


def of_type(resources: dict[str, Resource], type_: str) -> dict[str, Resource]:
    return {resource.name: resource for resource in resources.values() if resource.type == type_}


def test_a_plain_tenant_passes_every_control() -> None:
    report = evaluate(list(deploy(shop()).values()), (), TODAY)
    bad = [verdict for verdict in report.verdicts if verdict.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)]
    assert bad == []
    assert report.verdicts, "something was judged"


def test_a_declared_workload_has_a_budget_that_lets_one_pod_go_and_no_sick_one_hold_a_node() -> None:
    declared = {"name": "web", "workloads": [{"name": "front", "pods": {"app": "web"}}]}
    budgets = of_type(deploy(shop(namespaces=[declared])), "kubernetes:policy/v1:PodDisruptionBudget")
    (budget,) = budgets.values()
    assert budget.props.plain["metadata"] == {"name": "front", "namespace": "shop-web"}
    assert budget.props.plain["spec"] == {
        "selector": {"matchLabels": {"app": "web"}},
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
    }


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ([{"name": "front", "pods": {"app": "api"}}], "'front' is declared twice"),
        ([{"name": "back", "pods": {"app": "web", "tier": "x"}}], "'front' and 'back' may be the same pods"),
        ([{"name": "back", "pods": {"tier": "x"}}], "'front' and 'back' may be the same pods"),
        ([{"name": "back", "pods": {"app": "api"}, "away": 0}], "greater than or equal to 1"),
    ],
)
def test_workloads_that_would_stop_every_upgrade_are_refused(others: list[object], message: str) -> None:
    declared = {"name": "web", "workloads": [{"name": "front", "pods": {"app": "web"}}, *others]}
    with pytest.raises(ValueError, match=message):
        shop(namespaces=[declared])


def test_a_tenant_without_flows_opens_dns_and_nothing_else() -> None:
    policies = of_type(deploy(shop(namespaces=[{"name": "web"}])), NETWORK_POLICY)
    assert sorted(policies) == ["shop-web-allow-dns", "shop-web-default-deny"]
    assert policies["shop-web-default-deny"].props.plain["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [],
        "egress": [],
    }
    dns = policies["shop-web-allow-dns"].props.plain["spec"]
    assert dns["policyTypes"] == ["Egress"]
    assert dns["egress"] == [
        {
            "to": [
                {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                    "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                }
            ],
            "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
        }
    ]


def test_a_flow_inside_the_tenant_opens_both_ends_and_only_the_named_pods() -> None:
    flow = allow(
        from_=Pods(namespace="web", pods={"app": "web"}), to=Pods(namespace="api", pods={"app": "api"}), port=8443
    )
    policies = of_type(deploy(shop(allow=[flow])), NETWORK_POLICY)
    (out,) = [policy for name, policy in policies.items() if "web-allow-to-api" in name]
    (in_,) = [policy for name, policy in policies.items() if "api-allow-from-web" in name]
    assert out.props.plain["spec"] == {
        "podSelector": {"matchLabels": {"app": "web"}, "matchExpressions": [NOT_ISOLATED]},
        "policyTypes": ["Egress"],
        "egress": [{"to": [_pods("shop-api", "api")], "ports": [{"port": 8443, "protocol": "TCP"}]}],
    }
    assert in_.props.plain["spec"] == {
        "podSelector": {"matchLabels": {"app": "api"}, "matchExpressions": [NOT_ISOLATED]},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [_pods("shop-web", "web")], "ports": [{"port": 8443, "protocol": "TCP"}]}],
    }


def test_a_pod_that_is_labelled_isolated_keeps_no_flow() -> None:
    flow = allow(from_=Pods(namespace="web", pods="all"), to=Pods(namespace="api", pods={"app": "api"}), port=8443)
    policies = of_type(deploy(shop(allow=[flow])), NETWORK_POLICY)
    selectors = {name: policy.props.plain["spec"]["podSelector"] for name, policy in policies.items()}
    assert len(selectors) == 6
    for name, selector in selectors.items():
        if name.endswith("default-deny"):
            assert selector == {}, "it denies isolated pods as well"
        else:
            assert selector["matchExpressions"] == [NOT_ISOLATED], name


def _pods(namespace: str, app: str) -> dict[str, object]:
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "podSelector": {"matchLabels": {"app": app}},
    }


def test_a_flow_from_another_namespace_opens_only_our_end() -> None:
    flow = allow(
        from_=ForeignPods(cluster_namespace="ingress-nginx", pods="all"),
        to=Pods(namespace="web", pods={"app": "web"}),
        port=8443,
    )
    policies = of_type(deploy(shop(allow=[flow])), NETWORK_POLICY)
    opened = [policy for name, policy in policies.items() if "allow-dns" not in name and "default-deny" not in name]
    assert [policy.props.plain["metadata"]["namespace"] for policy in opened] == ["shop-web"]


def test_a_flow_to_the_internet_never_opens_the_metadata_addresses() -> None:
    flow = allow(from_=Pods(namespace="api", pods="all"), to=Network(cidr="0.0.0.0/0"), port=443)
    policies = of_type(deploy(shop(allow=[flow])), NETWORK_POLICY)
    (policy,) = [policy for name, policy in policies.items() if "allow-to-network" in name]
    block = policy.props.plain["spec"]["egress"][0]["to"][0]["ipBlock"]
    assert {"169.254.0.0/16", "168.63.129.16/32"} <= set(block["except"])


def test_the_order_of_flows_changes_no_name() -> None:
    flows = [
        allow(from_=Pods(namespace="web", pods="all"), to=Pods(namespace="api", pods="all"), port=port)
        for port in (1, 2, 3)
    ]
    first = deploy(shop(allow=flows))
    second = deploy(shop(allow=flows[::-1]))
    assert set(first) == set(second)


def test_a_namespace_enforces_restricted_and_names_its_tenant_and_owner() -> None:
    namespace = deploy(shop())["kubernetes:core/v1:Namespace::shop-web"]
    metadata = namespace.props.plain["metadata"]
    assert metadata["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert metadata["labels"]["secureclusters.dev/tenant"] == "shop"
    assert metadata["annotations"] == {"secureclusters.dev/owner": "shop-team"}


@pytest.mark.parametrize(("engine", "isolation"), [("cilium", "default-deny"), ("none", "unenforced")])
def test_a_namespace_is_called_default_deny_only_where_something_enforces_it(engine: str, isolation: str) -> None:
    namespace = deploy(shop(), engine=engine)["kubernetes:core/v1:Namespace::shop-web"]
    assert namespace.props.plain["metadata"]["labels"]["secureclusters.dev/network-isolation"] == isolation


def test_a_cluster_that_enforces_nothing_is_denied() -> None:
    report = evaluate(list(deploy(shop(), engine="none").values()), (), TODAY)
    failed = {verdict.control.id for verdict in report.verdicts if verdict.outcome is Outcome.FAIL}
    assert failed == {"cluster-enforces-network-policy"}
    assert report.denied(strict=False)


@pytest.mark.parametrize("level", [PodSecurity.BASELINE, PodSecurity.PRIVILEGED])
def test_a_weaker_pod_security_level_is_denied_without_a_waiver(level: PodSecurity) -> None:
    args = shop(namespaces=[Namespace(name="web", pod_security=level)])
    failed = {
        verdict.control.id
        for verdict in evaluate(list(deploy(args).values()), (), TODAY).verdicts
        if verdict.outcome is Outcome.FAIL
    }
    assert failed == {"namespace-pod-security"}


def test_only_groups_that_are_named_are_bound() -> None:
    access = Access(viewer=("readers",), operator=("oncall",))
    bindings = of_type(deploy(shop(access=access)), "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")
    assert sorted(bindings) == ["shop-api-operator", "shop-api-viewer", "shop-web-operator", "shop-web-viewer"]
    assert bindings["shop-web-viewer"].props.plain["subjects"] == [
        {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "readers"}
    ]


def test_developers_may_debug_only_outside_production() -> None:
    args = shop(access=Access(developer=("devs",)))
    binding = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding::shop-web-debugger"
    assert binding not in deploy(args, production=True)
    assert deploy(args, production=False)[binding].props.plain["roleRef"]["name"] == "secure-clusters-debugger"


def test_emergency_access_carries_its_end_and_its_reason() -> None:
    end = TODAY + datetime.timedelta(days=7)
    access = Access(break_glass=BreakGlass(groups=("oncall",), expires=end, reason="on-call of the launch week"))
    binding = deploy(shop(access=access))["kubernetes:rbac.authorization.k8s.io/v1:RoleBinding::shop-web-break-glass"]
    assert binding.props.plain["metadata"]["annotations"] == {
        "secureclusters.dev/expires": end.isoformat(),
        "secureclusters.dev/reason": "on-call of the launch week",
    }


def test_everything_in_a_namespace_is_the_components_own_child() -> None:
    for resource in deploy(shop()).values():
        if resource.name.startswith("shop-web-"):
            assert resource.parent is not None
            assert resource.parent.endswith("secureclusters:tenancy:TenantNamespace::shop-web")


def test_no_value_of_a_tenant_is_unknown_at_preview() -> None:
    for resource in deploy(shop()).values():
        assert "UNKNOWN" not in repr(plain(resource.props.plain)), resource.key
