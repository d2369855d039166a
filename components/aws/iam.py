"""IAM roles and policy documents, from plain values: what a role may do can be judged before it exists."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from .site import Site

Statement = Mapping[str, Any]


def document(*statements: Statement) -> str:
    """Return a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions: Sequence[str], resources: Sequence[str], **more: Any) -> Statement:
    """Return a statement that allows actions on resources; `more` are its other keys, such as `Condition`."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources), **more}


def trust_service(service: str, conditions: Mapping[str, Any] | None = None, *, tagged: bool = False) -> str:
    """Return the trust of a role that a service of AWS takes on; `tagged` lets it pass session tags."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["sts:AssumeRole", "sts:TagSession"] if tagged else ["sts:AssumeRole"],
    }
    return document({**statement, "Condition": conditions} if conditions else statement)


def on_behalf_of(site: Site, source: str) -> Mapping[str, Any]:
    """Return the condition that a service acts for this account and this resource, and for no one else's."""
    return {"StringEquals": {"aws:SourceAccount": site.arns.account}, "ArnEquals": {"aws:SourceArn": source}}


class Role:
    """An IAM role with exactly the policies that it is given: what is attached to it by hand is taken off again."""

    def __init__(
        self,
        purpose: str,
        site: Site,
        trust: str,
        *,
        managed: Sequence[str] = (),
        inline: Mapping[str, str] | None = None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Create the role `<cluster>-<purpose>`; `managed` are ARNs of policies, `inline` documents by name."""
        name = f"{site.name}-{purpose}"
        self.name = name
        self.plain_arn = site.arns.role(name)
        """The ARN, known before the role is there; whoever uses it depends on `resources`."""
        role = aws.iam.Role(
            name,
            name=name,
            assume_role_policy=trust,
            permissions_boundary=site.boundary,
            force_detach_policies=False,
            opts=opts,
        )
        self.arn = role.arn
        below = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(parent=role))
        attachments = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy.rpartition('/')[2]}", role=role.name, policy_arn=policy, opts=below
            )
            for policy in managed
        ]
        policies = [
            aws.iam.RolePolicy(f"{name}-{key}", name=key, role=role.name, policy=text, opts=below)
            for key, text in (inline or {}).items()
        ]
        exclusive = [
            aws.iam.RolePolicyAttachmentsExclusive(
                f"{name}-attachments", role_name=role.name, policy_arns=list(managed), opts=below
            ),
            aws.iam.RolePoliciesExclusive(
                f"{name}-inline", role_name=role.name, policy_names=list(inline or {}), opts=below
            ),
        ]
        self.resources: list[pulumi.Resource] = [role, *attachments, *policies, *exclusive]
        """The role and what it may do; depend on all of them, or the permissions come too late and go too early."""
