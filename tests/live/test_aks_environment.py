"""The environments on Azure under the real engine with the pack: the cloud is a stand-in, the API server is real."""

import base64
import json
from pathlib import Path

import pytest
import yaml

from local.tools import Toolbox
from tests.live import cloud_environments
from tests.live.cloud_environments import Environment, waiver
from tests.live.conftest import RunningControlPlane

pytestmark = pytest.mark.live

CLUSTER = "azure-native:containerservice:ManagedCluster"
CREDENTIALS = "azure-native:containerservice:listManagedClusterUserCredentials"


AUTOMATIC = (
    ("karpenter.azure.com", "v1beta1", "AKSNodeClass", "aksnodeclasses"),
    ("karpenter.sh", "v1", "NodePool", "nodepools"),
)


@pytest.fixture
def brought(control_plane_without_webhooks: RunningControlPlane) -> None:
    """Let the API server have what AKS brings along in the mode automatic, and with its mesh."""
    cloud_environments.bring_kinds(control_plane_without_webhooks, AUTOMATIC)
    cloud_environments.bring_mesh(control_plane_without_webhooks, "aks-istio-system")


@pytest.mark.usefixtures("brought")
# AKS alone chooses the minor of an Automatic cluster.
@pytest.mark.parametrize(("name", "minors"), [("prod-azure", ("1.35", "1.36")), ("dev-azure", ())])
def test_an_environment_is_made_upgraded_and_taken_down_with_every_policy_in_force(
    name: str,
    minors: tuple[str, ...],
    control_plane_without_webhooks: RunningControlPlane,
    tmp_path: Path,
    tools: Toolbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin = cloud_environments.sign_in(control_plane_without_webhooks, "kubelogin", "v1", tmp_path / "bin", monkeypatch)
    cluster = {"server": admin.server, "certificate-authority-data": admin.authority}
    kubeconfig = yaml.safe_dump({"clusters": [{"name": name, "cluster": cluster}]})
    answers = {CREDENTIALS: {"kubeconfigs": [{"value": base64.b64encode(kubeconfig.encode()).decode()}]}}
    monkeypatch.setenv(cloud_environments.OUTPUTS, json.dumps(answers))
    environment = Environment(name, "azure-native", tmp_path / "project", tools)
    pools = environment.declared["config"]["secure-clusters:cluster"].get("nodePools", [])
    cloud_environments.made_upgraded_and_taken_down(
        environment,
        monkeypatch,
        waivers=[waiver("aks-locked", f"{CLUSTER}::{name}")],
        released={"nodePools": [{**each, "deletion": "allowed"} for each in pools]} if pools else {},
        minors=minors,
    )
