"""The admission policies in a live cluster: apply them, wait until they are in force, ask what they say."""

import datetime
import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubernetes import client, config, dynamic
from kubernetes.dynamic.exceptions import ResourceNotFoundError
from urllib3 import HTTPHeaderDict

from components import clock
from components.admission import AdmissionArgs, AdmissionWaiver, Deployers, manifests
from components.admission.controls import WorkloadControl, workload_controls
from tests.live.cluster import pod

TODAY = clock.today()
ARGS = AdmissionArgs(deployers=Deployers(groups=("platform-team",)))
POLICY = "ValidatingAdmissionPolicy"
NOT_ENFORCING = {"pod-security.kubernetes.io/enforce": "privileged"}
"""Labels of a namespace in which Pod Security lets everything pass, so that only the policies judge."""

ROOT = "workload-runs-as-non-root"
READ_ONLY = "workload-read-only-root"
ADVISORY = "image-pull-checked"
"""Two mandatory controls and an advisory one, for tests that ask for few."""

_PATIENCE = 300
"""Seconds after which nothing is waited for any more; a machine with much else to do has needed more than 60."""


@dataclass(frozen=True)
class Answer:
    """What the API server said to a request."""

    status: int
    message: str
    warnings: tuple[str, ...]
    audit_id: str = ""

    @property
    def admitted(self) -> bool:
        return self.status < 300

    @property
    def denied_by_policy(self) -> bool:
        return self.status == 403 and POLICY in self.message

    @property
    def denied_by_pod_security(self) -> bool:
        return self.status == 403 and "violates PodSecurity" in self.message


class Admission:
    """A cluster to which admission policies are applied."""

    def __init__(self, kubeconfig: Path) -> None:
        self.api = config.new_client_from_config(str(kubeconfig))
        self.core = client.CoreV1Api(self.api)
        self._policies = client.AdmissionregistrationV1Api(self.api)
        self._dynamic = dynamic.DynamicClient(self.api)

    @contextmanager
    def enforcing(
        self,
        args: AdmissionArgs = ARGS,
        waivers: Sequence[AdmissionWaiver] = (),
        *,
        controls: Sequence[WorkloadControl] | None = None,
        today: datetime.date = TODAY,
    ) -> Iterator[list[dict[str, Any]]]:
        """Have the policies in force; yields what was applied, and takes it away again."""
        documents = manifests(args, waivers, today=today, controls=controls)
        probe = _probe()
        self.apply([*documents, *probe])
        try:
            self._until_in_force(probe[0]["metadata"]["name"])
            yield documents
        finally:
            # The probe goes last: the API server takes all changes over in their order, so what went before it is gone.
            self._delete(documents)
            self._delete(probe)
            self._until_gone(probe[0]["metadata"]["name"])

    def apply(self, documents: Sequence[dict[str, Any]]) -> None:
        for document in documents:
            self._resource(document).server_side_apply(body=document, field_manager="test", force_conflicts=True)

    @contextmanager
    def namespace(self, labels: Mapping[str, str] = NOT_ENFORCING, name: str = "") -> Iterator[str]:
        """Have a namespace with a default service account; without one no pod is admitted."""
        name = name or f"admission-{uuid.uuid4().hex[:8]}"
        metadata = client.V1ObjectMeta(name=name, labels=dict(labels))
        self.core.create_namespace(client.V1Namespace(metadata=metadata))
        wait(lambda: any(each.metadata.name == "default" for each in self._service_accounts(name)))
        try:
            yield name
        finally:
            self.core.delete_namespace(name)

    @contextmanager
    def defining(self, group: str, kind: str, plural: str, *versions: str, scope: str = "Namespaced") -> Iterator[None]:
        """Have a kind of object of any shape, in place of the project's own definition; the first version is stored."""
        schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
        definition = {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {
                "name": f"{plural}.{group}",
                "annotations": {"api-approved.kubernetes.io": "unapproved, a test's stand-in"},
            },
            "spec": {
                "group": group,
                "scope": scope,
                "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
                "versions": [
                    {"name": each, "served": True, "storage": each == versions[0], "schema": schema}
                    for each in versions
                ],
            },
        }
        sample = {"apiVersion": f"{group}/{versions[0]}", "kind": kind, "metadata": {"name": "sample"}}
        self.apply([definition])
        try:
            wait(lambda: self._served(sample))
            yield
        finally:
            self._delete([definition])
            wait(lambda: not self._served(sample))

    def _served(self, sample: dict[str, Any]) -> bool:
        self._dynamic.resources.invalidate_cache()
        try:
            return self.send(sample, "default").status != 404
        except ResourceNotFoundError:
            return False

    def networking_as(self, group: str) -> client.NetworkingV1Api:
        """Return the API of network policies as a user of the group."""
        api = client.ApiClient(self.api.configuration)
        api.set_default_header("Impersonate-User", "somebody")
        api.set_default_header("Impersonate-Group", group)
        return client.NetworkingV1Api(api)

    def type_checking(self, policy: str) -> list[str]:
        """Return the controller's warnings about the types in a policy, once it has checked it."""

        def checked() -> Any:
            found: Any = self._policies.read_validating_admission_policy(policy)
            done = found.status and found.status.observed_generation == found.metadata.generation
            return found.status.type_checking if done else None

        warnings = wait(checked).expression_warnings or ()
        return [f"{each.field_ref}: {each.warning}" for each in warnings]

    def send(
        self,
        document: dict[str, Any],
        namespace: str | None = None,
        *,
        method: str = "POST",
        groups: Sequence[str] = (),
        user: str | None = None,
        subresource: str = "",
        keep: bool = False,
    ) -> Answer:
        """Send a document as it is, as admin or as somebody else; nothing changes unless `keep` is set."""
        resource = self._resource(document)
        path = f"/{resource.prefix}/{resource.group_version}"
        path += f"/namespaces/{namespace}" if namespace and resource.namespaced else ""
        path += f"/{resource.name}"
        path += f"/{document['metadata']['name']}" if method != "POST" else ""
        path += f"/{subresource}" if subresource else ""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = HTTPHeaderDict({"Content-Type": kind})
        if user or groups:
            headers.add("Impersonate-User", user or "somebody")
        for group in groups:
            headers.add("Impersonate-Group", group)
        return self._request(method, path, headers, None if method == "DELETE" else document, keep=keep)

    def _request(self, method: str, path: str, headers: HTTPHeaderDict, body: Any, *, keep: bool) -> Answer:
        response = self.api.rest_client.pool_manager.request(
            method,
            f"{self.api.configuration.host}{path}{'' if keep else '?dryRun=All'}",
            headers=headers,
            body=None if body is None else json.dumps(body).encode(),
        )
        failed = response.status >= 300
        return Answer(
            status=response.status,
            message=_message(response.data) if failed else "",
            warnings=tuple(response.headers.getlist("Warning")),
            audit_id=response.headers["Audit-Id"],
        )

    def _until_in_force(self, probe: str) -> None:
        """Wait for the policy that was applied last: the API server takes all changes over together."""
        asked = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": probe}}
        wait(lambda: "in force" in self.send(asked, "default").message)

    def _until_gone(self, probe: str) -> None:
        asked = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": probe}}
        wait(lambda: self.send(asked, "default").admitted)

    def _service_accounts(self, namespace: str) -> list[Any]:
        return self.core.list_namespaced_service_account(namespace).items

    def _resource(self, document: dict[str, Any]) -> Any:
        return self._dynamic.resources.get(api_version=document["apiVersion"], kind=document["kind"])

    def _delete(self, documents: Sequence[dict[str, Any]]) -> None:
        for document in reversed(documents):
            self._resource(document).delete(name=document["metadata"]["name"])


