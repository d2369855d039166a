"""Keys of a cluster: a vault that only the network reaches, a key for each purpose, and who may use it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import compute, keyvault

from . import logs, private_link
from .network import Network
from .principals import identity
from .roles import Kind, give
from .site import Site

_ROTATION = "P90D"


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key in the vault."""

    id: pulumi.Output[str]
    """Its full id as a resource."""
    version: pulumi.Output[str]
    """Its address with its version."""


class Vault:
    """Makes the vault of one cluster and its keys. Neither can be destroyed for 90 days after it was deleted."""

    id: pulumi.Output[str]
    """Its full id."""

    def __init__(
        self, site: Site, network: Network, workspace_id: pulumi.Input[str], opts: pulumi.ResourceOptions
    ) -> None:
        """Create it with an endpoint in the network; the groups for emergencies may change its keys.

        Services that Microsoft trusts come in past the network, as disks have no other way to their key.
        """
        made = keyvault.Vault(
            site.name,
            vault_name=site.names.vault,
            resource_group_name=site.group,
            location=site.region,
            properties=keyvault.VaultPropertiesArgs(
                sku=keyvault.SkuArgs(family="A", name=keyvault.SkuName.PREMIUM),
                tenant_id=site.tenant,
                enable_purge_protection=True,
                enable_rbac_authorization=True,
                enable_soft_delete=True,
                soft_delete_retention_in_days=90,
                public_network_access="Disabled",
                network_acls=keyvault.NetworkRuleSetArgs(default_action="Deny", bypass="AzureServices"),
            ),
            tags=site.tags,
            opts=opts,
        )
        self._site, self._vault, self.id = site, made, made.id
        self._below = pulumi.ResourceOptions(parent=made)
        # A child is protected as its parent is, and a group could then never be taken out.
        beside = pulumi.ResourceOptions(parent=made, protect=False)
        logs.send(f"{site.name}-vault", of=made.id, to=workspace_id, categories=logs.VAULT, opts=beside)
        self._reachable = private_link.endpoint(
            f"{site.name}-vault",
            site,
            to=made.id,
            what=private_link.VAULT,
            zone_id=network.vault_zone_id,
            subnet_id=network.endpoint_subnet_id,
            opts=pulumi.ResourceOptions.merge(beside, pulumi.ResourceOptions(depends_on=network.resources)),
        )
        for group in site.break_glass:
            give(
                f"{site.name}-keys-{group}",
                site,
                "Key Vault Crypto Officer",
                to=group,
                kind=Kind.GROUP,
                on=made.id,
                opts=beside,
            )

    def key(self, purpose: str) -> Key:
        """Create a key in hardware that gets a new version every 90 days; the old ones stay, and still decrypt."""
        rotate = keyvault.LifetimeActionArgs(
            action=keyvault.ActionArgs(type=keyvault.KeyRotationPolicyActionType.ROTATE),
            trigger=keyvault.TriggerArgs(time_after_create=_ROTATION),
        )
        made = keyvault.Key(
            f"{self._site.name}-{purpose}",
            key_name=purpose,
            vault_name=self._vault.name,
            resource_group_name=self._site.group,
            properties=keyvault.KeyPropertiesArgs(
                kty="RSA-HSM",
                key_size=3072,
                rotation_policy=keyvault.RotationPolicyArgs(lifetime_actions=[rotate]),
            ),
            tags=self._site.tags,
            opts=pulumi.ResourceOptions.merge(self._below, pulumi.ResourceOptions(depends_on=self._reachable)),
        )
        return Key(id=made.id, version=made.key_uri_with_version)


@dataclass(frozen=True, kw_only=True)
class Disks:
    """What encrypts disks, and what has to be there before one is made."""

    id: pulumi.Output[str]
    resources: Sequence[pulumi.Resource]


def disks(site: Site, key: Key, opts: pulumi.ResourceOptions) -> Disks:
    """Create the disk encryption set, which follows the key to its newest version by itself."""
    reader = identity(site, "disks", opts)
    uses = give(
        f"{site.name}-disks",
        site,
        "Key Vault Crypto Service Encryption User",
        to=reader.principal_id,
        kind=Kind.WORKLOAD,
        on=key.id,
        opts=pulumi.ResourceOptions(parent=reader),
    )
    made = compute.DiskEncryptionSet(
        site.name,
        disk_encryption_set_name=site.name,
        resource_group_name=site.group,
        location=site.region,
        encryption_type="EncryptionAtRestWithCustomerKey",
        identity=compute.EncryptionSetIdentityArgs(
            type=compute.DiskEncryptionSetIdentityType.USER_ASSIGNED, user_assigned_identities=[reader.id]
        ),
        active_key=compute.KeyForDiskEncryptionSetArgs(key_url=key.version),
        rotation_to_latest_key_version_enabled=True,
        tags=site.tags,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[uses])),
    )
    return Disks(id=made.id, resources=[made, uses])
