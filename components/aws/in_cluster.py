"""What EKS needs inside the cluster, once its API server can be reached."""

from collections.abc import Sequence

import pulumi
import pulumi_kubernetes as k8s

from ..naming import annotation
from .identity import SIGN_IN
from .site import Site

_SYSTEM = "kube-system"
_APIS = (443, 10250, 10251)
"""Ports of the APIs of AWS and Kubernetes, of the kubelet, and of the add-on metrics-server."""


def system_flows(
    site: Site, cidrs: Sequence[str], service_cidr: str, opts: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """Open what the add-ons' own pods need.

    In the strict mode of the VPC CNI a pod without a policy reaches nothing and nobody, the cluster's DNS too:
    https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
    """
    inside = [
        k8s.networking.v1.NetworkPolicyPeerArgs(ip_block=k8s.networking.v1.IPBlockArgs(cidr=cidr))
        for cidr in (*cidrs, service_cidr)
    ]
    dns = [k8s.networking.v1.NetworkPolicyPortArgs(protocol=protocol, port=53) for protocol in ("UDP", "TCP")]
    https = [k8s.networking.v1.NetworkPolicyPortArgs(protocol="TCP", port=port) for port in _APIS]
    sign_in = [
        k8s.networking.v1.NetworkPolicyPeerArgs(ip_block=k8s.networking.v1.IPBlockArgs(cidr=cidr))
        for cidr, _ in SIGN_IN
    ]
    askers = [
        k8s.meta.v1.LabelSelectorArgs(
            match_expressions=[k8s.meta.v1.LabelSelectorRequirementArgs(key=annotation("tenant"), operator="Exists")]
        ),
        k8s.meta.v1.LabelSelectorArgs(match_labels={"kubernetes.io/metadata.name": _SYSTEM}),
    ]
    return [
        k8s.networking.v1.NetworkPolicy(
            f"{site.name}-system-dns",
            metadata=k8s.meta.v1.ObjectMetaArgs(name="secure-clusters-dns", namespace=_SYSTEM),
            spec=k8s.networking.v1.NetworkPolicySpecArgs(
                pod_selector=k8s.meta.v1.LabelSelectorArgs(match_labels={"k8s-app": "kube-dns"}),
                policy_types=["Ingress"],
                ingress=[
                    k8s.networking.v1.NetworkPolicyIngressRuleArgs(
                        from_=[k8s.networking.v1.NetworkPolicyPeerArgs(namespace_selector=each) for each in askers],
                        ports=dns,
                    )
                ],
            ),
            opts=opts,
        ),
        k8s.networking.v1.NetworkPolicy(
            f"{site.name}-system",
            metadata=k8s.meta.v1.ObjectMetaArgs(name="secure-clusters-system", namespace=_SYSTEM),
            spec=k8s.networking.v1.NetworkPolicySpecArgs(
                pod_selector=k8s.meta.v1.LabelSelectorArgs(),
                policy_types=["Ingress", "Egress"],
                ingress=[k8s.networking.v1.NetworkPolicyIngressRuleArgs(from_=inside, ports=https)],
                egress=[
                    k8s.networking.v1.NetworkPolicyEgressRuleArgs(to=inside, ports=[*dns, *https]),
                    k8s.networking.v1.NetworkPolicyEgressRuleArgs(
                        to=sign_in,
                        ports=[
                            k8s.networking.v1.NetworkPolicyPortArgs(protocol="TCP", port=port) for _, port in SIGN_IN
                        ],
                    ),
                ],
            ),
            opts=opts,
        ),
    ]


def encrypted_storage(site: Site, provisioner: str, opts: pulumi.ResourceOptions) -> k8s.storage.v1.StorageClass:
    """Create the default storage class: volumes encrypted with the cluster's key, kept in the pod's zone."""
    return k8s.storage.v1.StorageClass(
        f"{site.name}-encrypted",
        metadata=k8s.meta.v1.ObjectMetaArgs(
            name="encrypted", annotations={"storageclass.kubernetes.io/is-default-class": "true"}
        ),
        provisioner=provisioner,
        parameters={"type": "gp3", "encrypted": "true", "kmsKeyId": site.arns.key_alias(site.name, "cluster")},
        reclaim_policy="Delete",
        volume_binding_mode="WaitForFirstConsumer",
        allow_volume_expansion=True,
        opts=opts,
    )
