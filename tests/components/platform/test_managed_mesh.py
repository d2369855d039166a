"""The mesh that a cloud runs: what its settings refuse, what it registers, and that no weakening escapes."""

from typing import Any

import pytest

from components import settings
from components.azure import AksMesh
from components.cloud_cluster import CloudClusterArgs
from components.dataplane import Dataplane
from components.environment import deploy
from components.errors import UserError
from components.mesh import Mesh
from policies import clock
from policies.evaluate import evaluate
from policies.model import Outcome, Resource
from preview import reachability
from tests import aks_clusters, eks_clusters, gke_clusters
from tests.recording import record

CALLER = {"namespace": "web", "pods": {"app": "web"}, "serviceAccount": "web"}
TARGET = {"namespace": "api", "pods": {"app": "api"}}
NGINX = {"clusterNamespace": "ingress-nginx", "pods": {"app": "nginx"}, "serviceAccount": "nginx"}
FLOWS = [
    {"from": CALLER, "to": TARGET, "ports": [8443]},
    {"from": NGINX, "to": {"namespace": "web", "pods": "all"}, "ports": [8443]},
    {"from": TARGET, "to": {"cidr": "10.9.0.0/24"}, "ports": [5432]},
]
CLUSTERS: dict[str, dict[str, Any]] = {
    "aks": {"kind": "aks", **aks_clusters.settings(mesh={"revisions": ["asm-1-30"]})},
    "gke": {"kind": "gke", **gke_clusters.settings(mesh={})},
    "eks": {"kind": "eks", **eks_clusters.settings()},
}
ADMISSION: dict[str, dict[str, Any]] = {
    "aks": {
        "exemptNamespaces": ["kube-system", "aks-istio-system"],
        "exemptUsers": ["aksService"],
        "parameters": {"allowedRegistries": ["mcr.microsoft.com/oss/v2/istio"]},
    },
    "gke": {
        "exemptUsers": [f"service-{gke_clusters.NUMBER}@gcp-sa-servicemesh.iam.gserviceaccount.com"],
        "parameters": {"allowedRegistries": ["gcr.io/gke-release/asm"]},
    },
    "eks": {},
}
"""What the API server has to let pass for the mesh of each cloud."""
PROXIES = {"aks": "mcr.microsoft.com/oss/v2/istio/proxyv2", "gke": "gcr.io/gke-release/asm/proxyv2"}
ROOTS = {"aks": "aks-istio-system", "gke": "istio-system"}
AUTHORIZATION, PEERS = (
    f"kubernetes:security.istio.io/v1:{each}" for each in ("AuthorizationPolicy", "PeerAuthentication")
)
MEMBER = "gcp:gkehub/featureMembership:FeatureMembership"


def load(
    kind: str,
    *,
    api: dict[str, Any] | None = None,
    admission: dict[str, Any] | None = None,
    platform: dict[str, Any] | None = None,
    **mesh: Any,
) -> settings.StackSettings:
    """A stack with a mesh that the cloud runs.

    `api` is more of a tenant's namespace, `admission` other than what the mesh needs there, `platform` other services,
    `mesh` more of the platform's mesh.
    """
    namespaces = [{"name": "web"}, {"name": "api", **(api or {})}]
    tenant = {"name": "shop", "owner": "shop-team", "namespaces": namespaces, "allow": FLOWS}
    asked = {"operation": "managed", "members": ["ingress-nginx"], **mesh}
    given = {
        "owner": "platform-team",
        "admission": {"deployers": {"groups": ["deployers"]}, **ADMISSION[kind], **(admission or {})},
        "platform": {"apiServer": {"networks": [{"cidr": "10.0.0.0/28"}]}, "mesh": asked, **(platform or {})},
        "cluster": CLUSTERS[kind],
        "tenants": [tenant],
    }
    return settings.load(given, "test")


def recorded(kind: str, **changes: Any) -> dict[str, Resource]:
    def program() -> None:
        deploy(load(kind, **changes))

    return record(program)


def made(args: CloudClusterArgs) -> dict[str, Resource]:
    """What a cluster alone registers."""

    def program() -> None:
        args.create()

    return record(program)


def not_passed(resources: list[Resource]) -> set[tuple[str, str]]:
    verdicts = evaluate(resources, (), clock.today()).verdicts
    return {
        (each.control.id, each.resource.name)
        for each in verdicts
        if each.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    }


