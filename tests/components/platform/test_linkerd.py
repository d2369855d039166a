"""Linkerd: what its settings refuse, what it registers on every kind of cluster, and that no weakening escapes."""

from collections.abc import Callable
from typing import Any

import pytest

from components import settings
from components.environment import deploy
from components.errors import UserError
from components.platform import istio, linkerd
from policies.model import Resource
from preview import reachability
from tests.components.platform.test_mesh import CALLER, CLUSTERS, FLOWS, NGINX, TARGET, refused
from tests.platform_stacks import AUTHORITIES
from tests.recording import record
from tests.weakenings import each_weakened

NEEDED = {
    # The network plugin is put into folders of the node, as root: the level is the namespace's named choice.
    ("namespace-pod-security", "platform-mesh-nodes"),
    # No digest of their images is known; see versions.yaml.
    ("platform-chart-pinned", "linkerd-control-plane"),
    ("platform-chart-pinned", "linkerd2-cni"),
}
"""What mandatory controls refuse of a mesh whose charts nobody has rendered."""
API = {"name": "orders", "pods": {"app": "api"}, "port": 8443, "requests": {"rate": 10, "per": "second", "burst": 10}}


def given(
    kind: str = "existing", *, tls: Any = None, flows: Any = FLOWS, api: Any = None, **mesh: Any
) -> dict[str, Any]:
    namespaces = [{"name": "web"}, {"name": "api", **(api or {})}]
    tenant = {"name": "shop", "owner": "shop-team", "namespaces": namespaces, "allow": flows}
    platform = {
        "apiServer": {"networks": [{"cidr": "10.0.0.0/28"}]},
        "tls": tls or {},
        "mesh": {"implementation": "linkerd", "members": ["ingress-nginx"], **mesh},
    }
    stack = {"owner": "platform-team", "admission": {"deployers": {"groups": ["deployers"]}}, "platform": platform}
    return {**stack, **CLUSTERS[kind], "tenants": [tenant]}


def load(kind: str = "existing", **changes: Any) -> settings.StackSettings:
    return settings.load(given(kind, **changes), "test")


@pytest.fixture
def recorded(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Resource]]:
    """What a stack registers on a machine that has no chart."""
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path))
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
    return lambda kind="existing", **changes: list(record(lambda: deploy(load(kind, **changes)) and None).values())


def without_mesh(kind: str) -> list[Resource]:
    stack = given(kind)
    del stack["platform"]["mesh"]
    return list(record(lambda: deploy(settings.load(stack, "test")) and None).values())


def objects(resources: list[Resource], kind: str, group: str = "policy.linkerd.io") -> dict[tuple[str, str], Any]:
    """The objects of a kind, by their namespace and name."""
    found = [each.props.plain for each in resources if f":{group}" in each.type and each.type.endswith(f":{kind}")]
    return {(each["metadata"].get("namespace", ""), each["metadata"]["name"]): each for each in found}


@pytest.mark.parametrize("kind", CLUSTERS)
def test_linkerd_registers_on_every_kind_of_cluster_with_nothing_refused_but_what_it_needs(
    recorded: Callable[..., list[Resource]], kind: str
) -> None:
    with_mesh = refused(recorded(kind))
    assert with_mesh >= NEEDED
    assert with_mesh - NEEDED == refused(without_mesh(kind))


@pytest.mark.parametrize("authority", ["in-cluster", "imported"])
def test_the_preview_shows_the_flows_and_no_surprise(recorded: Callable[..., list[Resource]], authority: str) -> None:
    tls = {"authority": AUTHORITIES[authority]} if authority in AUTHORITIES else {}
    assert reachability.of(recorded(tls=tls)).surprises == ()


