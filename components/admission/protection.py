"""Admission policies that keep the baseline in place: Pod Security labels, default-deny, quotas, RBAC.

RBAC gives tenants no right to change these; the policies hold even where a right was given by mistake. They
can't protect themselves: the API server never asks a policy about a policy, so that nobody is locked out.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ConfigDict

from .. import data_file
from ..naming import annotation, cluster_role_name
from .controls import null_is_empty, text
from .model import AdmissionArgs, Deployers
from .policy import AdmissionPolicy, Rule, Validation
from .workload import actions, not_the_cloud

SYSTEM_GROUPS = ("system:masters",)
"""The API server's own group: what is in it passes every authorization anyhow."""

SYSTEM_USERS = (
    "system:apiserver",
    "system:kube-controller-manager",
    *(
        f"system:serviceaccount:kube-system:{controller}"
        for controller in (
            "clusterrole-aggregation-controller",
            "generic-garbage-collector",
            "namespace-controller",
            "resourcequota-controller",
        )
    ),
)
"""Controllers of the control plane that delete and complete objects; other service accounts are not trusted."""


class _Requests(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    group: str
    resources: tuple[str, ...]
    operations: tuple[str, ...]


class Protection(BaseModel):
    """A rule of `protection.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    tenants: bool
    rules: _Requests
    must: str
    message: str

    def asked(self) -> str:
        """Return CEL that is true for the requests that the rule is about; other rules share its policy."""
        resources = ", ".join(
            text(resource) for resource in sorted({name.split("/")[0] for name in self.rules.resources})
        )
        operations = ", ".join(text(operation) for operation in self.rules.operations)
        return (
            f"request.resource.group == {text(self.rules.group)} && request.resource.resource in [{resources}] && "
            f"request.operation in [{operations}]"
        )


@cache
def protections() -> tuple[Protection, ...]:
    """Return the rules of `protection.yaml`."""
    content = data_file.read(Path(__file__).parent / "protection.yaml")
    return tuple(Protection.model_validate(entry) for entry in cast("list[object]", content))


def policies(args: AdmissionArgs) -> Iterator[AdmissionPolicy]:
    """Yield two policies: for the namespaces of tenants, and for the cluster."""
    for name, tenants in (("protection-tenants", True), ("protection-cluster", False)):
        chosen = [protection for protection in protections() if protection.tenants is tenants]
        yield AdmissionPolicy(
            name=cluster_role_name(name),
            rules=tuple(_rules(chosen)),
            validations=tuple(_validation(protection) for protection in chosen),
            actions=actions(args.rollout, mandatory=True),
            conditions={"not-the-platform-team": f"!({trusted(args.deployers)})", **not_the_cloud(args)},
            variables={
                "before": "request.operation == 'CREATE' ? dyn({}) : dyn(oldObject)",
                "after": "request.operation == 'DELETE' ? dyn({}) : dyn(object)",
            },
            namespace_label=annotation("tenant") if tenants else None,
        )


def trusted(deployers: Deployers) -> str:
    """Return CEL that is true for requests of the deployers and of the control plane itself."""
    groups = ", ".join(text(group) for group in (*SYSTEM_GROUPS, *deployers.groups))
    users = ", ".join(text(user) for user in (*SYSTEM_USERS, *deployers.users))
    return (
        f"request.userInfo.?groups.orValue([]).exists(group, group in [{groups}]) || "
        f"request.userInfo.?username.orValue('') in [{users}]"
    )


def _rules(chosen: Iterable[Protection]) -> Iterator[Rule]:
    """Yield one rule for each group and set of operations."""
    merged: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for protection in chosen:
        known = merged.setdefault((protection.rules.group, protection.rules.operations), [])
        known += [resource for resource in protection.rules.resources if resource not in known]
    for (group, operations), resources in merged.items():
        yield Rule(group=group, versions=("v1",), resources=tuple(resources), operations=operations)


def _validation(protection: Protection) -> Validation:
    return Validation(
        expression=f"!({protection.asked()}) || ({null_is_empty(protection.must)})",
        message=f"{protection.id}: {protection.message}",
    )
