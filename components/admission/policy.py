"""An admission policy and its bindings, before they are resources: what `manifests` and the component share.

Source: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

API_VERSION = "admissionregistration.k8s.io/v1"


class Action(StrEnum):
    """What a failed validation does."""

    DENY = "Deny"
    WARN = "Warn"
    AUDIT = "Audit"


@dataclass(frozen=True, kw_only=True)
class Validation:
    """One expression that must hold; a refusal has status 403, so that it isn't mistaken for a malformed object."""

    expression: str
    message: str
    message_expression: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Requests that a policy is asked about."""

    group: str
    versions: tuple[str, ...]
    resources: tuple[str, ...]
    operations: tuple[str, ...] = ("CREATE", "UPDATE")


@dataclass(frozen=True, kw_only=True)
class AdmissionPolicy:
    """One ValidatingAdmissionPolicy with its one binding, of the same name.

    A request that can't be judged is refused (`failurePolicy: Fail`).
    """

    name: str
    rules: tuple[Rule, ...]
    validations: tuple[Validation, ...]
    actions: tuple[Action, ...]
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    conditions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names to CEL; a request is judged only where all hold."""
    namespace_label: str | None = None
    """Judge only in namespaces that have this label; None: in all."""

    def manifest(self) -> dict[str, Any]:
        """Return the ValidatingAdmissionPolicy."""
        spec: dict[str, Any] = {
            "failurePolicy": "Fail",
            "matchConstraints": {"matchPolicy": "Equivalent", "resourceRules": [_rule(rule) for rule in self.rules]},
            "validations": [_validation(validation) for validation in self.validations],
        }
        if self.namespace_label:
            selector = {"matchExpressions": [{"key": self.namespace_label, "operator": "Exists"}]}
            spec["matchConstraints"]["namespaceSelector"] = selector
        if self.conditions:
            spec["matchConditions"] = _named(self.conditions)
        if self.variables:
            spec["variables"] = _named(self.variables)
        return self._document("ValidatingAdmissionPolicy", spec)

    def binding_manifest(self) -> dict[str, Any]:
        """Return the ValidatingAdmissionPolicyBinding."""
        spec = {"policyName": self.name, "validationActions": [action.value for action in self.actions]}
        return self._document("ValidatingAdmissionPolicyBinding", spec)

    def _document(self, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
        return {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": self.name}, "spec": spec}


def _named(expressions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "expression": expression} for name, expression in expressions.items()]


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "apiGroups": [rule.group],
        "apiVersions": list(rule.versions),
        "operations": list(rule.operations),
        "resources": list(rule.resources),
    }


def _validation(validation: Validation) -> dict[str, str]:
    entry = {"expression": validation.expression, "message": validation.message, "reason": "Forbidden"}
    if validation.message_expression:
        entry["messageExpression"] = validation.message_expression
    return entry
