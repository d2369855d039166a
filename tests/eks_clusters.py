"""EKS clusters for tests: one that is complete, and changes to it."""

from typing import Any

from components.aws import EksClusterArgs

ACCOUNT = "111122223333"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/secure-clusters-deployer"
BREAK_GLASS = f"arn:aws:iam::{ACCOUNT}:role/break-glass"
NETWORK = {"kind": "own", "cidr": "10.40.0.0/16", "zones": ["eu-central-1a", "eu-central-1b", "eu-central-1c"]}
EXISTING_NETWORK = {
    "kind": "existing",
    "vpcId": "vpc-0123456789abcdef0",
    "cidrs": ["10.50.0.0/16"],
    "subnets": [
        {"id": f"subnet-0123456789abcde{index}0"[:24], "zone": f"eu-central-1{zone}", "cidr": f"10.50.{index}.0/24"}
        for index, zone in enumerate("abc")
    ],
}


def settings(**changes: Any) -> dict[str, Any]:
    """Settings of a cluster as they stand in a stack file, without its kind."""
    complete = {
        "identifier": "prod-aws",
        "account": ACCOUNT,
        "region": "eu-central-1",
        "network": NETWORK,
        "endpoint": {"reachableThrough": "runner-inside"},
        "deployer": DEPLOYER,
        "breakGlass": [BREAK_GLASS],
        "registry": {"repositories": ["payments/api"], "pullThrough": ["kubernetes"]},
    }
    return {**complete, **changes}


def args(**changes: Any) -> EksClusterArgs:
    """Arguments of a cluster, with changes by their names in a stack file."""
    return EksClusterArgs.model_validate(settings(**changes))


MODES: dict[str, dict[str, Any]] = {
    "managed nodes": {},
    "managed nodes, before the API server can be reached": {"endpoint": {}},
    "managed nodes with Cilium": {"networkPolicyEngine": "cilium"},
    "managed nodes on ARM with FIPS and sessions": {
        "nodeGroups": [
            {"name": "arm", "instanceTypes": ["m7g.large"], "cryptography": "fips", "access": "ssm"},
            {"name": "spot", "capacity": "spot", "taints": {"spot": "NO_SCHEDULE"}, "labels": {"spot": "true"}},
        ]
    },
    "managed nodes in an existing network": {"network": EXISTING_NETWORK},
    "managed nodes without a way out": {
        "network": {**NETWORK, "egress": "none"},
        "controlPlaneEgress": "customer-routed",
    },
    "managed nodes with roles by IRSA": {
        "irsaIssuer": "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
    },
    "managed nodes whose findings go to a topic": {
        "detection": {"findingsTo": f"arn:aws:sns:eu-central-1:{ACCOUNT}:security"}
    },
    "auto": {"mode": "auto"},
    "auto, before the API server can be reached": {"mode": "auto", "endpoint": {}},
    "fargate": {"mode": "fargate", "fargateProfiles": [{"name": "shop", "namespaces": ["shop-web"]}]},
}
"""Every way in which a cluster can be made."""
