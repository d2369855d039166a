"""A role is trusted to exactly whom it is for."""

from collections.abc import Iterator
from typing import Any

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props

_PODS = "pods.eks.amazonaws.com"
_POD = ("aws:requesttag/kubernetes-namespace", "aws:requesttag/kubernetes-service-account", "aws:sourceaccount")
_CLUSTER = {"aws:requesttag/eks-cluster-arn", "aws:requesttag/eks-cluster-name", "aws:sourcearn"}
_FOR_ITSELF = ("ec2.amazonaws.com", "ecr.amazonaws.com")
"""Services that act for a resource of the role's own account, and for which AWS names no source in the trust."""


def _wrong(kind: str, who: str, statement: Any) -> str | None:
    exact = aws.conditions(statement, "StringEquals")
    if kind == "*" or who == "*":
        return "trusts everybody"
    if kind == "Service" and who == _PODS:
        bound = all(key in exact for key in _POD) and _CLUSTER & set(exact)
        return None if bound else "trusts pods beyond one service account of one cluster"
    if kind == "Service":
        return None if who in _FOR_ITSELF or "aws:sourceaccount" in exact else "trusts a service for any account"
    if kind == "Federated":
        issuer = who.partition(":oidc-provider/")[2].lower()
        return None if {f"{issuer}:aud", f"{issuer}:sub"} <= set(exact) else "trusts more than one service account"
    return None


@control(
    title="A role is trusted to exactly whom it is for",
    severity=Severity.CRITICAL,
    types=(aws.ROLE,),
    why=(
        "A role that anybody, any account or any pod can take on is theirs; a service can be made to take on "
        "another's role."
    ),
    fix="Create roles through the component, or bind the trust to account, namespace and service account.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html",
)
def check(props: Props) -> Iterator[str]:
    for index, statement in enumerate(aws.statements(props, "assumeRolePolicy")):
        if statement.get("Effect") == "Allow":
            for kind, who in aws.principals(statement):
                if wrong := _wrong(kind, who, statement):
                    yield f"assumeRolePolicy: statement {index} {wrong}"
