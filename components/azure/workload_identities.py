"""Identities in Azure for the service accounts of tenants."""

from collections.abc import Sequence
from typing import Any

import pulumi

from ..cluster import GrantedIdentity
from .identity import SIGN_IN, Identity
from .site import Site


class AksWorkloadIdentities:
    """Gives service accounts of one cluster an identity each."""

    def __init__(self, site: Site, issuer: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        """Take the cluster's issuer of tokens, and options with the provider of Azure."""
        self._site, self._issuer, self._opts = site, issuer, opts
        self.sign_in: tuple[tuple[str, int], ...] = SIGN_IN

    def grant(self, namespace: str, service_account: str, grants: Sequence[str], parent: Any) -> GrantedIdentity:
        """Create the identity of one service account; `grants` are `<role>@<resource>`."""
        made = Identity(
            f"{namespace}-{service_account}",
            self._site,
            namespace=namespace,
            service_account=service_account,
            granted=grants,
            issuer=self._issuer,
            opts=pulumi.ResourceOptions.merge(self._opts, pulumi.ResourceOptions(parent=parent)),
        )
        annotations = {
            "azure.workload.identity/client-id": made.client_id,
            "azure.workload.identity/tenant-id": self._site.tenant,
        }
        return GrantedIdentity(annotations=annotations, resources=made.resources)
