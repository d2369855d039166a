"""Every way to make a cluster of a cloud, all in one stack, under the real engine with the pack: no id is known yet."""

from types import ModuleType

import pytest
import yaml

from local.tools import Toolbox
from tests import aks_clusters, eks_clusters, gke_clusters
from tests.live import clouds, projects
from tests.live.cloud_environments import waiver

pytestmark = pytest.mark.live

PROGRAM = """\
import pulumi

from components.admission import AdmissionArgs, AdmissionPolicies, Deployers
from components.{folder} import {args}

for settings in pulumi.Config("secure-clusters").require_object("clusters"):
    args = {args}.model_validate(settings)
    cluster = args.create()
    if args.reachable:
        deployers = Deployers(groups=("secure-clusters-deployers",))
        AdmissionPolicies(args.identifier, AdmissionArgs(deployers=deployers), opts=cluster.handle.inside())
"""


# Nothing enforces NetworkPolicies on Fargate.
_NUMBER = list(eks_clusters.MODES).index("fargate")
ACCEPTED = {
    "aws": [waiver("cluster-enforces-network-policy", f"secureclusters:aws:Cluster::mode-{_NUMBER}")],
    "azure": [],
    "gcp": [],
}


@pytest.mark.parametrize(
    ("folder", "package", "clusters"),
    [("aws", "aws", eks_clusters), ("azure", "azure-native", aks_clusters), ("gcp", "gcp", gke_clusters)],
)
def test_every_mode_meets_every_control_strictly_with_its_ids_unknown(
    folder: str, package: str, clusters: ModuleType, tmp_path, tools: Toolbox
) -> None:
    args = type(clusters.args()).__name__
    declared = [
        clusters.settings(identifier=f"mode-{number}", **changes)
        for number, changes in enumerate(clusters.MODES.values())
    ]
    root = tmp_path / "project"
    projects.copy(root, projects.LIBRARIES)
    (root / "stacks" / "waivers.yaml").write_text(yaml.safe_dump({"waivers": ACCEPTED[folder]}))
    clouds.write_program(root, PROGRAM.format(folder=folder, args=args), {"secure-clusters:clusters": declared})
    strict = root / "policies" / "strict.json"
    shown = clouds.engine(root, tools, package).preview("local", policy_config=strict)
    assert "(unknown)" not in shown
    assert "(error)" not in shown
    assert shown.count(f"secureclusters:{folder}:Cluster ") >= len(declared)
