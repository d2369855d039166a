"""The environments on Google Cloud under the real engine with the pack: a stand-in cloud, and a real API server."""

import base64
import json
from pathlib import Path

import pytest

from local.tools import Toolbox
from tests.live import cloud_environments
from tests.live.cloud_environments import Environment, waiver
from tests.live.conftest import RunningControlPlane

pytestmark = pytest.mark.live

CLUSTER = "gcp:container/cluster:Cluster"
POOL = "gcp:container/nodePool:NodePool"


@pytest.fixture
def brought(control_plane_without_webhooks: RunningControlPlane) -> None:
    """Let the API server have what Google's mesh brings along."""
    cloud_environments.bring_mesh(control_plane_without_webhooks, "istio-system")


@pytest.mark.usefixtures("brought")
@pytest.mark.parametrize("name", ["prod-gcp", "dev-gcp"])
def test_an_environment_is_made_upgraded_and_taken_down_with_every_policy_in_force(
    name: str,
    control_plane_without_webhooks: RunningControlPlane,
    tmp_path: Path,
    tools: Toolbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plugin = "gke-gcloud-auth-plugin"
    admin = cloud_environments.sign_in(control_plane_without_webhooks, plugin, "v1beta1", tmp_path / "bin", monkeypatch)
    address = admin.server.removeprefix("https://")
    answers = {
        "masterAuth": {"clusterCaCertificate": admin.authority},
        "privateClusterConfig": {"privateEndpoint": address},
        "controlPlaneEndpointsConfig": {"dnsEndpointConfig": {"endpoint": address}},
    }
    monkeypatch.setenv(cloud_environments.OUTPUTS, json.dumps({f"{CLUSTER}::{name}": answers}))
    # The name of an API server has a certificate that the whole world trusts: here it is the local authority's.
    trusted = tmp_path / "authorities.pem"
    trusted.write_bytes(base64.b64decode(admin.authority))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))

    environment = Environment(name, "gcp", tmp_path / "project", tools)
    pools = environment.declared["config"]["secure-clusters:cluster"].get("nodePools", [])
    released = {"nodePools": [{**each, "deletion": "allowed"} for each in pools]} if pools else {}
    cloud_environments.made_upgraded_and_taken_down(
        environment,
        monkeypatch,
        waivers=[
            waiver("gke-deletion-protected", f"{CLUSTER}::{name}"),
            *(waiver("gke-pool-kept", f"{POOL}::{name}-{each['name']}") for each in pools),
        ],
        released=released,
    )
