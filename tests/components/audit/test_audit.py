"""The audit's own component: it passes what it judges, and may list what it reads and nothing else."""

import pytest
from pydantic import ValidationError

from components.audit import Audit, AuditArgs, role
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Outcome, Resource
from policies.parameters import Parameters
from preview.cluster_objects import judged_types
from tests.recording import record

IMAGE = "registry.example/secure-clusters@sha256:" + "a" * 64
CONTROLS = all_controls(Parameters.of({"allowedRegistries": ["registry.example"]}))


def args(**changes: object) -> AuditArgs:
    given = {"namespace": "platform-audit", "image": IMAGE, "api_server": {"cidr": "10.0.0.0/28"}}
    return AuditArgs.model_validate({**given, **changes})


@pytest.fixture(scope="module")
def resources() -> dict[str, Resource]:
    return record(lambda: Audit("audit", args()) and None)


def test_the_audit_passes_every_control(resources: dict[str, Resource]) -> None:
    report = evaluate(list(resources.values()), (), clock.today(), CONTROLS)
    trouble = [
        (verdict.control.id, verdict.resource.key, verdict.messages)
        for verdict in report.verdicts
        if verdict.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    ]
    assert len(report.verdicts) > 50
    assert trouble == []


def test_the_role_lists_exactly_the_kinds_that_an_audit_reads() -> None:
    read = {type_.split(":", 1)[1] for type_ in judged_types(all_controls())}
    listed = {(group, resource) for group, resources in role.LISTED.items() for resource in resources}
    assert {(group(kind), plural(kind)) for kind in read} == listed


def test_the_role_can_neither_read_secrets_nor_write(resources: dict[str, Resource]) -> None:
    rules = resources["kubernetes:rbac.authorization.k8s.io/v1:ClusterRole::audit-role"].props.plain["rules"]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"list"}
    assert not any("secrets" in rule["resources"] or "*" in rule["resources"] for rule in rules)
    assert rules == role.manifest()["rules"]


def test_the_pod_is_told_the_lists_and_the_minor_of_its_cluster() -> None:
    told = args(parameters={"allowedRegistries": ["a.example", "b.example"]}, kubernetes="1.35")
    found = record(lambda: Audit("audit", told) and None)
    (job,) = [each for each in found.values() if each.type.endswith(":CronJob")]
    (container,) = job.props.plain["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["command"][-2:] == ["--parameter=allowedRegistries=a.example,b.example", "--kubernetes=1.35"]


def test_the_pod_reaches_the_api_server_only(resources: dict[str, Resource]) -> None:
    spec = resources["kubernetes:networking.k8s.io/v1:NetworkPolicy::audit-egress"].props.plain["spec"]
    assert spec["egress"] == [
        {"to": [{"ipBlock": {"cidr": "10.0.0.0/28"}}], "ports": [{"port": 443, "protocol": "TCP"}]}
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"image": "registry.example/secure-clusters:1"},
        {"image": "registry.example/secure-clusters@sha256:abc"},
        {"schedule": "daily"},
        {"namespace": "Platform"},
        {"api_server": {"cidr": "169.254.0.0/16"}},
        {"api_server_port": 0},
        {"imagee": "x"},
    ],
)
def test_bad_arguments_are_refused(change: dict) -> None:
    with pytest.raises(ValidationError):
        args(**change)


def group(kind: str) -> str:
    return kind.partition("/")[0].replace("core", "")


def plural(kind: str) -> str:
    word = kind.rpartition(":")[2].lower()
    if word.endswith(("cy", "ry")):
        return word.removesuffix("y") + "ies"
    return word + ("es" if word.endswith("s") else "s")