@pytest.mark.parametrize("kind", ROOTS)
def test_a_managed_mesh_registers_without_a_chart_and_without_one_violation(kind: str) -> None:
    resources = recorded(kind)
    assert not [key for key in resources if "secureclusters:platform:Chart" in key]
    assert not_passed(list(resources.values())) == set()


@pytest.mark.parametrize("kind", ROOTS)
def test_the_root_namespace_of_the_cloud_is_strict_and_denies_and_its_making_is_left_to_the_cloud(kind: str) -> None:
    resources = recorded(kind)
    root = ROOTS[kind]
    strict = resources[f"{PEERS}::{root}-default"].props.plain
    assert (strict["metadata"]["namespace"], strict["spec"]) == (root, {"mtls": {"mode": "STRICT"}})
    denial = resources[f"{AUTHORIZATION}::{root}-deny-all"].props.plain
    assert (denial["metadata"]["namespace"], denial["spec"]) == (root, {"action": "ALLOW", "rules": []})
    assert f"kubernetes:core/v1:Namespace::{root}" not in resources


def test_aks_runs_the_revisions_and_no_gateway_of_its_own() -> None:
    profile = recorded("aks")["azure-native:containerservice:ManagedCluster::prod-azure"].props.plain[
        "serviceMeshProfile"
    ]
    assert profile == {"mode": "Istio", "istio": {"revisions": ["asm-1-30"]}}
    without = made(aks_clusters.args())["azure-native:containerservice:ManagedCluster::prod-azure"]
    assert "serviceMeshProfile" not in without.props.plain


def test_gke_joins_the_fleet_whose_feature_manages_its_mesh_before_any_policy_of_it() -> None:
    resources = recorded("gke")
    cluster = resources["gcp:container/cluster:Cluster::prod-gcp"]
    assert cluster.props.plain["fleet"] == {"project": gke_clusters.PROJECT}
    assert cluster.props.plain["resourceLabels"]["mesh_id"] == f"proj-{gke_clusters.NUMBER}"
    member = resources[f"{MEMBER}::prod-gcp-mesh"]
    assert member.props.plain["mesh"] == {"management": "MANAGEMENT_AUTOMATIC"}
    assert member.references["membership"] == (cluster.urn,)
    order = list(resources)
    for before, after in (
        ("gcp:projects/service:Service::prod-gcp-mesh", cluster.key),
        ("gcp:gkehub/feature:Feature::prod-gcp-mesh", member.key),
        (member.key, f"{PEERS}::istio-system-default"),
    ):
        assert order.index(before) < order.index(after)


def test_a_feature_that_the_organization_switches_on_is_left_to_it() -> None:
    resources = made(gke_clusters.args(mesh={"feature": "organization"}))
    assert f"{MEMBER}::prod-gcp-mesh" in resources
    assert "gcp:gkehub/feature:Feature::prod-gcp-mesh" not in resources


def test_a_gke_cluster_without_a_mesh_is_in_no_fleet() -> None:
    resources = made(gke_clusters.args())
    cluster = resources["gcp:container/cluster:Cluster::prod-gcp"].props.plain
    assert "fleet" not in cluster
    assert "mesh_id" not in cluster["resourceLabels"]
    assert not [key for key in resources if "gkehub" in key or key.endswith("-mesh")]


@pytest.mark.parametrize(
    ("kind", "labels", "domain"),
    [
        ("aks", {"istio.io/rev": "asm-1-30"}, "cluster.local"),
        ("gke", {"istio-injection": "enabled"}, f"{gke_clusters.PROJECT}.svc.id.goog"),
    ],
)
def test_tenants_get_proxies_and_their_callers_are_named_by_the_clouds_identities(
    kind: str, labels: dict[str, str], domain: str
) -> None:
    resources = recorded(kind)
    found = resources["kubernetes:core/v1:Namespace::shop-api"].props.plain["metadata"]["labels"]
    assert labels.items() <= found.items()
    assert "istio.io/dataplane-mode" not in found
    specs = [each.props.plain["spec"] for each in resources.values() if each.type == AUTHORIZATION]
    callers = {str(spec["rules"][0]["from"][0]["source"]["principals"][0]) for spec in specs if spec["rules"]}
    assert callers == {f"{domain}/ns/shop-web/sa/web", f"{domain}/ns/ingress-nginx/sa/nginx"}


