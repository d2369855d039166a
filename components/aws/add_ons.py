"""Add-ons of EKS, at pinned versions, each with a role of its own by Pod Identity."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from . import versions
from .identity import Identity
from .site import Site

_SYSTEM = "kube-system"
_CNI = "vpc-cni"
DISKS = "aws-ebs-csi-driver"
BEFORE_NODES = ("eks-pod-identity-agent", _CNI, "kube-proxy")
"""What a node needs to become ready; none of it waits for a node."""
AFTER_NODES = ("coredns", DISKS, "metrics-server")
"""What runs as pods on nodes."""
ON_FARGATE = ("coredns",)
"""What runs on Fargate, where there is no DaemonSet and no disk."""
_ACCOUNTS = {_CNI: ("aws-node", "AmazonEKS_CNI_Policy"), DISKS: ("ebs-csi-controller-sa", "AmazonEBSCSIDriverPolicy")}
"""Service account of an add-on and the policy of AWS that it needs."""


def identities(site: Site, opts: pulumi.ResourceOptions) -> dict[str, Identity]:
    """Create the roles of the add-ons, by add-on; they are there before the key whose policy names them."""
    return {
        name: Identity(
            f"{site.name}-{name}",
            site,
            purpose=name,
            namespace=_SYSTEM,
            service_account=account,
            policies=[site.arns.aws_policy(f"service-role/{policy}" if name == DISKS else policy)],
            opts=opts,
        )
        for name, (account, policy) in _ACCOUNTS.items()
    }


class AddOns:
    """Makes the add-ons of one cluster. In Auto Mode AWS has them built in, and none is made."""

    def __init__(
        self,
        site: Site,
        cluster_name: pulumi.Input[str],
        roles: Mapping[str, Identity],
        *,
        minor: str,
        enforcing_mode: str | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Take the cluster's output `name`, the `identities` and the cluster's minor.

        `enforcing_mode` is that of the VPC CNI for NetworkPolicies, `strict` or `standard`; None where another
        engine enforces them.
        """
        self._site, self._cluster_name, self._roles = site, cluster_name, roles
        self._minor, self._enforcing_mode, self._opts = minor, enforcing_mode, opts

    def make(self, names: Sequence[str], after: Sequence[pulumi.Resource]) -> list[pulumi.Resource]:
        """Create add-ons once `after` is there."""
        return [self._add_on(name, self._configuration(name), after) for name in names]

    def make_on_fargate(self, after: Sequence[pulumi.Resource]) -> list[pulumi.Resource]:
        """Create the add-ons that run on Fargate once `after` is there."""
        return [self._add_on(name, {"computeType": "Fargate"}, after) for name in ON_FARGATE]

    def _add_on(self, name: str, configuration: Mapping[str, Any], after: Sequence[pulumi.Resource]) -> aws.eks.Addon:
        identity = self._roles.get(name)
        associations = [
            aws.eks.AddonPodIdentityAssociationArgs(role_arn=each.role_arn, service_account=_ACCOUNTS[name][0])
            for each in (identity,)
            if each
        ]
        return aws.eks.Addon(
            f"{self._site.name}-{name}",
            cluster_name=self._cluster_name,
            addon_name=name,
            addon_version=versions.add_on(name, self._minor),
            configuration_values=json.dumps(configuration) if configuration else None,
            pod_identity_associations=associations or None,
            # What somebody changed by hand is put back; nothing of it is kept when the add-on goes.
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            preserve=False,
            opts=pulumi.ResourceOptions.merge(
                self._opts,
                pulumi.ResourceOptions(depends_on=[*after, *(identity.resources if identity else [])]),
            ),
        )

    def _configuration(self, name: str) -> Mapping[str, Any]:
        if name != _CNI or self._enforcing_mode is None:
            return {}
        return {
            "enableNetworkPolicy": "true",
            "nodeAgent": {"enablePolicyEventLogs": "true"},
            "env": {"NETWORK_POLICY_ENFORCING_MODE": self._enforcing_mode},
        }
