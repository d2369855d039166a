"""KMS keys whose policies name roles, and never the caller."""

import json
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from .iam import Statement
from .site import Site

_ADMINISTER = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
_USE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")
_ROTATION_DAYS = 365
_DELETION_DAYS = 30


def key(purpose: str, site: Site, statements: Sequence[Statement], opts: pulumi.ResourceOptions) -> aws.kms.Key:
    """Create a key that rotates each year and can be rescued for 30 days after its deletion, and its alias.

    The account and the administrators may change the key, but not use it: `statements` say who may.
    The account is named too, as a key whose only administrators were deleted is lost for ever.
    """
    administer = {
        "Sid": "Administer",
        "Effect": "Allow",
        "Principal": {"AWS": [site.arns.root, *site.administrators]},
        "Action": list(_ADMINISTER),
        "Resource": "*",
    }
    made = aws.kms.Key(
        f"{site.name}-{purpose}",
        description=f"{purpose} of the cluster {site.name}",
        enable_key_rotation=True,
        rotation_period_in_days=_ROTATION_DAYS,
        deletion_window_in_days=_DELETION_DAYS,
        multi_region=False,
        bypass_policy_lockout_safety_check=False,
        policy=json.dumps({"Version": "2012-10-17", "Statement": [administer, *statements]}),
        opts=opts,
    )
    aws.kms.Alias(
        f"{site.name}-{purpose}",
        name=f"alias/{site.name}/{purpose}",
        target_key_id=made.key_id,
        opts=pulumi.ResourceOptions(parent=made),
    )
    return made


def use(sid: str, roles: Sequence[str]) -> Statement:
    """Return a statement that lets roles encrypt and decrypt."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": list(roles)},
        "Action": list(_USE),
        "Resource": "*",
    }


def grant(sid: str, roles: Sequence[str]) -> Statement:
    """Return a statement that lets roles hand the key to a service of AWS, for one resource of theirs."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": list(roles)},
        "Action": ["kms:CreateGrant", "kms:DescribeKey"],
        "Resource": "*",
        "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
    }


def use_by_logs(site: Site, log_groups: Sequence[str]) -> Statement:
    """Return a statement that lets CloudWatch Logs use the key for the named log groups."""
    arns = [site.arns.log_group(name) for name in log_groups]
    return {
        "Sid": "EncryptLogs",
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{site.arns.region}.amazonaws.com"},
        "Action": list(_USE),
        "Resource": "*",
        "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arns}},
    }
