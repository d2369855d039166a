"""What a stack file can get wrong about an EKS cluster, and how it is told: one line each, before anything is made."""

from typing import Any

import pytest

from components import settings
from components.errors import UserError
from tests import eks_clusters

ROLE = f"arn:aws:iam::{eks_clusters.ACCOUNT}:role"
SINGLE_SIGN_ON = f"{ROLE}/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"
SESSION = f"arn:aws:sts::{eks_clusters.ACCOUNT}:assumed-role/admin/me"
NETWORK = eks_clusters.NETWORK
FREEZE = {"from": "2026-01-01", "to": "2026-01-02", "reason": "the busiest weeks"}
TENANT = {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}]}


def message(stack: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    """The lines of the error that a stack file with these changes gets, without its headline."""
    raw = {"owner": "platform-team", "cluster": {"kind": "eks", **eks_clusters.settings(**changes)}, **(stack or {})}
    with pytest.raises(UserError) as refused:
        settings.load(raw, "stacks/Pulumi.test.yaml")
    return str(refused.value).splitlines()[1:]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"network": {**NETWORK, "cidr": "10.40.0.1/16"}}, "cluster.network.cidr: '10.40.0.1/16': use an IPv4 network"),
        ({"network": {**NETWORK, "cidr": "8.8.0.0/16"}}, "use a private range"),
        ({"network": {**NETWORK, "cidr": "10.0.0.0/24"}}, "use a prefix between /16 and /21"),
        ({"network": {**NETWORK, "zones": ["eu-central-1a"]}}, "network.zones: needs at least 3 entries"),
        ({"network": {**NETWORK, "zones": ["eu-central-1a"] * 3}}, "name each zone once"),
        ({"network": {"cidr": "10.0.0.0/16"}}, "cluster.network.kind: missing; allowed: existing, own"),
        ({"serviceCidr": "10.40.128.0/20"}, "serviceCidr 10.40.128.0/20 overlaps the VPC's 10.40.0.0/16"),
        ({"serviceCidr": "172.20.0.0/26"}, "needs a prefix between /12 and /24"),
        ({"upgrades": {"version": "1.20"}}, "Kubernetes 1.20 is not in standard support; supported: 1."),
        ({"upgrades": {"freezes": [FREEZE]}}, "lies in the past; remove it"),
        ({"nodeGroups": [{"name": "a", "instanceTypes": ["t2.large"]}]}, "t2 is not built on the Nitro system"),
        ({"nodeGroups": [{"name": "a", "instanceTypes": ["large"]}]}, "use an EC2 instance type such as"),
        ({"nodeGroups": [{"name": "a", "instanceTypes": ["m7g.large", "m7i.large"]}]}, "mixes processor architectures"),
        ({"nodeGroups": [{"name": "a", "smallest": 5, "largest": 2}]}, "largest size below its smallest"),
        ({"nodeGroups": [{"name": "a"}, {"name": "a"}]}, "the name 'a' stands twice"),
        ({"breakGlass": []}, "cluster.breakGlass: needs at least 1 entry"),
        ({"breakGlass": [SINGLE_SIGN_ON]}, "IAM Identity Center makes this role anew"),
        ({"breakGlass": [f"arn:aws:iam::{eks_clusters.ACCOUNT}:root"]}, "users and roots are no roles"),
        ({"breakGlass": [f"arn:aws:iam::{eks_clusters.ACCOUNT}:user/me"]}, "users and roots are no roles"),
        ({"breakGlass": ["arn:aws:iam::999999999999:role/admin"]}, "is in another account than the cluster"),
        ({"breakGlass": [eks_clusters.DEPLOYER]}, "deployer stands among breakGlass"),
        ({"deployer": SESSION}, "this is a session of a role, which is another one at the next login"),
        ({"access": [{"role": eks_clusters.DEPLOYER, "groups": ["dev"]}]}, "has access already"),
        ({"access": [{"role": f"{ROLE}/dev", "groups": ["system:masters"]}]}, "belong to the cluster itself"),
        ({"mode": "auto", "nodeGroups": [{"name": "a"}]}, "nodeGroups belongs to the mode managed-nodes"),
        ({"fargateProfiles": [{"name": "a", "namespaces": ["b"]}]}, "fargateProfiles belongs to the mode fargate"),
        ({"mode": "auto", "networkPolicyEngine": "cilium"}, "in the mode auto it can be eks-auto"),
        ({"mode": "fargate", "networkPolicyEngine": "aws-vpc-cni"}, "in the mode fargate it can be none"),
        ({"endpoint": {"access": "public"}}, "publicCidrs is empty"),
        ({"endpoint": {"access": "public", "publicCidrs": ["0.0.0.0/0"]}}, "0.0.0.0/0 is the whole internet"),
        ({"endpoint": {"publicCidrs": ["192.0.2.0/24"]}}, "publicCidrs is for a public endpoint only"),
        ({"endpoint": {"reachableThrough": "internet"}}, "reachableThrough is internet, but access is private"),
        ({"account": 111122223333}, "cluster.account: 111122223333: allowed: a valid string"),
        ({"kind": "eksx"}, "cluster.kind: 'eksx': allowed: "),
        ({"breakGlas": []}, 'unknown key; did you mean "breakGlass"?'),
        ({"detection": {"logRetentionDays": 30}}, "logRetentionDays"),
    ],
)
def test_bad_input_gets_one_line_that_says_what_to_do(changes, told):
    lines = message(**changes)
    assert len(lines) == 1, lines
    assert told in lines[0]


def test_all_that_is_wrong_is_told_at_once():
    assert len(message(account=3, region="Europe", breakGlass=[], nodeGroups=[{"name": "A"}])) == 4


def test_a_region_that_holds_no_zone_of_the_network_is_told_for_each_zone():
    assert [line.rpartition(": ")[2] for line in message(region="eu-west-1")] == [
        f"the zone eu-central-1{zone} is not in the region eu-west-1" for zone in "abc"
    ]


@pytest.mark.parametrize(
    "inside",
    [{"tenants": [TENANT]}, {"admission": {"deployers": {"groups": ["secure-clusters-deployers"]}}}],
    ids=["tenants", "admission"],
)
def test_what_lies_inside_waits_until_the_api_server_can_be_reached(inside):
    (line,) = message(inside, endpoint={})
    assert f"{next(iter(inside))} lies inside the cluster, whose API server nothing reaches yet" in line
    assert "cluster.endpoint.reachableThrough" in line


def test_a_cluster_in_a_cloud_takes_no_kubeconfig():
    (line,) = message({"kubeconfig": {"from": "file", "path": "~/.kube/config"}})
    assert "the cluster gives its own" in line


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        ("arn:aws:iam::aws:policy/AdministratorAccess", "gives a pod the account"),
        ("payments-api", "name an IAM policy"),
    ],
)
def test_a_grant_that_is_no_policy_or_gives_all_away_is_refused(grant, told):
    identity = {"serviceAccount": "api", "grants": [grant]}
    (line,) = message({"tenants": [{**TENANT, "namespaces": [{"name": "web", "identities": [identity]}]}]})
    assert "tenant 'shop', namespace 'web': identities" in line
    assert told in line


def test_the_default_account_can_have_no_role_as_every_pod_would_get_it():
    identity = {"serviceAccount": "default", "grants": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]}
    (line,) = message({"tenants": [{**TENANT, "namespaces": [{"name": "web", "identities": [identity]}]}]})
    assert "pods that name no account would get the role" in line
