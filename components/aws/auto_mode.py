"""Nodes for workloads in EKS Auto Mode: the part of it that lies inside the cluster."""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from ..karpenter import disruption
from ..upgrades import Upgrades
from .site import Site

_SYSTEM = "kube-system"
_NAME = "secure-clusters"
_DISK = "80Gi"
_LONGEST_LIFE = "336h"
"""A node is replaced after two weeks, and gets the patches of that time; EKS allows three."""


def nodes(
    site: Site,
    node_role: str,
    subnets: Sequence[pulumi.Input[str]],
    key_arn: pulumi.Input[str],
    upgrades: Upgrades,
    opts: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    """Switch NetworkPolicies on, and give workloads nodes that deny by default and use the cluster's key.

    The built-in pool for workloads is not used: its disks have a key of AWS, and its pods start open. Freezes
    hold for the control plane only: a node pool knows days of the week, no dates.
    Source: https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html
    """
    switched_on = k8s.core.v1.ConfigMap(
        f"{site.name}-vpc-cni",
        metadata=k8s.meta.v1.ObjectMetaArgs(name="amazon-vpc-cni", namespace=_SYSTEM),
        data={"enable-network-policy-controller": "true"},
        opts=opts,
    )
    node_class = k8s.apiextensions.CustomResource(
        f"{site.name}-node-class",
        api_version="eks.amazonaws.com/v1",
        kind="NodeClass",
        metadata=k8s.meta.v1.ObjectMetaArgs(name=_NAME),
        spec={
            "role": node_role,
            "subnetSelectorTerms": [{"id": subnet} for subnet in subnets],
            "securityGroupSelectorTerms": [{"tags": {"aws:eks:cluster-name": site.name}}],
            "networkPolicy": "DefaultDeny",
            "networkPolicyEventLogs": "Enabled",
            "ephemeralStorage": {"size": _DISK, "kmsKeyID": key_arn},
        },
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[switched_on])),
    )
    node_pool = k8s.apiextensions.CustomResource(
        f"{site.name}-node-pool",
        api_version="karpenter.sh/v1",
        kind="NodePool",
        metadata=k8s.meta.v1.ObjectMetaArgs(name=_NAME),
        spec={
            "template": {"spec": _node()},
            "disruption": disruption(upgrades),
        },
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[node_class])),
    )
    return [switched_on, node_class, node_pool]


def _node() -> dict[str, Any]:
    requirements = {
        "karpenter.sh/capacity-type": ["on-demand"],
        "kubernetes.io/arch": ["amd64"],
        "eks.amazonaws.com/instance-category": ["c", "m", "r"],
    }
    return {
        "nodeClassRef": {"group": "eks.amazonaws.com", "kind": "NodeClass", "name": _NAME},
        "expireAfter": _LONGEST_LIFE,
        "terminationGracePeriod": "24h",
        "requirements": [
            *({"key": key, "operator": "In", "values": values} for key, values in requirements.items()),
            {"key": "eks.amazonaws.com/instance-generation", "operator": "Gt", "values": ["5"]},
        ],
    }
