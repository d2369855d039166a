"""The API server holds the response to tenants, and to what was chosen."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies import objects
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack
from policies.values import entries

_LIMITS = "secure-clusters-response-limits"
_ADMISSION = "kubernetes:admissionregistration.k8s.io/v1"
_PROTECTED = ("namespaceObject", "secureclusters.dev/tenant", "'platform'")
"""What the limits have to speak of: the tenant that a namespace belongs to, and that the platform is none."""
_ACCOUNT = "request.userInfo.username == 'system:serviceaccount:"
"""How the one condition begins under which they ask: whose request it is. Any other could be one that never holds."""
_ALL: Mapping[str, frozenset[str]] = {
    "apiGroups": frozenset({"*"}),
    "apiVersions": frozenset({"*"}),
    "resources": frozenset({"*/*"}),
    "operations": frozenset({"CREATE", "UPDATE", "DELETE", "CONNECT"}),
}
_NARROWER = ("excludeResourceRules", "namespaceSelector", "objectSelector")


@control(
    title="The response never touches Kubernetes or the platform",
    severity=Severity.CRITICAL,
    types=(objects.RUNTIME_DETECTION,),
    why="Whoever makes the response end the pods of kube-system, by false events, takes the cluster down.",
    fix="Leave the admission policy secure-clusters-response-limits and its binding as the platform makes them.",
    url="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/",
)
def check(stack: Stack) -> Iterator[Finding]:
    policies = _named(stack, "ValidatingAdmissionPolicy")
    bindings = _named(stack, "ValidatingAdmissionPolicyBinding")
    for detection in stack.of_type(objects.RUNTIME_DETECTION):
        if not any(_protects(each) for each in policies):
            yield Finding(resource=detection, message=f"no {_LIMITS} refuses what is outside the namespaces of tenants")
        if not any(_denies(each) for each in bindings):
            yield Finding(resource=detection, message=f"no binding makes {_LIMITS} deny")


def _named(stack: Stack, kind: str) -> list[Resource]:
    of_kind = [each for each in stack.resources if each.judged_type == f"{_ADMISSION}:{kind}"]
    return [each for each in of_kind if objects.object_name(each) == _LIMITS]


def _protects(policy: Resource) -> bool:
    expressions = [
        each.get("expression", "")
        for key in ("variables", "validations")
        for each in entries(policy.props.read(f"spec.{key}", provider_default=[]))
    ]
    closed = policy.props.read("spec.failurePolicy", provider_default="Fail") == "Fail"
    used = any("variables.ofTenant" in each for each in expressions)
    return (
        closed and used and _sees_all(policy) and any(all(part in each for part in _PROTECTED) for each in expressions)
    )


def _sees_all(policy: Resource) -> bool:
    """Return whether nothing that the account asks for gets past the policy unseen."""
    constraints = policy.props.read("spec.matchConstraints", provider_default={})
    conditions = entries(policy.props.read("spec.matchConditions", provider_default=[]))
    return (
        not any(constraints.get(key) for key in _NARROWER)
        and any(_is_about_all(rule) for rule in entries(constraints.get("resourceRules")))
        and all(each.get("expression", "").startswith(_ACCOUNT) for each in conditions)
    )


def _is_about_all(rule: Mapping[str, Any]) -> bool:
    whole = all(wanted <= {*entries(rule.get(key))} for key, wanted in _ALL.items())
    return whole and not rule.get("resourceNames") and rule.get("scope") in (None, "*")


def _denies(binding: Resource) -> bool:
    selected = binding.props.read("spec.matchResources", provider_default=None)
    bound = binding.props.read("spec.policyName", provider_default="") == _LIMITS
    return (
        bound
        and selected is None
        and "Deny" in entries(binding.props.read("spec.validationActions", provider_default=[]))
    )