@pytest.mark.parametrize(
    ("kind", "peer", "port"),
    [
        (
            "aks",
            {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "aks-istio-system"}},
                "podSelector": {"matchLabels": {"app": "istiod"}},
            },
            15012,
        ),
        ("gke", {"ipBlock": {"cidr": "199.36.153.8/30"}}, 443),
    ],
)
def test_proxies_reach_their_control_plane_and_networks_see_the_ports_inside(
    kind: str, peer: dict[str, Any], port: int
) -> None:
    resources = recorded(kind)
    policies = {key: each.props.plain["spec"] for key, each in resources.items() if ":NetworkPolicy::" in key}
    for namespace in ("shop-web", "shop-api"):
        (rule,) = policies[f"kubernetes:networking.k8s.io/v1:NetworkPolicy::{namespace}-allow-mesh"]["egress"]
        assert rule == {"to": [peer], "ports": [{"port": port, "protocol": "TCP"}]}
    assert not [key for key in policies if key.startswith("kubernetes:") and "15008" in str(policies[key])]
    assert not [key for key in policies if "allow-probes" in key]
    assert reachability.of(list(resources.values())).surprises == ()


@pytest.mark.parametrize("kind", ROOTS)
def test_without_their_way_to_the_control_plane_the_preview_is_surprised(kind: str) -> None:
    left = [each for each in recorded(kind).values() if not each.name.endswith("-web-allow-mesh")]
    assert reachability.of(left).surprises


@pytest.mark.parametrize("kind", ROOTS)
def test_the_verifier_of_images_lets_the_clouds_proxies_into_pods_and_no_other_image_unsigned(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
    trust = {
        "registries": [{"cidr": "203.0.113.0/24"}],
        "tenants": {"shop": {"images": ["registry.example/shop/**"], "signers": [{"kms": "awskms:///alias/shop"}]}},
    }
    resources = recorded(kind, platform={"imageTrust": trust})
    policies = {each.name: each for each in resources.values() if each.type.endswith(":ClusterImagePolicy")}
    proxies = policies.pop("image-policy-mesh-proxies").props.plain["spec"]
    assert proxies["images"] == [{"glob": f"{PROXIES[kind]}@**"}]
    assert [each["static"] for each in proxies["authorities"]] == [{"action": "pass"}]
    assert policies
    others = [authority for each in policies.values() for authority in each.props.plain["spec"]["authorities"]]
    assert not [each for each in others if "static" in each]
    judged = {name for control, name in not_passed(list(resources.values())) if control.startswith("image-policy")}
    assert judged == set()


def test_an_upgrade_runs_two_revisions_and_tenants_are_in_the_first_that_is_named() -> None:
    later = aks_clusters.args().model_copy(update={"mesh": AksMesh(revisions=("asm-1-31", "asm-1-30"))})
    cluster = made(later)["azure-native:containerservice:ManagedCluster::prod-azure"]
    assert cluster.props.plain["serviceMeshProfile"]["istio"]["revisions"] == ["asm-1-30", "asm-1-31"]
    assert later.managed_mesh is not None
    assert later.managed_mesh.labels == {"istio.io/rev": "asm-1-31"}


def test_a_tenants_stack_says_what_its_clusters_mesh_is() -> None:
    tenant = {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}]}
    given = {"owner": "shop-team", "scope": "tenants", "clusterStack": "o/p/s", "tenants": [tenant]}
    mesh = {"dataplane": "aks-istio", "revision": "asm-1-30"}
    known = settings.load({**given, "mesh": mesh}, "test").known_mesh
    assert known is not None
    assert (known.labels, known.members) == ({"istio.io/rev": "asm-1-30"}, ("shop-web",))
    for wrong, message in (
        ({"dataplane": "aks-istio"}, "revision is for the dataplane aks-istio, and it needs one"),
        ({"revision": "asm-1-30"}, "revision is for the dataplane aks-istio"),
        ({"dataplane": "gke-service-mesh"}, "google is for the dataplane gke-service-mesh, and it needs one"),
    ):
        with pytest.raises(UserError, match=message):
            settings.load({**given, "mesh": wrong}, "test")


@pytest.mark.parametrize("dataplane", Dataplane)
def test_every_dataplane_says_how_it_takes_pods_in_and_what_the_network_sees_of_it(dataplane: Dataplane) -> None:
    needed = {
        Dataplane.AKS_ISTIO: {"revision": "asm-1-30"},
        Dataplane.GKE_SERVICE_MESH: {"google": ["199.36.153.8/30"]},
    }
    mesh = Mesh.model_validate({"dataplane": dataplane, **needed.get(dataplane, {})})
    assert mesh.labels
    assert (mesh.tunnel_port is None) is (mesh.cloud is not None)