def test_namespaces_deny_and_each_flow_is_allowed_by_its_callers_identity(
    recorded: Callable[..., list[Resource]],
) -> None:
    resources = recorded()
    namespaces = objects(resources, "Namespace", "core/v1")
    for name in ("shop-web", "shop-api"):
        metadata = namespaces["", name]["metadata"]
        assert metadata["annotations"]["config.linkerd.io/default-inbound-policy"] == "deny"
        assert metadata["annotations"]["linkerd.io/inject"] == metadata["labels"]["linkerd.io/inject"] == "enabled"
    assert "linkerd.io/inject" not in str(namespaces["", "platform-mesh"])
    servers = objects(resources, "Server")
    assert sorted((place[0], each["spec"]["port"]) for place, each in servers.items()) == [
        ("shop-api", 8443),
        ("shop-api", 9000),
        ("shop-api", 9001),
        ("shop-web", 8443),
    ], "nothing for what leaves the mesh, nothing for UDP"
    callers = {
        place: each["spec"]["identityRefs"] for place, each in objects(resources, "MeshTLSAuthentication").items()
    }
    for place, policy in objects(resources, "AuthorizationPolicy").items():
        (required,) = policy["spec"]["requiredAuthenticationRefs"]
        assert (place[0], policy["spec"]["targetRef"]["name"]) in servers
        account = {"shop-api": ("web", "shop-web"), "shop-web": ("nginx", "ingress-nginx")}[place[0]]
        assert callers[place[0], required["name"]] == [
            {"kind": "ServiceAccount", "name": account[0], "namespace": account[1]}
        ]
    assert len(callers) == 2


def test_proxies_reach_their_control_plane_and_it_lets_nobody_in_but_the_mesh(
    recorded: Callable[..., list[Resource]],
) -> None:
    policies = objects(recorded(), "NetworkPolicy", "networking.k8s.io/v1")
    (rules,) = [each["spec"]["egress"] for place, each in policies.items() if place == ("shop-web", "allow-mesh")]
    ports = {
        (rule["to"][0]["podSelector"]["matchLabels"][linkerd.COMPONENT_LABEL], rule["ports"][0]["port"])
        for rule in rules
    }
    assert ports == {("identity", 8080), ("destination", 8086), ("destination", 8090)}
    let_in = [
        peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for (namespace, _), each in policies.items()
        if namespace == "platform-mesh"
        for rule in each["spec"].get("ingress") or ()
        for peer in rule["from"]
        if "namespaceSelector" in peer
    ]
    assert set(let_in) == {"platform-mesh", "shop-web", "shop-api", "ingress-nginx"}
    assert len(let_in) == 12


def test_identities_are_signed_by_cert_manager_for_this_mesh_alone(recorded: Callable[..., list[Resource]]) -> None:
    resources = recorded(trust_domain="example.org")
    issuer = objects(resources, "Certificate", "cert-manager.io")["platform-mesh", linkerd.IDENTITY_ISSUER]["spec"]
    assert issuer["isCA"]
    assert issuer["nameConstraints"]["permitted"]["dnsDomains"] == ["serviceaccount.identity.platform-mesh.example.org"]
    assert issuer["privateKey"] == {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"}
    bundle = objects(resources, "Bundle", "trust.cert-manager.io")["", linkerd.TRUST_ROOTS]["spec"]
    assert bundle["target"] == {
        "configMap": {"key": "ca-bundle.crt"},
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "platform-mesh"}},
    }
    assert "Secret" not in {each.type.rpartition(":")[2] for each in resources}


def test_no_key_is_among_the_values_of_a_chart() -> None:
    release = linkerd.control_plane(
        "platform-mesh", trust_domain="cluster.local", cluster_domain="cluster.local", memory="2Gi", kubernetes="1.37"
    )
    text = str(release.values)
    assert "PEM" not in text
    assert "BEGIN" not in text
    assert release.values["identity"] == {"externalCA": True, "issuer": {"scheme": "kubernetes.io/tls"}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"tls": {"authority": AUTHORITIES["vault"]}},
            "linkerd's identities need platform.tls with an authority in the",
        ),
        ({"gateways": {"networks": [{"cidr": "203.0.113.0/24"}]}}, "gateways are Istio's"),
        ({"api": {"apis": [API]}}, "apis or hosts, which need gateways; those are Istio's"),
        ({"nodes": istio.Nodes.OPENSHIFT.value}, "not offered on nodes of openshift"),
        ({"operation": "managed"}, "managed"),
        ({"flows": [{"from": {"cidr": "10.9.0.0/24"}, "to": TARGET, "ports": [80]}]}, "which have no identity"),
        (
            {"flows": [{"from": {**NGINX, "clusterNamespace": "other"}, "to": TARGET, "ports": [80]}]},
            "not known to be in",
        ),
        (
            {"flows": [{"from": {**CALLER, "serviceAccount": None}, "to": TARGET, "ports": [80]}]},
            "needs the serviceAccount",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        load(**changes)


def test_linkerd_without_certificates_is_refused() -> None:
    stack = given()
    del stack["platform"]["tls"]
    with pytest.raises(UserError, match=r"linkerd's identities need platform\.tls"):
        settings.load(stack, "test")


def test_a_tenants_stack_says_itself_that_its_cluster_has_linkerd() -> None:
    tenant = {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}], "allow": [FLOWS[1]]}
    stack: dict[str, Any] = {"owner": "shop-team", "scope": "tenants", "clusterStack": "o/p/s", "tenants": [tenant]}
    loaded = settings.load({**stack, "mesh": {"dataplane": "linkerd", "members": ["ingress-nginx"]}}, "test")
    assert loaded.known_mesh is not None
    assert loaded.known_mesh.annotations["config.linkerd.io/default-inbound-policy"] == "deny"


