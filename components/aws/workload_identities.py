"""IAM roles for the service accounts of tenants."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from ..cluster import GrantedIdentity
from ..naming import short_digest
from . import grants as workload_grants
from . import iam
from .identity import SIGN_IN, Identity
from .site import Site

_NAME_LIMIT = 64
"""Characters in the name of an IAM role."""
_RECORDS = "route53:ChangeResourceRecordSets"


class EksWorkloadIdentities:
    """Gives service accounts of one cluster an IAM role each."""

    def __init__(
        self, site: Site, cluster_name: pulumi.Input[str], irsa_issuer: str | None, opts: pulumi.ResourceOptions
    ) -> None:
        """Take the cluster's output `name`, and options with the AWS provider."""
        self._site, self._cluster_name, self._irsa_issuer = site, cluster_name, irsa_issuer
        self._opts = opts
        self.sign_in: tuple[tuple[str, int], ...] = () if irsa_issuer else SIGN_IN

    def grant(self, namespace: str, service_account: str, grants: Sequence[str], parent: Any) -> GrantedIdentity:
        """Create the role of one service account; `grants` are as `grants.parse` takes them."""
        granted = workload_grants.parse(grants)
        made = Identity(
            f"{namespace}-{service_account}",
            self._site,
            purpose=self._purpose(namespace, service_account),
            namespace=namespace,
            service_account=service_account,
            policies=granted.managed,
            inline=self._inline(granted.hosted_zones),
            irsa_issuer=self._irsa_issuer,
            cluster_name=self._cluster_name,
            opts=pulumi.ResourceOptions.merge(self._opts, pulumi.ResourceOptions(parent=parent)),
        )
        return GrantedIdentity(annotations=made.annotations, resources=made.resources)

    def _inline(self, zones: Sequence[str]) -> Mapping[str, str]:
        """Return the policies of the toolkit's own, by name."""
        return {"acme-challenges": challenges(zones, self._site.arns.partition)} if zones else {}

    def _purpose(self, namespace: str, service_account: str) -> str:
        """Return the rest of the role's name; a long one is cut and told apart by a digest."""
        whole = f"{namespace}-{service_account}"
        room = _NAME_LIMIT - len(self._site.name) - 1
        if len(whole) <= room:
            return whole
        digest = short_digest(whole)
        return f"{whole[: room - len(digest) - 1]}-{digest}"


def challenges(zones: Sequence[str], partition: str) -> str:
    """Return the policy that changes TXT records named `_acme-challenge` in hosted zones, and no other record.

    A condition on each of a request's values holds where there is none; so that there are some is a condition too.
    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
    """
    names, types, actions = (f"{_RECORDS}{each}" for each in ("NormalizedRecordNames", "RecordTypes", "Actions"))
    conditions = {
        "ForAllValues:StringLike": {names: ["_acme-challenge.*"]},
        "ForAllValues:StringEquals": {types: ["TXT"], actions: ["UPSERT", "DELETE"]},
        "Null": dict.fromkeys((names, types, actions), "false"),
    }
    return iam.document(
        iam.allow([_RECORDS], [f"arn:{partition}:route53:::hostedzone/{each}" for each in zones], Condition=conditions),
        # Whether a change has reached every server: its id is not known before it.
        iam.allow(["route53:GetChange"], [f"arn:{partition}:route53:::change/*"]),
    )
