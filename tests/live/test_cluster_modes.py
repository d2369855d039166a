"""The modes of a cloud's clusters, all in one stack, under the real engine with the pack: no id is known yet.

Every other way to make one is held in process, with its ids unknown as well (`tests/mutation`): here each cluster
costs two plugins of the engine.
"""

from types import ModuleType

import pytest
import yaml

from local.tools import Toolbox
from tests import aks_clusters, eks_clusters, gke_clusters
from tests.live import clouds, projects
from tests.live.cloud_environments import waiver

pytestmark = pytest.mark.live

PROGRAM = """\
import dataclasses

import pulumi

from components.admission import AdmissionArgs, AdmissionPolicies, Deployers
from components.{folder} import {args}
from components.platform import Platform, PlatformArgs
from components.tenancy import Tenant, TenantArgs

TENANT = {{"name": "shop", "owner": "shop-team", "namespaces": [{{"name": "web"}}]}}
PLATFORM = {{"apiServer": {{"networks": [{{"cidr": "10.0.0.0/28"}}]}}, "mesh": {{"operation": "managed"}}}}

for settings in pulumi.Config("secure-clusters").require_object("clusters"):
    args = {args}.model_validate(settings)
    cluster = args.create()
    if args.reachable:
        deployers = Deployers(groups=("secure-clusters-deployers",))
        AdmissionPolicies(args.identifier, AdmissionArgs(deployers=deployers), opts=cluster.handle.inside())
    if args.managed_mesh:
        Platform(PlatformArgs.model_validate(PLATFORM), cluster.handle, owner="platform-team")
        Tenant(TenantArgs.model_validate(TENANT), dataclasses.replace(cluster.handle, mesh=args.managed_mesh))
"""


MODES = {
    "aws": ("managed nodes", "auto", "fargate"),
    "azure": ("standard with Istio of AKS", "standard with Kata, spot nodes, labels and taints", "automatic"),
    "gcp": ("standard with Cloud Service Mesh", "standard with gVisor, spot nodes and blue-green pools", "autopilot"),
}
ACCEPTED = {
    # Nothing enforces NetworkPolicies on Fargate.
    "aws": [waiver("cluster-enforces-network-policy", "secureclusters:aws:Cluster::mode-2")],
    "azure": [],
    "gcp": [],
}


@pytest.mark.parametrize(
    ("folder", "package", "clusters"),
    [("aws", "aws", eks_clusters), ("azure", "azure-native", aks_clusters), ("gcp", "gcp", gke_clusters)],
)
def test_the_modes_meet_every_control_strictly_with_their_ids_unknown(
    folder: str, package: str, clusters: ModuleType, tmp_path, tools: Toolbox
) -> None:
    args = type(clusters.args()).__name__
    declared = [
        clusters.settings(identifier=f"mode-{number}", **clusters.MODES[mode])
        for number, mode in enumerate(MODES[folder])
    ]
    root = tmp_path / "project"
    projects.copy(root, projects.LIBRARIES)
    (root / "stacks" / "waivers.yaml").write_text(yaml.safe_dump({"waivers": ACCEPTED[folder]}))
    clouds.write_program(root, PROGRAM.format(folder=folder, args=args), {"secure-clusters:clusters": declared})
    strict = root / "policies" / "strict.json"
    shown = clouds.engine(root, tools, package).preview("local", policy_config=strict)
    assert "[advisory]" not in shown, "a value that is not known yet would be told as an advisory"
    assert shown.count(f"secureclusters:{folder}:Cluster ") >= len(declared)
