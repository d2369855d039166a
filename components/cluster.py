"""What every cluster, on any cloud or none, offers to the layers above it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pulumi
import pulumi_kubernetes as k8s
from pydantic import Field

from .cloud import Cidr
from .mesh import Mesh
from .model import DnsLabel, Settings
from .network_policy_engine import NetworkPolicyEngine


class ClusterDns(Settings):
    """Where the cluster's DNS runs; pods may ask it and no other resolver."""

    namespace: DnsLabel = "kube-system"
    """Namespace of the DNS pods."""
    pods: dict[str, str] = Field(default_factory=lambda: {"k8s-app": "kube-dns"}, min_length=1)
    """Labels of the DNS pods."""
    port: int = Field(default=53, ge=1, le=65535)
    """Port that the pods listen on (OpenShift: 5353)."""
    networks: tuple[Cidr, ...] = ()
    """Ranges in which DNS answers on the same port beside its pods: on the nodes themselves, as in EKS Auto Mode."""
    caches: dict[str, str] = Field(default_factory=dict)
    """Labels of pods in the same namespace that answer on each node in front of the DNS pods: NodeLocal DNSCache on
    GKE, where an engine judges what is asked by the cache, not by the Service that it stands in for."""


@dataclass(frozen=True, kw_only=True)
class GrantedIdentity:
    """A cloud role that a service account has."""

    annotations: Mapping[str, pulumi.Input[str]]
    """Annotations that the service account needs."""
    resources: Sequence[pulumi.Resource]
    """What has to be there before a pod runs as the account."""


class WorkloadIdentities(Protocol):
    """Gives service accounts a role in the cluster's cloud."""

    sign_in: tuple[tuple[str, int], ...]
    """Networks and TCP ports that a pod has to reach to take its role on."""

    def grant(
        self, namespace: str, service_account: str, grants: Sequence[str], parent: pulumi.Resource
    ) -> GrantedIdentity:
        """Create a role with the grants, in the cloud's own words, that this one service account can take on."""
        ...


@dataclass(frozen=True, kw_only=True)
class ClusterHandle:
    """A cluster as tenants and platform services see it.

    `network_policy_engine` is plain where the cluster is declared in this stack, and an output where it
    is read from another stack.
    """

    provider: k8s.Provider
    """Kubernetes provider of the cluster; in-cluster resources inherit it from their parent."""
    identifier: pulumi.Input[str]
    """Stable name of the cluster; a changed kubeconfig never replaces what is in it, a changed name does."""
    network_policy_engine: pulumi.Input[str]
    """A `NetworkPolicyEngine` value: what enforces NetworkPolicies."""
    dns: pulumi.Input[Mapping[str, Any]]
    """A `ClusterDns` in the form of a stack file: where the cluster's DNS runs."""
    workload_identities: WorkloadIdentities | None = None
    """Gives service accounts a role in the cloud; None where the cluster is in none, or in another stack."""
    mesh: Mesh | None = None
    """The service mesh that tenants are in; None where there is none."""
    managed_mesh: Mesh | None = None
    """The mesh that the cloud runs in the cluster, and no tenant is in yet; None where it runs none."""
    mesh_ready: Sequence[pulumi.Resource] = ()
    """What has to be there before anything of the mesh's kinds is made."""
    gone_with: pulumi.Resource | None = None
    """What takes everything in the cluster along when it is deleted, so that a destroy needs no API server."""

    def inside(self, parent: pulumi.Resource | None = None) -> pulumi.ResourceOptions:
        """Return the options of what lies in the cluster; children inherit them."""
        return pulumi.ResourceOptions(parent=parent, providers=[self.provider], deleted_with=self.gone_with)

    def network_isolation(self) -> pulumi.Output[str]:
        """Return `default-deny` where an engine enforces it, `unenforced` where nothing does."""
        return pulumi.Output.from_input(self.network_policy_engine).apply(
            lambda engine: "default-deny" if NetworkPolicyEngine(engine).enforces else "unenforced"
        )


def kubernetes_provider(
    name: str,
    *,
    identifier: pulumi.Input[str],
    kubeconfig: pulumi.Input[str],
    parent: pulumi.Resource | None = None,
    context: str | None = None,
    after: Sequence[pulumi.Resource] = (),
) -> k8s.Provider:
    """Return the Kubernetes provider of a cluster, for use once `after` is there.

    `kubeconfig` is a path or the text of a kubeconfig. What was changed by hand is put back by force.
    Objects that exist already are never taken over: a namespace that two stacks claim would be deleted
    with the first of them. After an update that was killed half way, PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true
    lets one update take over what that one had created.
    """
    return k8s.Provider(
        name,
        kubeconfig=kubeconfig,
        context=context,
        cluster_identifier=identifier,
        enable_server_side_apply=True,
        enable_patch_force=True,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after)),
    )


def exported(handle: ClusterHandle, kubeconfig: pulumi.Input[str]) -> Mapping[str, pulumi.Input[Any]]:
    """Return the stack outputs that a tenants stack reads through a StackReference."""
    return {
        "clusterIdentifier": handle.identifier,
        "networkPolicyEngine": handle.network_policy_engine,
        "dns": handle.dns,
        "kubeconfig": kubeconfig,
    }