def annotations(changed: dict[str, Any], **values: str | None) -> None:
    found = changed["metadata"]["annotations"]
    for name, value in values.items():
        key = f"config.linkerd.io/{name.replace('_', '-')}"
        found.pop(key, None)
        found.update({key: value} if value else {})


WEAKENINGS: dict[str, tuple[str, str, Callable[[dict[str, Any]], Any]]] = {
    "no default": (
        "core/v1:Namespace",
        "mesh-namespace-default-deny",
        lambda o: annotations(o, default_inbound_policy=None),
    ),
    "everybody by default": (
        "core/v1:Namespace",
        "mesh-namespace-default-deny",
        lambda o: annotations(o, default_inbound_policy="all-authenticated"),
    ),
    "no proxy": (
        "core/v1:Namespace",
        "mesh-namespace-default-deny",
        lambda o: o["metadata"]["annotations"].pop("linkerd.io/inject"),
    ),
    "nothing required": (
        ":AuthorizationPolicy",
        "mesh-authorization-requires-identity",
        lambda o: o["spec"].update(requiredAuthenticationRefs=[]),
    ),
    "a network required": (
        ":AuthorizationPolicy",
        "mesh-authorization-requires-identity",
        lambda o: o["spec"].update(requiredAuthenticationRefs=[{"kind": "NetworkAuthentication", "name": "all"}]),
    ),
    "any identity": (
        ":MeshTLSAuthentication",
        "mesh-authentication-names-callers",
        lambda o: o["spec"].update(identities=["*"]),
    ),
    "no identity": (":MeshTLSAuthentication", "mesh-authentication-names-callers", lambda o: o["spec"].clear()),
    "a server for all": (
        ":Server",
        "mesh-server-denies",
        lambda o: o["spec"].update(accessPolicy="all-unauthenticated"),
    ),
    "a server that tells": (":Server", "mesh-server-denies", lambda o: o["spec"].update(accessPolicy="audit")),
}


@pytest.mark.parametrize("weakening", WEAKENINGS)
def test_no_weakening_escapes(recorded: Callable[..., list[Resource]], weakening: str) -> None:
    kind, control, weaken = WEAKENINGS[weakening]

    def is_weakened(each: Resource) -> bool:
        if not each.type.endswith(kind):
            return False
        return kind != "core/v1:Namespace" or "linkerd.io/inject" in each.props.plain["metadata"]["labels"]

    found = list(each_weakened(recorded(), is_weakened, weaken))
    assert found
    for weakened in found:
        assert control in {each for each, _ in refused(weakened)}


@pytest.mark.parametrize(
    "weaken",
    [
        lambda spec: spec.pop("nameConstraints"),
        lambda spec: spec["nameConstraints"].update(critical=False),
        lambda spec: spec["nameConstraints"]["permitted"].update(dnsDomains=["cluster.local"]),
    ],
)
def test_an_issuer_of_identities_that_may_sign_other_names_is_refused(
    recorded: Callable[..., list[Resource]], weaken: Callable[[dict[str, Any]], Any]
) -> None:
    (weakened,) = each_weakened(
        recorded(),
        lambda each: each.name == f"platform-mesh-{linkerd.IDENTITY_ISSUER}",
        lambda each: weaken(each["spec"]),
    )
    assert ("certificate-authority-constrained", f"platform-mesh-{linkerd.IDENTITY_ISSUER}") in refused(weakened)
