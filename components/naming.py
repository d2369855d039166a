"""Names that the toolkit gives: pure functions, with the length limits of the platforms.

Logical names and type tokens are public API: changing one replaces resources in every stack.
"""

import hashlib

PROJECT = "secure-clusters"
"""Name of the Pulumi project; prefix of every configuration key."""

LABEL_DOMAIN = "secureclusters.dev"
"""Prefix of every label and annotation that the toolkit sets."""

KUBERNETES_NAME_LIMIT = 63
"""Characters in a namespace name and in a label value."""


def annotation(name: str) -> str:
    """Return the label or annotation key `secureclusters.dev/<name>`."""
    return f"{LABEL_DOMAIN}/{name}"


def namespace_name(tenant: str, short_name: str) -> str:
    """Return the full name of a tenant's namespace: `<tenant>-<short name>`.

    The prefix is forced, so that two tenants can never claim the same namespace.
    """
    return f"{tenant}-{short_name}"


def cluster_role_name(role: str) -> str:
    """Return the name of one of the ready ClusterRoles: `secure-clusters-<role>`."""
    return f"secure-clusters-{role}"


def short_digest(text: str) -> str:
    """Return 8 hexadecimal characters that stand for the text: names that don't depend on order."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
