"""A workload identity in Google Cloud is for one service account."""

import re
from collections.abc import Iterator

from policies import gcp_grants
from policies.control import control
from policies.model import Finding, Severity, Stack
from policies.values import UnknownRead

_ONE = re.compile(
    r"serviceAccount:[^\[\]]+\.svc\.id\.goog\[(?P<namespace>[^/\]]+)/(?P<name>[^/\]]+)\]"
    r"|principal://iam\.googleapis\.com/.+\.svc\.id\.goog/subject/ns/(?P<ns>[^/]+)/sa/(?P<sa>[^/]+)"
)


def _problem(grant: gcp_grants.Grant) -> str | None:
    member = grant.member
    if member is None:
        if grant.role == "roles/iam.workloadIdentityUser":
            raise UnknownRead((grant.key,))
        return None
    if ".svc.id.goog" not in member:
        whole = member.startswith("principalSet://") and member.endswith("/*")
        return "must not be a whole pool" if whole else None
    one = _ONE.fullmatch(member)
    if one is None:
        return "must name one service account, not all of a namespace, a cluster or a project"
    if (one["name"] or one["sa"]) == "default" or (one["namespace"] or one["ns"]) in ("default", "kube-system"):
        return "must name a service account of the workload's own, in a namespace of its own"
    return None


@control(
    title="A workload identity in Google Cloud is for one service account",
    severity=Severity.HIGH,
    types=gcp_grants.EVERYWHERE,
    why=(
        "A grant to a namespace, a cluster or a whole pool is one to every pod in it, and a grant to the account "
        "default to every pod that names none. Pools are one for each project: the name is the same in all of its "
        "clusters."
    ),
    fix=(
        "Name the tenant's service account in its workload identity, or write "
        "serviceAccount:PROJECT.svc.id.goog[NAMESPACE/NAME]."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/workload-identity",
)
def check(stack: Stack) -> Iterator[Finding]:
    for grant in gcp_grants.grants(stack, *gcp_grants.EVERYWHERE):
        if problem := _problem(grant):
            yield Finding(resource=grant.resource, message=f"{grant.path} {problem}")
