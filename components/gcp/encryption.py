"""Keys in Cloud KMS: one ring a cluster, a key for each purpose, and who may use it by Google's service agents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from .site import Site

USE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
_ADMINISTER = "roles/cloudkms.admin"
_ROTATION = f"{90 * 24 * 3600}s"
_DESTROYED_AFTER = f"{30 * 24 * 3600}s"


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key, and what has to be there before somebody encrypts with it."""

    id: pulumi.Output[str]
    """Its full name, which policies trace back to the key."""
    plain: str
    """The same as plain text, for what is judged by its text."""
    resources: Sequence[pulumi.Resource]
    """The key and its grants."""


class KeyRing:
    """Makes the keys of one cluster. Google deletes no ring and no key, so a destroy leaves both where they are."""

    def __init__(self, site: Site, opts: pulumi.ResourceOptions) -> None:
        """Create the ring; the groups for emergencies may change its keys, and not use them.

        `opts` protect the keys, too.
        """
        self._site = site
        # What backups and logs are encrypted with has to outlive the cluster.
        self._opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(retain_on_delete=True))
        self._ring = gcp.kms.KeyRing(
            site.name, name=site.key_ring, project=site.project, location=site.region, opts=self._opts
        )
        for group in site.break_glass:
            gcp.kms.KeyRingIAMMember(
                f"{site.name}-keys-{group.partition(':')[2]}",
                key_ring_id=self._ring.id,
                role=_ADMINISTER,
                member=group,
                opts=pulumi.ResourceOptions(parent=self._ring),
            )

    def key(self, purpose: str, users: Mapping[str, Sequence[str]]) -> Key:
        """Create a key in hardware that rotates every 90 days and can be rescued for 30 after it was destroyed.

        `users` are the roles of each member, as IAM names it. A version stays when the next one comes: what was
        encrypted with it can still be read.
        """
        site = self._site
        made = gcp.kms.CryptoKey(
            f"{site.name}-{purpose}",
            name=purpose,
            key_ring=self._ring.id,
            purpose="ENCRYPT_DECRYPT",
            rotation_period=_ROTATION,
            destroy_scheduled_duration=_DESTROYED_AFTER,
            deletion_policy="PREVENT",
            version_template=gcp.kms.CryptoKeyVersionTemplateArgs(
                algorithm="GOOGLE_SYMMETRIC_ENCRYPTION", protection_level="HSM"
            ),
            labels=site.labels,
            opts=self._opts,
        )
        grants = [
            gcp.kms.CryptoKeyIAMMember(
                f"{site.name}-{purpose}-{_of(member)}-{role.rpartition('.')[2]}",
                crypto_key_id=made.id,
                role=role,
                member=member,
                opts=pulumi.ResourceOptions(parent=made),
            )
            for member, roles in users.items()
            for role in roles
        ]
        return Key(id=made.id, plain=site.names.key(site.key_ring, purpose), resources=[made, *grants])


def _of(member: str) -> str:
    """Return the part of a service agent's name that says whose it is."""
    return member.partition("@")[2].partition(".")[0]
