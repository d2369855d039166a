"""ARNs: which may hold power over a cluster, and how those that the toolkit needs are written."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+")
_POLICY = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[\w+=,.@/-]+")
_SINGLE_SIGN_ON = "AWSReservedSSO_"


def _lasting_role(arn: str) -> str:
    """Refuse principals that change or vanish: whoever is locked out of the key is locked out of the cluster."""
    if ":assumed-role/" in arn:
        raise ValueError(
            "this is a session of a role, which is another one at the next login; name the role itself: "
            "arn:aws:iam::<account>:role/<name>"
        )
    if _SINGLE_SIGN_ON in arn:
        raise ValueError(
            "IAM Identity Center makes this role anew with another name when its permission set is assigned again; "
            "name a role of your own that the permission set may assume"
        )
    if not _ROLE.fullmatch(arn):
        raise ValueError("name an IAM role: arn:aws:iam::<account>:role/<name>; users and roots are no roles")
    return arn


def check_policy(arn: str) -> str:
    """Return the ARN of a managed policy; raises `ValueError` for what is none, and for one that gives all away."""
    if not _POLICY.fullmatch(arn):
        raise ValueError("name an IAM policy: arn:aws:iam::<account>:policy/<name>, or `aws` as the account")
    name = arn.rpartition("/")[2]
    if name in {"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"}:
        raise ValueError(f"{name} gives a pod the account; write a policy of what it needs")
    return arn


AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
"""An AWS account: 12 digits, in quotes, as YAML would drop a leading zero."""

Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
"""An AWS region, such as `eu-central-1`."""

RoleArn = Annotated[str, AfterValidator(_lasting_role)]
"""An IAM role that stays what it is; sessions, users, roots and generated single sign-on roles are refused."""

PolicyArn = Annotated[str, AfterValidator(check_policy)]
"""A managed IAM policy, other than those that give away the account."""


def partition(region: str) -> str:
    """Return the partition that a region lies in: `aws`, `aws-us-gov` or `aws-cn`."""
    return {"us-gov": "aws-us-gov", "cn": "aws-cn"}.get(region.rsplit("-", 2)[0], "aws")


def account_of(role: str) -> str:
    """Return the account in a role's ARN."""
    return role.split(":")[4]


class Arns:
    """ARNs of one account and region, from plain values: known at preview, so policies can read them."""

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self.partition = partition(region)

    @property
    def root(self) -> str:
        """Return the account itself: what its own IAM policies allow."""
        return f"arn:{self.partition}:iam::{self.account}:root"

    def role(self, name: str) -> str:
        """Return a role of the account, by its name with path."""
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def aws_policy(self, name: str) -> str:
        """Return a policy that AWS keeps, by its name with path."""
        return f"arn:{self.partition}:iam::aws:policy/{name}"

    def cluster_policy(self, name: str) -> str:
        """Return an access policy of EKS.

        Source: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
        """
        return f"arn:{self.partition}:eks::aws:cluster-access-policy/{name}"

    def cluster(self, name: str) -> str:
        """Return an EKS cluster."""
        return f"arn:{self.partition}:eks:{self.region}:{self.account}:cluster/{name}"

    def log_group(self, name: str) -> str:
        """Return a CloudWatch log group."""
        return f"arn:{self.partition}:logs:{self.region}:{self.account}:log-group:{name}"

    def repository(self, name: str) -> str:
        """Return an ECR repository, or a pattern of them."""
        return f"arn:{self.partition}:ecr:{self.region}:{self.account}:repository/{name}"

    def key_alias(self, cluster: str, purpose: str) -> str:
        """Return the alias of a key of the cluster."""
        return f"arn:{self.partition}:kms:{self.region}:{self.account}:alias/{cluster}/{purpose}"

    def oidc_provider(self, issuer: str) -> str:
        """Return an OpenID Connect provider in IAM, by its issuer without scheme."""
        return f"arn:{self.partition}:iam::{self.account}:oidc-provider/{issuer}"
