"""A cluster that is there already: on-prem, kubeadm, or anything with a kubeconfig."""

import ipaddress
from itertools import combinations
from typing import Self

import pulumi
from pydantic import Field, field_validator, model_validator

from ..cluster import ClusterDns, ClusterHandle, kubernetes_provider
from ..model import DnsLabel, Settings
from ..network_policy_engine import NetworkPolicyEngine
from ..tenancy.intent import parse_network
from .kubeconfig import Kubeconfig, SecretKubeconfig, location_or_text


class Networks(Settings):
    """Address ranges of the cluster; they must not overlap."""

    pods: str | None = None
    """Network of the pods, such as 10.244.0.0/16."""
    services: str | None = None
    """Network of the Services, such as 10.96.0.0/12."""
    nodes: str | None = None
    """Network of the nodes."""

    @field_validator("pods", "services", "nodes")
    @classmethod
    def _is_network(cls, value: str | None) -> str | None:
        return None if value is None else str(parse_network(value))

    @model_validator(mode="after")
    def _do_not_overlap(self) -> Self:
        declared = {name: cidr for name, cidr in self.model_dump().items() if cidr}
        for (name, cidr), (other, other_cidr) in combinations(declared.items(), 2):
            if ipaddress.ip_network(cidr).overlaps(ipaddress.ip_network(other_cidr)):
                raise ValueError(f"{name} {cidr} and {other} {other_cidr} overlap; give each a range of its own")
        return self


class ExistingClusterArgs(Settings):
    """What a stack declares about a cluster that it didn't create."""

    identifier: DnsLabel
    """Stable name of the cluster. Changing it replaces everything in it; a new kubeconfig doesn't."""
    network_policy_engine: NetworkPolicyEngine
    """What enforces NetworkPolicies there; the preflight compares it with what runs. No default:
    without an engine every policy is decoration."""
    dns: ClusterDns = Field(default_factory=ClusterDns)
    """Where the cluster's DNS runs."""
    networks: Networks = Field(default_factory=Networks)
    """Address ranges of the cluster."""

    def own_networks(self) -> dict[str, str]:
        """Return the ranges of pods and Services, which no flow may open as an outside network."""
        return self.networks.model_dump(include={"pods", "services"}, exclude_none=True)


class Cluster(pulumi.ComponentResource):
    """A handle on an existing cluster. It creates nothing in it and reads nothing from it.

    Whether the cluster is what the arguments say is checked by `preflight`, before a program runs.

    Controls: cluster-enforces-network-policy.
    """

    handle: ClusterHandle
    """The cluster as tenants and platform services see it."""
    kubeconfig: pulumi.Output[str]
    """Path or text of the kubeconfig; a secret where it is a text."""

    def __init__(
        self,
        name: str,
        args: ExistingClusterArgs,
        kubeconfig: Kubeconfig,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        declared = {"identifier": args.identifier, "networkPolicyEngine": args.network_policy_engine.value}
        super().__init__("secureclusters:existing:Cluster", name, declared, opts)
        value = location_or_text(kubeconfig)
        is_secret = isinstance(kubeconfig, SecretKubeconfig)
        self.kubeconfig = pulumi.Output.secret(value) if is_secret else pulumi.Output.from_input(value)
        self.handle = ClusterHandle(
            provider=kubernetes_provider(
                name,
                identifier=args.identifier,
                kubeconfig=self.kubeconfig,
                context=kubeconfig.context,
                parent=self,
            ),
            identifier=args.identifier,
            network_policy_engine=args.network_policy_engine.value,
            dns=args.dns.model_dump(by_alias=True),
        )
        self.register_outputs(declared)
