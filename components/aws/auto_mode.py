"""Nodes for workloads in EKS Auto Mode: the part of it that lies inside the cluster."""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from ..upgrades import Upgrades, Weekday, Window
from .site import Site

_SYSTEM = "kube-system"
_NAME = "secure-clusters"
_WEEK_HOURS = 7 * 24
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
            "disruption": {
                "consolidationPolicy": "WhenEmptyOrUnderutilized",
                "consolidateAfter": "5m",
                "budgets": [{"nodes": f"{upgrades.surge}%"}, _outside(upgrades.window)],
            },
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


def _outside(window: Window) -> dict[str, Any]:
    """Return the budget that replaces no outdated node from the window's end to its next opening."""
    hour, minute = (int(part) for part in window.start.split(":"))
    day = list(Weekday).index(window.day) + 1  # cron counts from Sunday, the enumeration from Monday
    end = (day * 24 + hour + window.hours) % _WEEK_HOURS
    return {
        "nodes": "0",
        "reasons": ["Drifted"],
        "schedule": f"{minute} {end % 24} * * {end // 24}",
        "duration": f"{_WEEK_HOURS - window.hours}h",
    }
