"""The API server as a test talks to it: as admin, or as anyone that it likes to be."""

from functools import cached_property
from pathlib import Path
from typing import Any

from kubernetes import client, config

SYSTEM_NAMESPACES = {"default", "kube-node-lease", "kube-public", "kube-system"}
_SAFE = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


class Cluster:
    def __init__(self, kubeconfig: Path) -> None:
        self.api = config.new_client_from_config(str(kubeconfig))
        self.core = client.CoreV1Api(self.api)
        self.rbac = client.RbacAuthorizationV1Api(self.api)
        self.networking = client.NetworkingV1Api(self.api)

    @cached_property
    def _reviews(self) -> client.AuthorizationV1Api:
        return client.AuthorizationV1Api(self.api)

    def namespaces(self) -> set[str]:
        """Names of all namespaces but those of the system."""
        return {each.metadata.name for each in self.core.list_namespace().items} - SYSTEM_NAMESPACES

    def allowed(self, groups: list[str], verb: str, group: str, resource: str, namespace: str | None) -> bool:
        """Whether a user of the groups may do it, by SubjectAccessReview."""
        resource, _, subresource = resource.partition("/")
        attributes = client.V1ResourceAttributes(
            group=group, resource=resource, subresource=subresource or None, verb=verb, namespace=namespace
        )
        spec = client.V1SubjectAccessReviewSpec(user="somebody", groups=groups, resource_attributes=attributes)
        review = self._reviews.create_subject_access_review(client.V1SubjectAccessReview(spec=spec))
        return bool(review.status.allowed)

    def acting_as(self, group: str) -> client.CoreV1Api:
        """The core API as a user of the group (by impersonation)."""
        api = client.ApiClient(self.api.configuration)
        api.set_default_header("Impersonate-User", "somebody")
        api.set_default_header("Impersonate-Group", group)
        return client.CoreV1Api(api)


def pod(*, cpu: str = "100m", memory: str = "64Mi", limits: bool = True, **security: Any) -> dict[str, Any]:
    """A pod that restricted accepts; `security` changes its container's securityContext."""
    container: dict[str, Any] = {
        "name": "app",
        "image": "registry.example/app@sha256:" + "0" * 64,
        "securityContext": {**_SAFE, **security},
    }
    if limits:
        container["resources"] = {"limits": {"cpu": cpu, "memory": memory}, "requests": {"cpu": cpu, "memory": memory}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"generateName": "test-"},
        "spec": {"containers": [container], "automountServiceAccountToken": False},
    }