def _message(answer: bytes) -> str:
    """Return what a failure says; where a path is not served yet, the API server says so in plain text."""
    try:
        return str(json.loads(answer).get("message", ""))
    except (ValueError, AttributeError):
        return answer.decode()


def only(*ids: str) -> list[WorkloadControl]:
    """Return these controls of the catalogue."""
    found = [control for control in workload_controls() if control.id in ids]
    assert len(found) == len(ids)
    return found


def named(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    return {**manifest, "metadata": {"name": name}}


def writable(name: str = "app") -> dict[str, Any]:
    """A pod that violates READ_ONLY alone."""
    return named(pod(readOnlyRootFilesystem=False), name)


def deployment(spec: dict[str, Any], name: str = "app") -> dict[str, Any]:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


def _probe() -> list[dict[str, Any]]:
    """Return a policy that refuses a ConfigMap of its own name."""
    name = f"probe-{uuid.uuid4().hex[:8]}"
    kind = "admissionregistration.k8s.io/v1"
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
    policy = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [rule]},
        "matchConditions": [{"name": "asked", "expression": f"object.metadata.name == '{name}'"}],
        "validations": [{"expression": "false", "message": "in force"}],
    }
    binding = {"policyName": name, "validationActions": ["Deny"]}
    return [
        {"apiVersion": kind, "kind": POLICY, "metadata": {"name": name}, "spec": policy},
        {"apiVersion": kind, "kind": f"{POLICY}Binding", "metadata": {"name": name}, "spec": binding},
    ]


def wait(condition: Any) -> Any:
    """Return the first answer that is true; a cluster that never gives one fails the test."""
    deadline = time.monotonic() + _PATIENCE
    while not (answer := condition()):
        assert time.monotonic() < deadline, "the cluster did not get there"
        time.sleep(0.1)
    return answer
