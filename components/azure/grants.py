"""What a workload may do, as a stack file says it: `<role>@<resource>`.

Such as `Key Vault Secrets User@resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop`. Both parts are plain, so
that every grant shows in the preview and is judged there.
"""

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RESOURCE = re.compile(
    rf"(/subscriptions/{_UUID.pattern}/)?resourceGroups/[A-Za-z0-9._()-]+"
    r"/providers/[A-Za-z0-9.]+(/[A-Za-z0-9._-]+/[A-Za-z0-9._$-]+)+"
)
_GROUP = re.compile(rf"(/subscriptions/{_UUID.pattern}/)?resourceGroups/[A-Za-z0-9._()-]+")


@functools.cache
def roles(part: str) -> dict[str, str]:
    """Return the ids of built-in roles by name: of the part `toolkit`, `workloads` or `refused` of `roles.yaml`."""
    content = yaml.safe_load((Path(__file__).parent / "roles.yaml").read_text(encoding="utf-8"))
    return cast("dict[str, str]", content[part])


@dataclass(frozen=True)
class Grant:
    """One role on one resource."""

    role: str
    """Id of the role."""
    resource: str
    """Id of the resource; without its subscription where that is the cluster's."""

    def scope(self, subscription: str) -> str:
        """Return the full id of the resource."""
        inside = self.resource.startswith("/")
        return self.resource if inside else f"/subscriptions/{subscription}/{self.resource}"


def parse(text: str) -> Grant:
    """Return the grant; raises `ValueError` that says what to write instead."""
    role, _, resource = text.rpartition("@")
    if not role:
        raise ValueError(
            "write <role>@<resource>, such as "
            "Key Vault Secrets User@resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop"
        )
    id_ = _role(role)
    if _GROUP.fullmatch(resource):
        raise ValueError("this gives a whole resource group, with what will ever be in it; name the one resource")
    if not _RESOURCE.fullmatch(resource):
        raise ValueError(
            f"{resource!r} is no resource: resourceGroups/<group>/providers/<provider>/<type>/<name>, with "
            "/subscriptions/<id>/ before it where it lies in another subscription"
        )
    return Grant(id_, resource)


def _role(role: str) -> str:
    for name, id_ in roles("refused").items():
        if role in (name, id_):
            raise ValueError(
                f"{name} gives a pod everything, or lets it become somebody else; name the role of its task"
            )
    if _UUID.fullmatch(role):
        return role
    known = roles("workloads")
    if role not in known:
        raise ValueError(f"the role {role!r} is not known by name; use its id, or one of {', '.join(known)}")
    return known[role]
