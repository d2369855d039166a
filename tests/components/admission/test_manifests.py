"""What admission puts into a cluster, without one."""

import datetime
import re
from typing import Any

import pulumi
import pytest
from pydantic import ValidationError

from components.admission import (
    AdmissionArgs,
    AdmissionPolicies,
    AdmissionRollout,
    AdmissionWaiver,
    Deployers,
    manifests,
)
from components.admission.controls import workload_controls
from components.cluster import kubernetes_provider
from components.errors import UserError
from policies.catalogue import CONTROLS
from policies.control_file import expression, message_expression, read
from tests.recording import record

TODAY = datetime.date(2026, 6, 1)
ARGS = AdmissionArgs(deployers=Deployers(groups=("platform-team",)))
CONTROL = "workload-read-only-root"


def made(kind: str, args: AdmissionArgs = ARGS, *waivers: AdmissionWaiver) -> dict[str, dict[str, Any]]:
    documents = manifests(args, waivers, today=TODAY)
    return {each["metadata"]["name"]: each["spec"] for each in documents if each["kind"] == kind}


def policies(args: AdmissionArgs = ARGS, *waivers: AdmissionWaiver) -> dict[str, dict[str, Any]]:
    return made("ValidatingAdmissionPolicy", args, *waivers)


def actions(args: AdmissionArgs) -> dict[str, list[str]]:
    bindings = made("ValidatingAdmissionPolicyBinding", args)
    return {name.removeprefix("secure-clusters-"): spec["validationActions"] for name, spec in bindings.items()}


def waiver(**changes: Any) -> AdmissionWaiver:
    given = {"control": CONTROL, "namespace": "shop-web", "name": "agent", "expires": TODAY}
    return AdmissionWaiver(**{**given, **changes})


def test_every_control_of_the_catalogue_is_in_one_policy():
    found = [
        validation["message"].partition(":")[0]
        for name, spec in policies().items()
        if "workload" in name
        for validation in spec["validations"]
    ]
    assert sorted(found) == sorted(control.id for control in workload_controls())
    not_in_cluster = {file.stem for file in (CONTROLS / "workload").glob("*.yaml")} - set(found)
    assert not_in_cluster == {"api-version-current"}


def test_the_expressions_are_the_policy_packs_own():
    for control in workload_controls():
        content = read(CONTROLS / "workload" / f"{control.id}.yaml")
        # Of other kinds than the control's own, the API server asks the policy too: those it lets pass.
        assert control.expression.endswith(expression(content))
        assert (control.expression == expression(content)) is not bool(content.kinds)
        assert control.message == f"{control.id}: {content.path} must {content.must}"
        if content.scope == "container":
            names = message_expression(content).removeprefix("'container ' + ")
            assert control.message_expression == f'"{control.id}: container " + {names}'


@pytest.mark.parametrize("minor", ["1.30", "1.34", "1.35", "1.36", "1.37"])
def test_the_policies_follow_the_clusters_minor_as_the_pack_does(minor):
    for control in workload_controls():
        content = read(CONTROLS / "workload" / f"{control.id}.yaml")
        assert control.at(minor).violates == content.violation(minor)


def test_few_policies_carry_many_controls():
    assert len(policies()) == 6
    assert all(spec["failurePolicy"] == "Fail" for spec in policies().values())


def test_there_is_a_binding_for_every_policy():
    bindings = made("ValidatingAdmissionPolicyBinding")
    assert {spec["policyName"] for spec in bindings.values()} == set(policies())


@pytest.mark.parametrize(
    ("rollout", "mandatory", "advisory"),
    [
        (AdmissionRollout.AUDIT, ["Audit"], ["Audit"]),
        (AdmissionRollout.WARN, ["Warn", "Audit"], ["Warn", "Audit"]),
        (AdmissionRollout.DENY_NEW, ["Deny", "Audit"], ["Warn", "Audit"]),
        (AdmissionRollout.DENY, ["Deny", "Audit"], ["Warn", "Audit"]),
    ],
)
def test_a_rollout_decides_what_a_violation_does(rollout, mandatory, advisory):
    found = actions(ARGS.model_copy(update={"rollout": rollout}))
    assert found["workload-pods-mandatory"] == mandatory
    assert found["protection-tenants"] == mandatory
    assert found["workload-pods-advisory"] == advisory
    assert ("workload-pods-mandatory-existing" in found) is (rollout is AdmissionRollout.DENY_NEW)


