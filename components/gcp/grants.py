"""What a workload may do, as a stack file says it: `<role>@<resource>`, such as `roles/storage.objectViewer@buckets/a`.

Both parts are plain, so that every grant shows in the preview and is judged there.
"""

import re
from dataclasses import dataclass

_ROLE = re.compile(r"(roles/[A-Za-z][A-Za-z0-9.]*|(projects|organizations)/[a-z0-9-]+/roles/[A-Za-z0-9_.]+)")
_NAMES = {
    "buckets": re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]"),
    "datasets": re.compile(r"[A-Za-z0-9_]{1,1024}"),
    "managedZones": re.compile(r"[a-z][a-z0-9-]{0,61}[a-z0-9]"),
    "secrets": re.compile(r"[A-Za-z0-9_-]{1,255}"),
    "subscriptions": re.compile(r"[A-Za-z][A-Za-z0-9._~+%-]{2,254}"),
    "topics": re.compile(r"[A-Za-z][A-Za-z0-9._~+%-]{2,254}"),
}
"""What can be granted on, and the form of its names."""
PROJECT = "project"
_GIVES_ALL = (
    "roles/browser",
    "roles/editor",
    "roles/owner",
    "roles/viewer",
    "roles/iam.securityAdmin",
    "roles/iam.serviceAccountTokenCreator",
    "roles/iam.serviceAccountUser",
    "roles/iam.workloadIdentityUser",
    "roles/resourcemanager.projectIamAdmin",
)
"""Roles that give a pod the project, or let it become somebody else."""


@dataclass(frozen=True)
class Grant:
    """One role on one resource."""

    role: str
    kind: str
    """`project`, or one of `buckets`, `datasets`, `managedZones`, `secrets`, `subscriptions` and `topics`."""
    name: str
    """Name of the resource in the cluster's project; a bucket's is the world's. Empty for the project."""


def parse(text: str) -> Grant:
    """Return the grant; raises `ValueError` that says what to write instead."""
    role, _, resource = text.rpartition("@")
    if not _ROLE.fullmatch(role):
        raise ValueError(
            "write <role>@<resource>, such as roles/storage.objectViewer@buckets/invoices or "
            "roles/cloudtrace.agent@project"
        )
    if role in _GIVES_ALL:
        raise ValueError(f"{role} gives a pod the project, or lets it become somebody else; name the role of its task")
    if resource == PROJECT:
        return Grant(role, PROJECT, "")
    kind, _, name = resource.partition("/")
    if kind not in _NAMES:
        raise ValueError(f"a role is granted on project, or on {', '.join(f'{each}/<name>' for each in _NAMES)}")
    if not _NAMES[kind].fullmatch(name):
        raise ValueError(f"{name!r} is no name among {kind}")
    return Grant(role, kind, name)
