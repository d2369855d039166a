"""Who may do what in Google Cloud, as the controls read it: one grant at a time, however it is written."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from policies import gcp
from policies.model import Resource, Stack
from policies.values import UNKNOWN


def _types(*stems: str) -> tuple[str, ...]:
    """Return the three types by which Google Cloud grants roles on something: `projects/iAM` gives `IAMMember`."""
    return tuple(
        f"gcp:{module}/{name}{kind}:{name[0].upper()}{name[1:]}{kind}"
        for module, name in (stem.split("/") for stem in stems)
        for kind in ("Member", "Binding", "Policy")
    )


WIDE = _types("projects/iAM", "folder/iAM", "organizations/iAM")
"""Types of grants on all that a project, a folder or an organization has."""
EVERYWHERE = (
    *WIDE,
    *_types(
        "artifactregistry/repositoryIam",
        "bigquery/datasetIam",
        "binaryauthorization/attestorIam",
        "gkebackup/backupPlanIam",
        "kms/cryptoKeyIAM",
        "kms/keyRingIAM",
        "pubsub/subscriptionIAM",
        "pubsub/topicIAM",
        "secretmanager/secretIam",
        "serviceaccount/iAM",
        "storage/bucketIAM",
    ),
)
"""Types of grants on a project and on single things that a cluster works with."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One role for one member."""

    resource: Resource
    key: str
    """Property that holds the member."""
    path: str
    """Where the member stands, such as `members[1]`."""
    role: str
    """Such as `roles/container.admin`; empty for a custom role that is made in the same update."""
    member: str | None
    """Such as `group:platform@example.org`; None: made of an output of the stack, so nobody from outside of it."""


def grants(stack: Stack, *types: str) -> Iterator[Grant]:
    """Yield the grants that the resources of these types hold.

    Raises `UnknownRead` for a role or a member that is unknown without being made of a resource of the stack.
    """
    for resource in stack.of_type(*types):
        if resource.type.endswith("Policy"):
            yield from _of_policy(resource)
        else:
            role = _read(resource, "role")
            for key in ("member", "members"):
                for path, member in _members(resource, key):
                    yield Grant(resource=resource, key=key, path=path, role=role or "", member=member)


def _of_policy(resource: Resource) -> Iterator[Grant]:
    document = cast("dict[str, Any]", json.loads(resource.props.read("policyData", provider_default="{}")))
    for binding in document.get("bindings", []):
        for member in binding["members"]:
            yield Grant(resource=resource, key="policyData", path="policyData", role=binding["role"], member=member)


def _read(resource: Resource, key: str) -> str | None:
    if resource.props.plain.get(key) is UNKNOWN and resource.references.get(key):
        return None
    return resource.props.read(key, provider_default="")


def _members(resource: Resource, key: str) -> Iterator[tuple[str, str | None]]:
    value = resource.props.plain.get(key)
    if isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            of_stack = item is UNKNOWN and resource.references.get(key)
            yield f"{key}[{index}]", None if of_stack else resource.props[key][index]
    elif value is not None:
        yield key, _read(resource, key)


@dataclass(frozen=True)
class NodeAccounts:
    """The accounts of the nodes of a stack."""

    resources: frozenset[str]
    """URNs of those that the stack makes."""
    emails: frozenset[str]
    """Those that it only names; of those that it makes, their ids with an `@`."""

    def hold(self, stack: Stack, grant: Grant) -> bool:
        """Return whether the grant is for one of them."""
        made = stack.referred(grant.resource, grant.key, gcp.ACCOUNT)
        of_nodes = any(account.urn in self.resources for account in made)
        if grant.member is None or (grant.key == "member" and of_nodes):
            return of_nodes
        email = grant.member.removeprefix("serviceAccount:")
        return email in self.emails or f"{email.partition('@')[0]}@" in self.emails


def node_accounts(stack: Stack) -> NodeAccounts:
    """Return the accounts of all nodes of the stack.

    Raises `UnknownRead` where the account of a node is unknown without being made of a resource of the stack.
    """
    made: set[Resource] = set()
    emails: set[str] = set()
    for resource in stack.of_type(gcp.CLUSTER, gcp.NODE_POOL):
        for nodes in gcp.all_node_configs(resource):
            accounts = stack.referred(resource, str(nodes.path[0]), gcp.ACCOUNT)
            made.update(accounts)
            if nodes.plain.get("serviceAccount") is not UNKNOWN or not accounts:
                emails.add(nodes.read("serviceAccount", provider_default=""))
    ids = {f"{account.props.plain.get('accountId')}@" for account in made}
    return NodeAccounts(frozenset(account.urn for account in made), frozenset(emails - {""} | ids))
