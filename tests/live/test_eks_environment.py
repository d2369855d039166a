"""The environments on AWS under the real engine with the pack: the cloud is a stand-in, the API server is real."""

import json
from pathlib import Path

import pytest

from local.tools import Toolbox
from tests.live import cloud_environments
from tests.live.cloud_environments import Environment, waiver
from tests.live.conftest import RunningControlPlane

pytestmark = pytest.mark.live

CLUSTER = "aws:eks/cluster:Cluster"
AUTO_MODE = (("eks.amazonaws.com", "v1", "NodeClass", "nodeclasses"), ("karpenter.sh", "v1", "NodePool", "nodepools"))


@pytest.fixture
def auto_mode(control_plane_without_webhooks: RunningControlPlane) -> None:
    """Let the API server know the kinds that EKS brings along in Auto Mode."""
    cloud_environments.bring_kinds(control_plane_without_webhooks, AUTO_MODE)


@pytest.mark.usefixtures("auto_mode")
@pytest.mark.parametrize("name", ["prod-aws", "dev-aws"])
def test_an_environment_is_made_upgraded_and_taken_down_with_every_policy_in_force(
    name: str,
    control_plane_without_webhooks: RunningControlPlane,
    tmp_path: Path,
    tools: Toolbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin = cloud_environments.sign_in(control_plane_without_webhooks, "aws", "v1", tmp_path / "bin", monkeypatch)
    answers = {"endpoint": admin.server, "certificateAuthority": {"data": admin.authority}}
    monkeypatch.setenv(cloud_environments.OUTPUTS, json.dumps({f"{CLUSTER}::{name}": answers}))
    cloud_environments.made_upgraded_and_taken_down(
        Environment(name, "aws", tmp_path / "project", tools),
        monkeypatch,
        waivers=[waiver("eks-deletion-protected", f"{CLUSTER}::{name}")],
        released={"nodeGroups": [{"name": "default", "deletion": "allowed"}]} if name == "prod-aws" else {},
    )
