"""Fields whose change replaces the object, as data: kind -> paths.

The same set as the official provider's; the API server refuses to change most of them in place.
Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
"""

from collections.abc import Mapping
from typing import Final

Path = tuple[str | int, ...]
"""Keys and list indexes from the root of an object."""

IDENTITY: Final[tuple[Path, ...]] = (("kind",), ("metadata", "name"), ("metadata", "namespace"))

BY_KIND: Final[Mapping[str, tuple[Path, ...]]] = {
    "ClusterRoleBinding": (("roleRef",),),
    "ConfigMap": (("binaryData",), ("data",)),
    "DaemonSet": (("spec", "selector"),),
    "Deployment": (("spec", "selector"),),
    "Job": (("spec", "completions"), ("spec", "selector"), ("spec", "template")),
    "PersistentVolumeClaim": (
        ("spec", "accessModes"),
        ("spec", "selector"),
        ("spec", "storageClassName"),
        ("spec", "volumeName"),
    ),
    "Pod": (("spec",),),
    "ResourceQuota": (("spec", "scopes"),),
    "RoleBinding": (("roleRef",),),
    "Secret": (("type",), ("data",), ("stringData",)),
    "Service": (("spec", "clusterIP"),),
    "StatefulSet": (
        ("spec", "podManagementPolicy"),
        ("spec", "selector"),
        ("spec", "serviceName"),
        ("spec", "volumeClaimTemplates"),
    ),
    "StorageClass": (("parameters",), ("provisioner",)),
}


def replacing_fields(kind: str, *, is_patch: bool, mutable_kinds: frozenset[str]) -> tuple[Path, ...]:
    """Return the paths whose change replaces an object of the kind.

    `mutable_kinds` are of ConfigMap and Secret those whose data the provider's settings let change in
    place. A patch is replaced only when it names another object.
    """
    if is_patch or kind not in BY_KIND:
        return IDENTITY
    if kind in mutable_kinds:
        return (*IDENTITY, ("type",))
    return IDENTITY + BY_KIND[kind]
