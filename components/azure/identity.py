"""Identities of workloads in Azure: a service account has one of its own, and no node does."""

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import authorization, managedidentity

from ..options import below
from . import grants
from .roles import Kind
from .site import Site

SIGN_IN = (
    ("20.20.32.0/19", 443),
    ("20.190.128.0/18", 443),
    ("20.231.128.0/19", 443),
    ("40.126.0.0/18", 443),
)
"""Where Entra ID answers: a pod shows the token of its service account there, and gets one of Azure for it.
Source: https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges (id 56)"""
_AUDIENCE = "api://AzureADTokenExchange"


class Identity(pulumi.ComponentResource):
    """A managed identity that one service account of one namespace takes on, and its roles.

    Entra ID trusts the cluster's issuer for this one subject, so there is no secret, and no other pod can be it. The
    pods of the account have the label `azure.workload.identity/use: "true"`; others of the namespace are left alone.

    Controls: those in policies/controls/azure that judge roles and federated credentials.
    """

    client_id: pulumi.Output[str]
    """The identity as a pod names it."""
    resources: list[pulumi.Resource]
    """The credential and the roles: whoever runs as the account depends on them."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        namespace: str,
        service_account: str,
        granted: Sequence[str],
        issuer: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create them; `granted` are `<role>@<resource>`, see `grants.parse`."""
        declared = {
            "cluster": site.name,
            "namespace": namespace,
            "serviceAccount": service_account,
            "grants": list(granted),
        }
        super().__init__("secureclusters:azure:Identity", name, declared, opts)
        children = below(self, opts)
        made = managedidentity.UserAssignedIdentity(
            name,
            resource_name_=f"{site.name}-{name}",
            resource_group_name=site.group,
            location=site.region,
            tags=site.tags,
            opts=children,
        )
        self.client_id = made.client_id
        of_identity = pulumi.ResourceOptions(parent=made)
        credential = managedidentity.FederatedIdentityCredential(
            name,
            federated_identity_credential_resource_name="service-account",
            resource_name_=made.name,
            resource_group_name=site.group,
            issuer=issuer,
            subject=f"system:serviceaccount:{namespace}:{service_account}",
            audiences=[_AUDIENCE],
            opts=of_identity,
        )
        self.resources = [credential, *(_role(name, site, text, made.principal_id, of_identity) for text in granted)]
        self.register_outputs(declared)


def _role(
    name: str, site: Site, text: str, principal: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> authorization.RoleAssignment:
    grant = grants.parse(text)
    return authorization.RoleAssignment(
        f"{name}-{text.replace('/', '-').replace('@', '-').replace(' ', '-')}",
        role_definition_id=site.names.role(grant.role),
        principal_id=principal,
        principal_type=Kind.WORKLOAD.value,
        scope=grant.scope(site.names.subscription),
        opts=opts,
    )
