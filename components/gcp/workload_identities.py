"""Rights in the project for the service accounts of tenants."""

from collections.abc import Sequence
from typing import Any

import pulumi

from ..cluster import GrantedIdentity
from ..naming import annotation
from .identity import SIGN_IN, Identity
from .site import Site


class GkeWorkloadIdentities:
    """Gives service accounts of one cluster rights in its project."""

    def __init__(self, site: Site, opts: pulumi.ResourceOptions) -> None:
        """Take options with the provider of Google Cloud."""
        self._site, self._opts = site, opts
        self.sign_in: tuple[tuple[str, int], ...] = SIGN_IN

    def grant(self, namespace: str, service_account: str, grants: Sequence[str], parent: Any) -> GrantedIdentity:
        """Create the grants of one service account; `grants` are `<role>@<resource>`.

        GKE needs no annotation. This one says who the account is in IAM, and why its namespace opens the way to the
        metadata server.
        """
        made = Identity(
            f"{namespace}-{service_account}",
            self._site,
            namespace=namespace,
            service_account=service_account,
            granted=grants,
            opts=pulumi.ResourceOptions.merge(self._opts, pulumi.ResourceOptions(parent=parent)),
        )
        return GrantedIdentity(annotations={annotation("identity"): made.member}, resources=made.resources)
