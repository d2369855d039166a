"""What a workload may do, as a stack file says it: the ARN of an IAM policy, or a policy of the toolkit on a resource.

A policy of the toolkit is there where what is needed can be said more closely than by any policy that AWS has.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .arns import check_policy

_CHALLENGES = re.compile(r"acme-challenges@hostedZones/(Z[A-Z0-9]{1,31})")


@dataclass(frozen=True, kw_only=True)
class Grants:
    """Grants, told apart."""

    managed: tuple[str, ...]
    """ARNs of IAM policies."""
    hosted_zones: tuple[str, ...]
    """Ids of hosted zones in which an ACME server is shown that a host is ours."""


def parse(grants: Sequence[str]) -> Grants:
    """Return the grants; raises `ValueError` that says what to write instead."""
    zones = {text: found[1] for text in grants if (found := _CHALLENGES.fullmatch(text))}
    managed = tuple(check_policy(text) for text in grants if text not in zones)
    return Grants(managed=managed, hosted_zones=tuple(zones.values()))
