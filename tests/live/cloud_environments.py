"""The environments in a cloud under the real engine with the pack: the cloud is a stand-in, the API server is real."""

import base64
import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client, config

from components import clock
from local.engine import Engine, EngineRefusedError
from local.tools import Toolbox
from local.workspace import REPOSITORY
from tests.live import clouds, platform_services, projects
from tests.live.conftest import RunningControlPlane

OUTPUTS = "SECURE_CLUSTERS_STANDIN_OUTPUTS"
STRICT = REPOSITORY / "policies" / "strict.json"
_KEY = "secure-clusters:cluster"
_MESH = (
    ("security.istio.io", "v1", "AuthorizationPolicy", "authorizationpolicies"),
    ("security.istio.io", "v1", "PeerAuthentication", "peerauthentications"),
)
_SIGN_IN = """#!/bin/sh
cat <<'END'
{answer}
END
"""


@dataclass(frozen=True)
class Admin:
    """Where the local API server answers, and who signs in to it as its admin."""

    server: str
    """Its address, such as `https://127.0.0.1:6443`."""
    authority: str
    """Its certificate authority as base64 text."""


def sign_in(
    control_plane: RunningControlPlane, plugin: str, version: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Admin:
    """Put the plugin of a cloud on PATH, such as `aws`, that signs in as the admin of the local API server.

    `version` is that of its answers, such as `v1`: the one that kubeconfigs of the cloud ask for.
    """
    content = yaml.safe_load(control_plane.kubeconfig.read_text())
    cluster, user = content["clusters"][0]["cluster"], content["users"][0]["user"]
    status = {
        name: base64.b64decode(user[key]).decode()
        for name, key in (("clientCertificateData", "client-certificate-data"), ("clientKeyData", "client-key-data"))
    }
    answer = {"kind": "ExecCredential", "apiVersion": f"client.authentication.k8s.io/{version}", "status": status}
    folder.mkdir()
    (folder / plugin).write_text(_SIGN_IN.format(answer=json.dumps(answer)))
    (folder / plugin).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return Admin(server=cluster["server"], authority=cluster["certificate-authority-data"])


class Environment:
    """A copy of this repository's program with one environment of a cloud, whose cluster answers as a real one."""

    def __init__(self, name: str, package: str, root: Path, tools: Toolbox) -> None:
        self.stack = f"local-{name}"
        self._name, self._package, self._root, self._tools = name, package, root, tools
        projects.copy(root)
        self._services = platform_services.KEY in self.declared["config"] and platform_services.can_be_had(
            self.declared, tools
        )
        self.declare()

    @property
    def declared(self) -> dict[str, Any]:
        """The stack file as it is in this repository."""
        return yaml.safe_load((REPOSITORY / "stacks" / f"Pulumi.{self._name}.yaml").read_text())

    def declare(self, waivers: Sequence[dict[str, Any]] = (), **changes: Any) -> None:
        """Write the stack file as it is in this repository, with changes of the cluster, and more waivers than there.

        Where a chart of its platform services can be had from nowhere, it has those alone that need none.
        """
        strip = platform_services.makeable if self._services else platform_services.without
        content = strip(self.declared)
        content["config"][_KEY] |= changes
        accepted = platform_services.waivers(self._name, self.stack) if self._services else []
        plain = json.loads(json.dumps(content, default=str))
        (self._root / "stacks" / f"Pulumi.{self.stack}.yaml").write_text(yaml.safe_dump(plain))
        (self._root / "stacks" / "waivers.yaml").write_text(yaml.safe_dump({"waivers": [*accepted, *waivers]}))

    @property
    def engine(self) -> Engine:
        return clouds.engine(self._root, self._tools, self._package)


def bring_kinds(
    running: RunningControlPlane, kinds: Sequence[tuple[str, str, str, str]], scope: str = "Cluster"
) -> None:
    """Let the API server know kinds that a cloud brings along: group, version, kind, plural."""
    api = client.ApiextensionsV1Api(config.new_client_from_config(str(running.kubeconfig)))
    for group, version, kind, plural in kinds:
        schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
        api.create_custom_resource_definition(
            {
                "apiVersion": "apiextensions.k8s.io/v1",
                "kind": "CustomResourceDefinition",
                "metadata": {"name": f"{plural}.{group}"},
                "spec": {
                    "group": group,
                    "scope": scope,
                    "names": {"kind": kind, "plural": plural},
                    "versions": [{"name": version, "served": True, "storage": True, "schema": schema}],
                },
            }
        )


def bring_mesh(running: RunningControlPlane, namespace: str) -> None:
    """Let the API server have what the control plane of a cloud's mesh brings along: its kinds and its namespace."""
    bring_kinds(running, _MESH, scope="Namespaced")
    api = client.CoreV1Api(config.new_client_from_config(str(running.kubeconfig)))
    api.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=namespace)))


def waiver(control: str, resource: str) -> dict[str, Any]:
    """Return a waiver for a resource of a test."""
    return {
        "control": control,
        "stack": "local*",
        "resource": resource,
        "reason": "What this test does needs it.",
        "owner": "test-team",
        "expires": (clock.today() + datetime.timedelta(days=7)).isoformat(),
    }


def made_upgraded_and_taken_down(
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    *,
    waivers: Sequence[dict[str, Any]],
    released: dict[str, Any],
    minors: Sequence[str] = ("1.35", "1.36"),
) -> None:
    """Hold that an environment is made, made again unchanged, upgraded by a minor, and destroyed once it is released.

    `released` are the changes that allow its deletion, `waivers` those that they need. Without `minors` it is not
    upgraded, as the cloud alone chooses its version.
    """
    held: list[dict[str, Any]] = [{"upgrades": {"version": each}} for each in minors] or [{}]
    environment.declare(**held[0])
    # Its preview sees no id yet, so that the pack, being strict, would tell what depends on one.
    made = environment.engine.up(environment.stack, policy_config=STRICT)
    assert "[advisory]" not in made
    assert "created" in made
    again = environment.engine.up(environment.stack, preview=False)
    assert "unchanged" in again
    assert not [word for word in ("updated", "created", "replaced") if f" {word}" in again.split("Resources:")[1]]

    for changes in held[1:]:
        environment.declare(**changes)
        upgraded = environment.engine.up(environment.stack, preview=False)
        assert "updated" in upgraded
        assert "replaced" not in upgraded.split("Resources:")[1]

    with pytest.raises(EngineRefusedError):
        environment.engine.destroy(environment.stack)
    environment.declare(waivers, deletion="allowed", **held[-1], **released)
    environment.engine.up(environment.stack, preview=False)
    monkeypatch.undo()  # the API server can't be signed in to any more: nothing in the cluster may hang the destroy
    environment.engine.destroy(environment.stack)
    assert environment.engine.resources(environment.stack) == []
