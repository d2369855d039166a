"""The environments on AWS under the real engine with the pack: the cloud is a stand-in, the API server is real."""

import base64
import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client, config

from components import clock
from local.engine import Engine, EngineRefusedError
from local.tools import Toolbox
from local.workspace import REPOSITORY
from tests.live import clouds, projects
from tests.live.conftest import RunningControlPlane

pytestmark = pytest.mark.live

KEY = "secure-clusters:cluster"
AUTO_MODE = (("eks.amazonaws.com", "v1", "NodeClass", "nodeclasses"), ("karpenter.sh", "v1", "NodePool", "nodepools"))
SIGN_IN = """#!/bin/sh
cat <<'END'
{answer}
END
"""


class Environment:
    """A copy of this repository's program with one environment of AWS, whose cluster answers as a real API server."""

    def __init__(self, name: str, root: Path, tools: Toolbox) -> None:
        self.stack = f"local-{name}"
        self._name, self._root, self._tools = name, root, tools
        (root / "stacks").mkdir(parents=True)
        for part in projects.PROGRAM:
            source = REPOSITORY / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, root / part)
        self.declare()

    def declare(self, waivers: tuple[dict[str, Any], ...] = (), **changes: Any) -> None:
        """Write the stack file as it is in this repository, with changes of the cluster, and the waivers."""
        content = yaml.safe_load((REPOSITORY / "stacks" / f"Pulumi.{self._name}.yaml").read_text())
        content["config"][KEY] |= changes
        plain = json.loads(json.dumps(content, default=str))
        (self._root / "stacks" / f"Pulumi.{self.stack}.yaml").write_text(yaml.safe_dump(plain))
        (self._root / "stacks" / "waivers.yaml").write_text(yaml.safe_dump({"waivers": list(waivers)}))

    @property
    def engine(self) -> Engine:
        return clouds.engine(self._root, self._tools, "aws")


def _admin(control_plane: RunningControlPlane) -> dict[str, Any]:
    """The kubeconfig's one cluster and user, with their certificates as base64 text."""
    content = yaml.safe_load(control_plane.kubeconfig.read_text())
    return {**content["clusters"][0]["cluster"], **content["users"][0]["user"]}


@pytest.fixture
def sign_in(
    control_plane_of_its_own: RunningControlPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Put an `aws` on PATH that signs in as the local admin, and let clusters answer as the local API server."""
    admin = _admin(control_plane_of_its_own)
    status = {
        name: base64.b64decode(admin[key]).decode()
        for name, key in (("clientCertificateData", "client-certificate-data"), ("clientKeyData", "client-key-data"))
    }
    answer = {"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": status}
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "aws").write_text(SIGN_IN.format(answer=json.dumps(answer)))
    (folder / "aws").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return {
        "endpoint": admin["server"],
        "certificateAuthority": {"data": admin["certificate-authority-data"]},
    }


@pytest.fixture
def auto_mode(control_plane_of_its_own: RunningControlPlane) -> None:
    """Let the API server know the kinds that EKS brings along in Auto Mode."""
    api = client.ApiextensionsV1Api(config.new_client_from_config(str(control_plane_of_its_own.kubeconfig)))
    for group, version, kind, plural in AUTO_MODE:
        schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
        api.create_custom_resource_definition(
            {
                "apiVersion": "apiextensions.k8s.io/v1",
                "kind": "CustomResourceDefinition",
                "metadata": {"name": f"{plural}.{group}"},
                "spec": {
                    "group": group,
                    "scope": "Cluster",
                    "names": {"kind": kind, "plural": plural},
                    "versions": [{"name": version, "served": True, "storage": True, "schema": schema}],
                },
            }
        )


def waiver(control: str, resource: str) -> dict[str, Any]:
    return {
        "control": control,
        "stack": "local-*",
        "resource": resource,
        "reason": "The environment is taken down by this test.",
        "owner": "test-team",
        "expires": (clock.today() + datetime.timedelta(days=7)).isoformat(),
    }


@pytest.mark.usefixtures("auto_mode")
@pytest.mark.parametrize("name", ["prod-aws", "dev-aws"])
def test_an_environment_is_made_upgraded_and_taken_down_with_every_policy_in_force(
    name: str,
    sign_in: dict[str, Any],
    tmp_path: Path,
    tools: Toolbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = Environment(name, tmp_path / "project", tools)
    monkeypatch.setenv("SECURE_CLUSTERS_STANDIN_OUTPUTS", json.dumps({f"aws:eks/cluster:Cluster::{name}": sign_in}))
    strict = REPOSITORY / "policies" / "strict.json"

    environment.declare(upgrades={"version": "1.35"})
    shown = environment.engine.preview(environment.stack, policy_config=strict)
    assert "[advisory]" not in shown, "a value that is not known yet would be told as an advisory"
    made = environment.engine.up(environment.stack)
    assert "created" in made
    again = environment.engine.up(environment.stack)
    assert "unchanged" in again
    assert not [word for word in ("updated", "created", "replaced") if f" {word}" in again.split("Resources:")[1]]

    environment.declare(upgrades={"version": "1.36"})
    upgraded = environment.engine.up(environment.stack)
    assert "updated" in upgraded
    assert "replaced" not in upgraded.split("Resources:")[1]

    with pytest.raises(EngineRefusedError):
        environment.engine.destroy(environment.stack)
    released: dict[str, Any] = {"deletion": "allowed", "upgrades": {"version": "1.36"}}
    if name == "prod-aws":
        released["nodeGroups"] = [{"name": "default", "deletion": "allowed"}]
    environment.declare((waiver("eks-deletion-protected", f"aws:eks/cluster:Cluster::{name}"),), **released)
    environment.engine.up(environment.stack)
    monkeypatch.undo()  # the API server can't be signed in to any more: nothing in the cluster may hang the destroy
    environment.engine.destroy(environment.stack)
    assert environment.engine.resources(environment.stack) == []
