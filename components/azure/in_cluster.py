"""What AKS needs inside the cluster, once its API server can be reached."""

import pulumi
import pulumi_kubernetes as k8s

from ..karpenter import disruption
from ..upgrades import Upgrades
from .site import Site

_NAME = "secure-clusters"
_DISK_GIB = 100


def encrypted_storage(site: Site, opts: pulumi.ResourceOptions) -> k8s.storage.v1.StorageClass:
    """Create a storage class: volumes encrypted with the key of disks, in the zone of the pod.

    It is not the default one: AKS keeps that itself and puts it back. A claim names it.
    """
    return k8s.storage.v1.StorageClass(
        f"{site.name}-encrypted",
        metadata=k8s.meta.v1.ObjectMetaArgs(name="encrypted"),
        provisioner="disk.csi.azure.com",
        parameters={"skuName": "Premium_LRS", "diskEncryptionSetID": site.names.disk_encryption_set},
        reclaim_policy="Delete",
        volume_binding_mode="WaitForFirstConsumer",
        allow_volume_expansion=True,
        opts=opts,
    )


def nodes(site: Site, upgrades: Upgrades, opts: pulumi.ResourceOptions) -> list[pulumi.Resource]:
    """Give workloads nodes in AKS Automatic: Azure Linux, encrypted on the host, with a disk that goes with its node.

    A node is replaced by its new image in the window, and never by its age, which would know no window.
    Source: https://learn.microsoft.com/azure/aks/node-auto-provisioning-aksnodeclass
    """
    node_class = k8s.apiextensions.CustomResource(
        f"{site.name}-node-class",
        api_version="karpenter.azure.com/v1beta1",
        kind="AKSNodeClass",
        metadata=k8s.meta.v1.ObjectMetaArgs(name=_NAME),
        spec={"imageFamily": "AzureLinux", "osDiskSizeGB": _DISK_GIB, "security": {"encryptionAtHost": True}},
        opts=opts,
    )
    requirements = {
        "karpenter.sh/capacity-type": ["on-demand"],
        "kubernetes.io/arch": ["amd64"],
        "kubernetes.io/os": ["linux"],
        "karpenter.azure.com/sku-family": ["D", "E"],
    }
    has_disk = {
        "key": "karpenter.azure.com/sku-storage-ephemeralos-maxsize",
        "operator": "Gt",
        "values": [str(_DISK_GIB)],
    }
    node_pool = k8s.apiextensions.CustomResource(
        f"{site.name}-node-pool",
        api_version="karpenter.sh/v1",
        kind="NodePool",
        metadata=k8s.meta.v1.ObjectMetaArgs(name=_NAME),
        spec={
            "template": {
                "spec": {
                    "nodeClassRef": {"group": "karpenter.azure.com", "kind": "AKSNodeClass", "name": _NAME},
                    "expireAfter": "Never",
                    "requirements": [
                        *({"key": key, "operator": "In", "values": values} for key, values in requirements.items()),
                        has_disk,
                    ],
                }
            },
            "disruption": disruption(upgrades),
        },
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[node_class])),
    )
    return [node_class, node_pool]
