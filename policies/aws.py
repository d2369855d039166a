"""How AWS's resources look to the controls: type tokens and pure readers, no rule.

Names on the wire are those of pulumi-aws 7; tests/policies/test_sdk_properties.py holds the fixtures to its SDK.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.model import Resource, Stack
from policies.values import Props

CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
ADD_ON = "aws:eks/addon:Addon"
ACCESS_ENTRY = "aws:eks/accessEntry:AccessEntry"
ACCESS_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
POD_IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
KEY = "aws:kms/key:Key"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
OIDC_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
NETWORK = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
SECURITY_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
DETECTOR = "aws:guardduty/detector:Detector"
DETECTOR_FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
INSPECTOR = "aws:inspector2/enabler:Enabler"
EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"
REPOSITORY = "aws:ecr/repository:Repository"
REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
CREATION_TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
PULL_THROUGH = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"
ATTACHMENTS_EXCLUSIVE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
POLICIES_EXCLUSIVE = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"
COMPONENT = "secureclusters:aws:Cluster"

ADMINISTRATOR = "AmazonEKSClusterAdminPolicy"


def is_true(value: object) -> bool:
    """Return whether a flag is set: some resources of AWS have flags that are texts."""
    return value is True or value == "true"


def statements(props: Props, key: str) -> list[Mapping[str, Any]]:
    """Return the statements of a policy document in a property; an absent one has none.

    Raises `ValueError` where it is no policy document, which makes the verdict an ERROR.
    """
    text = props.read(key, provider_default=None)
    if text is None:
        return []
    document = cast("Mapping[str, Any]", json.loads(text))
    return listed(document["Statement"])


def listed(value: Any) -> list[Any]:
    """Return a list of what IAM lets one write as a list or as a single value."""
    if value is None:
        return []
    return list(cast("list[Any]", value)) if isinstance(value, list) else [value]


def principals(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the principals of a statement: their kind (`AWS`, `Service`, `Federated`, `*`) and who they are."""
    named = statement.get("Principal")
    if isinstance(named, Mapping):
        for kind, who in cast("Mapping[str, Any]", named).items():
            yield from ((kind, str(each)) for each in listed(who))
    elif named is not None:
        yield "*", str(named)


def conditions(statement: Mapping[str, Any], *operators: str) -> dict[str, list[str]]:
    """Return what the operators compare: condition key, in lower case, to the values allowed."""
    found: dict[str, list[str]] = {}
    for operator, compared in cast("Mapping[str, Mapping[str, Any]]", statement.get("Condition", {})).items():
        if operator in operators:
            found |= {key.lower(): [str(each) for each in listed(value)] for key, value in compared.items()}
    return found


def lasting(principal: str) -> str | None:
    """Return what is wrong with a principal that holds power over a cluster; None for a role that stays."""
    if ":assumed-role/" in principal:
        return "is a session of a role, which is another one at the next login"
    if "AWSReservedSSO_" in principal:
        return "is made anew by IAM Identity Center, with another name"
    if ":role/" not in principal:
        return "is no role"
    return None


def of_cluster(stack: Stack, cluster: Resource, *types: str) -> list[Resource]:
    """Return what belongs to a cluster: by its output or by its name."""
    name = cluster.props.plain.get("name")
    return [
        each
        for each in stack.of_type(*types)
        if cluster.urn in each.references.get("clusterName", ())
        or (name is not None and each.props.plain.get("clusterName") == name)
    ]


def component_of(stack: Stack, cluster: Resource) -> Resource | None:
    """Return our component that made a cluster; None for a cluster that somebody else made."""
    parent = stack.parent_of(cluster)
    return parent if parent is not None and parent.type == COMPONENT else None


def reachable(component: Resource | None) -> bool:
    """Return whether what lies inside a cluster can be created; in a component's first phase it can't."""
    if component is None:
        return True
    return component.props.read("endpoint.reachableThrough", provider_default="nothing-yet") != "nothing-yet"


def only_auto(cluster: Props) -> bool:
    """Return whether a cluster runs in Auto Mode."""
    return bool(cluster.read("computeConfig.enabled", provider_default=False))


def templates_of(stack: Stack, system: str) -> Iterator[Resource]:
    """Yield the launch templates of node groups whose AMI type begins with the name of a system."""
    for template in stack.of_type(LAUNCH_TEMPLATE):
        groups = [
            group
            for group in stack.of_type(NODE_GROUP)
            if template in stack.referred(group, "launchTemplate", LAUNCH_TEMPLATE)
        ]
        if any(each.props.read("amiType", provider_default="").startswith(system) for each in groups):
            yield template
