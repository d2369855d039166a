"""IAM roles for the service accounts of tenants."""

from collections.abc import Sequence
from typing import Any

import pulumi

from ..cluster import GrantedIdentity
from ..naming import short_digest
from .identity import SIGN_IN, Identity
from .site import Site

_NAME_LIMIT = 64
"""Characters in the name of an IAM role."""


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
        """Create the role of one service account; `grants` are ARNs of IAM policies."""
        made = Identity(
            f"{namespace}-{service_account}",
            self._site,
            purpose=self._purpose(namespace, service_account),
            namespace=namespace,
            service_account=service_account,
            policies=grants,
            irsa_issuer=self._irsa_issuer,
            cluster_name=self._cluster_name,
            opts=pulumi.ResourceOptions.merge(self._opts, pulumi.ResourceOptions(parent=parent)),
        )
        return GrantedIdentity(annotations=made.annotations, resources=made.resources)

    def _purpose(self, namespace: str, service_account: str) -> str:
        """Return the rest of the role's name; a long one is cut and told apart by a digest."""
        whole = f"{namespace}-{service_account}"
        room = _NAME_LIMIT - len(self._site.name) - 1
        if len(whole) <= room:
            return whole
        digest = short_digest(whole)
        return f"{whole[: room - len(digest) - 1]}-{digest}"
