"""Gateways of the mesh: what they hold."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from components import settings
from components.environment import deploy
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from policies.parameters import Parameters
from preview import reachability
from tests.components.platform import test_mesh
from tests.recording import record

CALLER, TARGET, NGINX = test_mesh.CALLER, test_mesh.TARGET, test_mesh.NGINX
REQUESTS = {"rate": 100, "per": "minute", "burst": 300}
API = {"name": "orders", "pods": {"app": "api"}, "port": 8443, "requests": REQUESTS}
HOST = {"host": "api.example.com", "pods": {"app": "web"}, "serviceAccount": "web"}
FLOWS = [
    {"from": CALLER, "to": TARGET, "ports": [8443, 9000]},
    {"from": {**NGINX, "serviceAccount": None, "pods": "all"}, "to": TARGET, "ports": [8443]},
]
NETWORKS = [{"cidr": "203.0.113.0/24"}]
GATEWAYS: dict[str, Any] = {"networks": NETWORKS}
PARAMETERS = {"allowedRegistries": ["docker.io/istio"], "allowedGatewayClasses": ["istio-waypoint"]}
GATEWAY = "platform-mesh-gateways"


def load(
    kind: str = "existing",
    *,
    apis: Sequence[Any] = (API,),
    hosts: Sequence[Any] = (HOST,),
    flows: Sequence[Any] = FLOWS,
    gateways: Any = GATEWAYS,
    others: Sequence[Any] = (),
    platform: Any = None,
) -> settings.StackSettings:
    namespaces = [{"name": "web", "hosts": hosts}, {"name": "api", "apis": apis}]
    tenant = {"name": "shop", "owner": "shop-team", "namespaces": namespaces, "allow": flows}
    mesh = {"members": ["ingress-nginx"], "gateways": gateways}
    services = {
        "apiServer": {"networks": [{"cidr": "10.0.0.0/28"}]},
        **({"mesh": mesh} if platform is None else platform),
    }
    given = {"owner": "platform-team", "admission": {"deployers": {"groups": ["deployers"]}}, "platform": services}
    return settings.load({**given, **test_mesh.CLUSTERS[kind], "tenants": [tenant, *others]}, "test")


@pytest.fixture
def recorded(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Resource]]:
    """What a stack registers on a machine that has no chart."""
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path))
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")

    def run(kind: str = "existing", **changes: Any) -> list[Resource]:
        whole = load(kind, **changes)

        def program() -> None:
            deploy(whole)

        return list(record(program).values())

    return run


def refused(resources: list[Resource]) -> set[tuple[str, str]]:
    report = evaluate(resources, (), clock.today(), all_controls(Parameters.of(PARAMETERS)))
    return {
        (each.control.id, each.resource.name)
        for each in report.verdicts
        if each.control.enforcement is Enforcement.MANDATORY and each.outcome in (Outcome.FAIL, Outcome.ERROR)
    }


def of_kind(resources: Sequence[Resource], kind: str, namespace: str = GATEWAY) -> dict[str, dict[str, Any]]:
    """Return objects of a kind in a namespace, by name."""
    plain = [dict(each.props.plain) for each in resources if each.type.endswith(f":{kind}")]
    return {each["metadata"]["name"]: each for each in plain if each["metadata"].get("namespace") == namespace}


@pytest.mark.parametrize("kind", test_mesh.CLUSTERS)
def test_gateways_register_on_every_kind_of_cluster_with_nothing_refused_but_what_the_mesh_needs(
    recorded: Callable[..., list[Resource]], kind: str
) -> None:
    without = recorded(kind, apis=(), hosts=(), gateways=None)
    assert refused(recorded(kind)) == refused(without)


def test_the_preview_shows_the_ways_through_gateways_and_no_surprise(recorded: Callable[..., list[Resource]]) -> None:
    assert reachability.of(recorded()).surprises == ()


def test_what_declares_no_api_and_no_host_has_nothing_of_a_gateway(recorded: Callable[..., list[Resource]]) -> None:
    resources = recorded(apis=(), hosts=())
    for kind in ("Gateway", "EnvoyFilter", "ServiceEntry", "Deployment", "AuthorizationPolicy"):
        assert of_kind(resources, kind) == {}
    assert f"{GATEWAY}" not in {each.name for each in recorded(apis=(), hosts=(), gateways=None)}


def test_an_api_has_a_gateway_that_counts_each_request_and_a_share_of_the_limit_in_each_pod(
    recorded: Callable[..., list[Resource]],
) -> None:
    resources = recorded()
    (limit,) = of_kind(resources, "EnvoyFilter").values()
    assert limit["spec"]["targetRefs"] == [
        {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "shop-api"}
    ]
    (patch,) = limit["spec"]["configPatches"]
    listener = patch["match"]["listener"]
    assert listener["filterChain"]["name"] == "inbound-vip|8443|http|orders.shop-api.svc.cluster.local"
    bucket = patch["patch"]["value"]["typed_config"]["token_bucket"]
    pods = of_kind(resources, "Deployment")["shop-api"]["spec"]
    assert bucket["tokens_per_fill"] * pods["replicas"] <= REQUESTS["rate"]
    assert bucket["max_tokens"] * pods["replicas"] <= REQUESTS["burst"]
    assert bucket["fill_interval"] == "60s"
    assert pods["strategy"]["rollingUpdate"]["maxSurge"] == 0


def test_the_service_of_an_api_leads_to_its_gateway_which_takes_no_other_namespace(
    recorded: Callable[..., list[Resource]],
) -> None:
    resources = recorded()
    service = of_kind(resources, "Service", "shop-api")["orders"]
    assert service["metadata"]["labels"] == {
        "istio.io/use-waypoint": "shop-api",
        "istio.io/use-waypoint-namespace": GATEWAY,
    }
    assert service["spec"]["selector"] == {"app": "api"}
    (listener,) = of_kind(resources, "Gateway")["shop-api"]["spec"]["listeners"]
    assert listener["allowedRoutes"]["namespaces"]["selector"] == {
        "matchLabels": {"kubernetes.io/metadata.name": "shop-api"}
    }
    (listener,) = of_kind(resources, "Gateway")["egress"]["spec"]["listeners"]
    assert listener["allowedRoutes"]["namespaces"] == {"from": "Same"}


def test_callers_are_judged_at_the_gateway_and_pods_take_its_identity_alone(
    recorded: Callable[..., list[Resource]],
) -> None:
    resources = recorded()
    at_pods = of_kind(resources, "AuthorizationPolicy", "shop-api")
    api = at_pods["api-orders"]["spec"]
    assert api["targetRefs"] == [{"group": "", "kind": "Service", "name": "orders"}]
    assert [rule["from"] for rule in api["rules"]] == [
        [{"source": {"principals": ["cluster.local/ns/shop-web/sa/web"]}}],
        [{"source": {"namespaces": ["ingress-nginx"]}}],
    ]
    allowed = {
        (source, port)
        for each in at_pods.values()
        if "selector" in each["spec"]
        for rule in each["spec"]["rules"]
        for source in rule["from"][0]["source"].get("principals", ["any"])
        for port in rule["to"][0]["operation"]["ports"]
    }
    assert allowed == {
        ("cluster.local/ns/platform-mesh-gateways/sa/shop-api", "8443"),
        ("cluster.local/ns/shop-web/sa/web", "9000"),
    }
    assert of_kind(resources, "AuthorizationPolicy")["shop-api-deny-all"]["spec"]["rules"] == []


def test_a_gateway_takes_the_pods_of_its_callers_alone(recorded: Callable[..., list[Resource]]) -> None:
    taken = {
        (each["spec"]["podSelector"]["matchLabels"]["gateway.networking.k8s.io/gateway-name"], str(peer["podSelector"]))
        for each in of_kind(recorded(), "NetworkPolicy").values()
        for rule in each["spec"].get("ingress", [])
        for peer in rule["from"]
    }
    web = str({"matchLabels": {"app": "web"}})
    assert taken == {("shop-api", web), ("shop-api", "{}"), ("egress", web)}


def test_an_api_that_no_flow_names_lets_nobody_in(recorded: Callable[..., list[Resource]]) -> None:
    resources = recorded(flows=())
    assert of_kind(resources, "AuthorizationPolicy", "shop-api")["api-orders"]["spec"]["rules"] == []
    opened = of_kind(resources, "NetworkPolicy", GATEWAY)
    assert not [each for name, each in opened.items() if "shop-api" in str(each["spec"])]


def test_a_host_is_resolved_and_reached_by_those_who_declare_it_at_their_ports(
    recorded: Callable[..., list[Resource]],
) -> None:
    other = {"host": "api.example.com", "ports": [8443], "pods": {"app": "batch"}, "serviceAccount": "batch"}
    resources = recorded(hosts=(HOST, other))
    (entry,) = of_kind(resources, "ServiceEntry").values()
    assert entry["metadata"]["labels"] == {"istio.io/use-waypoint": "egress"}
    assert entry["spec"]["resolution"] == "DNS"
    assert [(each["number"], each["protocol"]) for each in entry["spec"]["ports"]] == [(443, "TLS"), (8443, "TLS")]
    policies = of_kind(resources, "AuthorizationPolicy")
    (policy,) = [each["spec"] for each in policies.values() if each["spec"]["targetRefs"][0]["kind"] == "ServiceEntry"]
    told = [(rule["from"][0]["source"]["principals"], rule["to"][0]["operation"]["ports"]) for rule in policy["rules"]]
    assert told == [
        (["cluster.local/ns/shop-web/sa/web"], ["443"]),
        (["cluster.local/ns/shop-web/sa/batch"], ["8443"]),
    ]
    assert policies["egress-deny-all"]["spec"]["rules"] == []


def test_pods_reach_the_egress_gateway_and_no_address_outside(recorded: Callable[..., list[Resource]]) -> None:
    resources = recorded(apis=(), flows=())
    blocks = {
        (namespace, name)
        for namespace in ("shop-web", "shop-api", GATEWAY)
        for name, each in of_kind(resources, "NetworkPolicy", namespace).items()
        for rule in each["spec"].get("egress", [])
        for peer in rule["to"]
        if "ipBlock" in peer
    }
    assert {namespace for namespace, _ in blocks} == {GATEWAY}
    (outside,) = [name for _, name in blocks]
    spec = of_kind(resources, "NetworkPolicy")[outside]["spec"]
    assert spec["podSelector"]["matchLabels"] == {"gateway.networking.k8s.io/gateway-name": "egress"}
    assert spec["egress"] == [
        {"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}], "ports": [{"protocol": "TCP", "port": 443}]}
    ]


def test_another_tenant_calls_an_api_through_its_gateway(recorded: Callable[..., list[Resource]]) -> None:
    caller = {"pods": {"app": "core"}, "serviceAccount": "core"}
    out = {
        "from": {"namespace": "core", **caller},
        "to": {"clusterNamespace": "shop-api", "pods": {"app": "api"}},
        "ports": [8443],
    }
    bank = {"name": "bank", "owner": "bank-team", "namespaces": [{"name": "core"}], "allow": [out]}
    into = {"from": {"clusterNamespace": "bank-core", **caller}, "to": TARGET, "ports": [8443]}
    resources = recorded(flows=[into], others=[bank])
    opened = [
        peer
        for each in of_kind(resources, "NetworkPolicy", "bank-core").values()
        for rule in each["spec"].get("egress", [])
        for peer in rule["to"]
        if peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] != "kube-system"
    ]
    assert opened == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": GATEWAY}},
            "podSelector": {"matchLabels": {"gateway.networking.k8s.io/gateway-name": "shop-api"}},
        }
    ]
    assert reachability.of(resources).surprises == ()


def test_a_port_that_is_no_apis_goes_past_the_gateway_as_before(recorded: Callable[..., list[Resource]]) -> None:
    flow = {"from": CALLER, "to": {"namespace": "api", "pods": {"app": "other"}}, "ports": [8443]}
    resources = recorded(flows=[flow], hosts=())
    policies = of_kind(resources, "AuthorizationPolicy", "shop-api")
    (rule,) = next(each["spec"]["rules"] for name, each in policies.items() if name.startswith("allow-from-web"))
    assert rule["from"] == [{"source": {"principals": ["cluster.local/ns/shop-web/sa/web"]}}]
