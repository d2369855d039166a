"""Something in an EKS cluster enforces NetworkPolicies."""

import json
from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack

_BY_ITSELF = ("cilium", "none")
"""Engines that EKS has no part in; whether `none` is accepted, cluster-enforces-network-policy says."""


def _enforces(stack: Stack, cluster: Resource, component: Resource | None) -> bool:
    if component is not None and component.props.read("networkPolicyEngine", provider_default="") in _BY_ITSELF:
        return True
    if aws.only_auto(cluster.props):
        return not aws.reachable(component) or any(_switches_on(each) for each in stack.of_type(_CONFIG_MAP))
    add_ons = [
        each
        for each in aws.of_cluster(stack, cluster, aws.ADD_ON)
        if each.props.read("addonName", provider_default="") == "vpc-cni"
    ]
    return any(_configured(each) for each in add_ons)


def _configured(add_on: Resource) -> bool:
    text = add_on.props.read("configurationValues", provider_default="{}")
    return aws.is_true(json.loads(text).get("enableNetworkPolicy"))


_CONFIG_MAP = "kubernetes:core/v1:ConfigMap"


def _switches_on(config_map: Resource) -> bool:
    named = config_map.props.read("metadata.name", provider_default="") == "amazon-vpc-cni"
    data = config_map.props.read("data", provider_default={})
    return named and aws.is_true(data.get("enable-network-policy-controller"))


@control(
    title="Something in an EKS cluster enforces NetworkPolicies",
    severity=Severity.CRITICAL,
    types=(aws.CLUSTER,),
    why="The VPC CNI enforces none until it is told to, so that every namespace would only look isolated.",
    fix="Choose cluster.networkPolicyEngine, or set enableNetworkPolicy in the configuration of the add-on vpc-cni.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(aws.CLUSTER):
        if not _enforces(stack, cluster, aws.component_of(stack, cluster)):
            yield Finding(resource=cluster, message="the add-on vpc-cni must set enableNetworkPolicy to true")
