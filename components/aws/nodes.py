"""Bottlerocket nodes of an EKS cluster, and its Fargate profiles."""

import base64
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from ..cloud import Capacity, Deletion
from ..upgrades import Upgrades
from . import iam
from .node_model import EksFargateProfile, EksNodeGroup, NodeAccess
from .site import Site

_ROOT_DISK, _DATA_DISK = "/dev/xvda", "/dev/xvdb"
_ROOT_GIB = 4
"""Bottlerocket's own disk: read-only, verified at each read."""
_SYSTEM = "kube-system"
_JOINS = "AmazonEKSWorkerNodePolicy"


class Nodes(pulumi.ComponentResource):
    """Managed node groups: private, without SSH, with encrypted disks and IMDSv2 that no pod can reach.

    The nodes' role may join the cluster and pull images, nothing else: network, storage and workloads have roles
    of their own. EKS replaces broken nodes; it doesn't replace healthy ones until their version changes.

    Controls: those in policies/controls/aws that judge node groups and launch templates.
    """

    node_groups: list[aws.eks.NodeGroup]
    """The node groups."""

    def __init__(
        self,
        name: str,
        site: Site,
        groups: Sequence[EksNodeGroup],
        *,
        cluster_name: pulumi.Input[str],
        version: str,
        upgrades: Upgrades,
        subnets: Sequence[pulumi.Input[str]],
        key_arn: pulumi.Input[str],
        pull_through: Sequence[str] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the groups in the subnets.

        `cluster_name` is the cluster's output, `version` the Kubernetes minor; `key_arn` encrypts the disks.

        `pull_through` are the prefixes of repositories that a node may make by pulling an image; `after` are the
        add-ons without which no node becomes ready.
        """
        declared = {
            "cluster": site.name,
            "groups": [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in groups],
        }
        super().__init__("secureclusters:aws:Nodes", name, declared, opts)
        self._site, self._version, self._upgrades = site, version, upgrades
        self._cluster_name = cluster_name
        self._subnets, self._key_arn = subnets, key_arn
        self._children = pulumi.ResourceOptions(parent=self)
        self._pull_through, self._after = pull_through, after
        self.node_groups = [self._group(each) for each in groups]
        self.register_outputs(declared)

    def _group(self, args: EksNodeGroup) -> aws.eks.NodeGroup:
        site = self._site
        role = node_role(f"nodes-{args.name}", site, _JOINS, args.access, self._pull_through, self._children)
        template = self._launch_template(args)
        protected = args.deletion is Deletion.PROTECTED
        return aws.eks.NodeGroup(
            f"{site.name}-{args.name}",
            cluster_name=self._cluster_name,
            node_group_name=args.name,
            node_role_arn=role.arn,
            subnet_ids=self._subnets,
            ami_type=args.ami_type,
            version=self._version,
            release_version=args.release_version,
            force_update_version=False,
            capacity_type="SPOT" if args.capacity is Capacity.SPOT else "ON_DEMAND",
            instance_types=list(args.instance_types),
            launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
                id=template.id, version=template.latest_version.apply(str)
            ),
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                min_size=args.smallest, desired_size=max(args.smallest, 1), max_size=args.largest
            ),
            update_config=aws.eks.NodeGroupUpdateConfigArgs(
                max_unavailable_percentage=self._upgrades.surge, update_strategy="DEFAULT"
            ),
            node_repair_config=aws.eks.NodeGroupNodeRepairConfigArgs(enabled=True),
            labels=args.labels,
            taints=[aws.eks.NodeGroupTaintArgs(key=key, effect=effect) for key, effect in args.taints.items()],
            # An autoscaler changes the number of nodes; putting it back would end running pods.
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=protected,
                ignore_changes=["scalingConfig.desiredSize"],
                depends_on=[*role.resources, *self._after],
            ),
        )

    def _launch_template(self, args: EksNodeGroup) -> aws.ec2.LaunchTemplate:
        name = f"{self._site.name}-{args.name}"
        return aws.ec2.LaunchTemplate(
            name,
            name=name,
            update_default_version=True,
            user_data=base64.b64encode(_bottlerocket(args).encode()).decode(),
            # One hop: the address answers the node itself, and no pod that has a network of its own.
            metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            block_device_mappings=[self._disk(_ROOT_DISK, _ROOT_GIB), self._disk(_DATA_DISK, args.disk_gib)],
            monitoring=aws.ec2.LaunchTemplateMonitoringArgs(enabled=True),
            opts=self._children,
        )

    def _disk(self, device: str, size: int) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgs:
        return aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
            device_name=device,
            ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                encrypted="true",
                kms_key_id=self._key_arn,
                volume_size=size,
                volume_type="gp3",
                delete_on_termination="true",
            ),
        )


def node_role(
    purpose: str, site: Site, joins: str, access: NodeAccess, pull_through: Sequence[str], opts: pulumi.ResourceOptions
) -> iam.Role:
    """Create a role that nodes have: join the cluster, pull images; sessions only where they are asked for.

    `joins` is the policy of AWS by which they join; Auto Mode has a smaller one.
    """
    managed = [joins, "AmazonEC2ContainerRegistryPullOnly"]
    if access is NodeAccess.SSM:
        managed.append("AmazonSSMManagedInstanceCore")
    copies = [site.arns.repository(f"{prefix}/*") for prefix in pull_through]
    makes = iam.document(iam.allow(["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"], copies))
    return iam.Role(
        purpose,
        site,
        iam.trust_service("ec2.amazonaws.com"),
        managed=[site.arns.aws_policy(each) for each in managed],
        inline={"pull-through": makes} if copies else None,
        opts=opts,
    )


def fargate_profiles(
    site: Site,
    profiles: Sequence[EksFargateProfile],
    subnets: Sequence[pulumi.Input[str]],
    *,
    cluster_name: pulumi.Input[str],
    protected: bool,
    opts: pulumi.ResourceOptions,
) -> list[aws.eks.FargateProfile]:
    """Create the profiles, and one for the cluster's own pods; all share a role that may pull images."""
    source = f"arn:{site.arns.partition}:eks:{site.arns.region}:{site.arns.account}:fargateprofile/{site.name}/*"
    role = iam.Role(
        "fargate",
        site,
        iam.trust_service(
            "eks-fargate-pods.amazonaws.com",
            {"StringEquals": {"aws:SourceAccount": site.arns.account}, "ArnLike": {"aws:SourceArn": source}},
        ),
        managed=[site.arns.aws_policy("AmazonEKSFargatePodExecutionRolePolicy")],
        opts=opts,
    )
    below = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=role.resources, protect=protected))
    system = EksFargateProfile(name="system", namespaces=(_SYSTEM,))
    return [
        aws.eks.FargateProfile(
            f"{site.name}-{each.name}",
            cluster_name=cluster_name,
            fargate_profile_name=each.name,
            pod_execution_role_arn=role.arn,
            subnet_ids=subnets,
            selectors=[aws.eks.FargateProfileSelectorArgs(namespace=namespace) for namespace in each.namespaces],
            opts=below,
        )
        for each in (system, *profiles)
    ]


def _bottlerocket(args: EksNodeGroup) -> str:
    """Return Bottlerocket's settings: no shell for people, a kernel that takes no foreign code.

    Source: https://github.com/bottlerocket-os/bottlerocket/blob/develop/SECURITY_GUIDANCE.md
    """
    control = "true" if args.access is NodeAccess.SSM else "false"
    return "\n".join(
        [
            "[settings.kernel]",
            'lockdown = "integrity"',
            "[settings.host-containers.admin]",
            "enabled = false",
            "[settings.host-containers.control]",
            f"enabled = {control}",
            "",
        ]
    )
