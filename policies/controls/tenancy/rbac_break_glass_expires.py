"""Emergency access has an end."""

import datetime
from collections.abc import Iterator

from policies import clock
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props

LONGEST = datetime.timedelta(days=90)


@control(
    title="Every break-glass binding has an end that has not passed",
    severity=Severity.HIGH,
    types=("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",),
    why="Emergency access without an end is standing access.",
    fix="Set access.breakGlass.expires to a day at most 90 days ahead, or remove breakGlass.",
    url="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review",
)
def check(props: Props) -> Iterator[str]:
    if props.read("roleRef.name", provider_default="") != "secure-clusters-break-glass":
        raise NotApplicableError("not a break-glass binding")
    annotations = props.read("metadata.annotations", provider_default={})
    text = annotations.get("secureclusters.dev/expires") or ""
    today = clock.today()
    try:
        end = datetime.date.fromisoformat(text)
    except ValueError:
        yield "metadata.annotations[secureclusters.dev/expires] must be a date such as 2027-01-31"
        return
    if not today <= end <= today + LONGEST:
        yield f"metadata.annotations[secureclusters.dev/expires] must lie between today and {LONGEST.days} days ahead"