def test_deny_is_the_default():
    assert ARGS.rollout is AdmissionRollout.DENY


def test_only_listed_namespaces_are_spared():
    args = ARGS.model_copy(update={"exempt_namespaces": ("kube-system", "storage")})
    conditions = policies(args)["secure-clusters-workload-pods-mandatory"]["matchConditions"]
    assert """in ["kube-system", "storage"])""" in conditions[0]["expression"]


def test_only_named_users_of_a_cloud_are_spared_by_every_policy():
    spared = policies(ARGS.model_copy(update={"exempt_users": ("cloud", 'a"b')}))
    for name, spec in spared.items():
        conditions = {each["name"]: each["expression"] for each in spec["matchConditions"]}
        assert conditions["not-the-cloud"].endswith(""" in ["cloud", "a\\"b"])"""), name
    assert "not-the-cloud" not in str(policies())


def test_nobody_is_trusted_who_is_not_named():
    condition = policies()["secure-clusters-protection-cluster"]["matchConditions"][0]["expression"]
    assert re.findall(r'"([^"]+)"', condition) == [
        "system:masters",
        "platform-team",
        "system:apiserver",
        "system:kube-controller-manager",
        "system:serviceaccount:kube-system:clusterrole-aggregation-controller",
        "system:serviceaccount:kube-system:generic-garbage-collector",
        "system:serviceaccount:kube-system:namespace-controller",
        "system:serviceaccount:kube-system:resourcequota-controller",
    ]


@pytest.mark.parametrize(
    "deployers", [{}, {"groups": ["system:authenticated"]}, {"groups": ["system:serviceaccounts"]}]
)
def test_deployers_are_somebody_and_never_everybody(deployers):
    with pytest.raises(ValidationError):
        Deployers.model_validate(deployers)


def test_an_expired_waiver_is_refused_by_the_next_update():
    with pytest.raises(UserError, match=f"a waiver of {CONTROL} for shop-web/agent expired on 2026-05-31"):
        policies(ARGS, waiver(expires=TODAY - datetime.timedelta(days=1)))


def test_a_waiver_of_no_control_is_refused():
    with pytest.raises(UserError, match="waives no-such-control, which is no workload control"):
        policies(ARGS, waiver(control="no-such-control"))


@pytest.mark.parametrize("changes", [{"name": 'a" || true || "'}, {"namespace": "shop-*"}, {"name": ""}])
def test_a_waiver_can_not_smuggle_in_an_expression(changes):
    with pytest.raises(ValueError, match="the waiver of"):
        waiver(**changes)


def test_a_waiver_changes_one_control_only():
    name = "secure-clusters-workload-pods-mandatory"
    before, after = policies()[name]["validations"], policies(ARGS, waiver())[name]["validations"]
    changed = [new["message"] for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0].startswith(f"{CONTROL}: ")


def test_an_unknown_parameter_is_refused():
    with pytest.raises(UserError, match="allowedRegistry: no such list; there are allowedRegistries"):
        policies(ARGS.model_copy(update={"parameters": {"allowedRegistry": ("a",)}}))


def test_the_component_registers_what_the_manifests_say():
    def program() -> None:
        provider = kubernetes_provider("cluster", identifier="test", kubeconfig="kubeconfig")
        opts = pulumi.ResourceOptions(providers=[provider])
        AdmissionPolicies("admission", ARGS, waivers=[waiver()], today=TODAY, opts=opts)

    registered = {
        (resource.type.rsplit(":", 1)[-1], resource.props.plain["metadata"]["name"]): resource.props.plain["spec"]
        for resource in record(program).values()
        if "admissionregistration" in resource.type
    }
    documents = manifests(ARGS, [waiver()], today=TODAY)
    assert registered == {(each["kind"], each["metadata"]["name"]): each["spec"] for each in documents}
