"""What GKE needs inside the cluster, once its API server can be reached."""

import pulumi
import pulumi_kubernetes as k8s

from .encryption import Key
from .site import Site


def encrypted_storage(
    site: Site, key: Key, disk_type: str, opts: pulumi.ResourceOptions
) -> k8s.storage.v1.StorageClass:
    """Create a storage class: volumes encrypted with the key of disks, in the zone of the pod.

    It is not the default one: GKE keeps that itself and puts it back. A claim names it.
    """
    return k8s.storage.v1.StorageClass(
        f"{site.name}-encrypted",
        metadata=k8s.meta.v1.ObjectMetaArgs(name="encrypted"),
        provisioner="pd.csi.storage.gke.io",
        parameters={"type": disk_type, "disk-encryption-kms-key": key.plain},
        reclaim_policy="Delete",
        volume_binding_mode="WaitForFirstConsumer",
        allow_volume_expansion=True,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=key.resources)),
    )
