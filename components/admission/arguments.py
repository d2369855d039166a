"""Admission policies as arguments of the Kubernetes provider; `policy.py` gives the same as plain documents."""

from collections.abc import Mapping

from pulumi_kubernetes.admissionregistration import v1
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, LabelSelectorRequirementArgs

from .policy import AdmissionPolicy


def policy_spec(policy: AdmissionPolicy) -> v1.ValidatingAdmissionPolicySpecArgs:
    """Return the spec of the ValidatingAdmissionPolicy."""
    return v1.ValidatingAdmissionPolicySpecArgs(
        failure_policy="Fail",
        match_constraints=_match(policy),
        match_conditions=_conditions(policy.conditions),
        variables=[v1.VariableArgs(name=name, expression=cel) for name, cel in policy.variables.items()] or None,
        validations=[
            v1.ValidationArgs(
                expression=validation.expression,
                message=validation.message,
                message_expression=validation.message_expression,
                reason="Forbidden",
            )
            for validation in policy.validations
        ],
    )


def binding_spec(policy: AdmissionPolicy) -> v1.ValidatingAdmissionPolicyBindingSpecArgs:
    """Return the spec of the ValidatingAdmissionPolicyBinding."""
    return v1.ValidatingAdmissionPolicyBindingSpecArgs(
        policy_name=policy.name,
        validation_actions=[action.value for action in policy.actions],
    )


def _conditions(conditions: Mapping[str, str]) -> list[v1.MatchConditionArgs] | None:
    return [v1.MatchConditionArgs(name=name, expression=cel) for name, cel in conditions.items()] or None


def _match(policy: AdmissionPolicy) -> v1.MatchResourcesArgs:
    selector = None
    if policy.namespace_label:
        labelled = LabelSelectorRequirementArgs(key=policy.namespace_label, operator="Exists")
        selector = LabelSelectorArgs(match_expressions=[labelled])
    return v1.MatchResourcesArgs(
        match_policy="Equivalent",
        namespace_selector=selector,
        resource_rules=[
            v1.NamedRuleWithOperationsArgs(
                api_groups=[rule.group],
                api_versions=list(rule.versions),
                operations=list(rule.operations),
                resources=list(rule.resources),
            )
            for rule in policy.rules
        ],
    )
