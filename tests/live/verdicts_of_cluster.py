"""What two enforcers say of the same objects: the policy pack's evaluator and the API server."""

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.admission import AdmissionArgs, AdmissionRollout
from components.admission.controls import workload_controls
from policies.catalogue import CONTROLS
from policies.cel import load
from policies.evaluate import evaluate
from policies.model import Control, Outcome, Resource
from policies.parameters import Parameters
from policies.values import Props
from tests.live.admission import ARGS, Admission, Answer

ENFORCED = frozenset(control.id for control in workload_controls())
_FAILURE = "validation.policy.admission.k8s.io/validation_failure"
_ID = re.compile(r"[a-z0-9-]+(?=: )")


@dataclass(frozen=True)
class Saying:
    """The controls that an enforcer found violated, and those that it couldn't evaluate."""

    violated: frozenset[str]
    broken: frozenset[str] = frozenset()


class Auditing:
    """A cluster whose policies refuse nothing and write everything that they find to the audit log."""

    def __init__(self, cluster: Admission, log: Path) -> None:
        self._cluster = cluster
        self._log = log
        self.asked: dict[str, tuple[str, Answer]] = {}

    def ask(self, key: str, manifest: Mapping[str, Any], namespace: str) -> None:
        """Send the object by dry-run; keys are names for reports."""
        self.asked[key] = (key, self._cluster.send(dict(manifest), namespace))

    def invalid(self) -> dict[str, str]:
        """Return the objects that the API server itself refused, with its reason."""
        return {key: answer.message for key, answer in self.asked.values() if not answer.admitted}

    def sayings(self) -> dict[str, Saying]:
        """Return what the policies found, by key, for the objects that the API server takes."""
        wanted = {answer.audit_id: key for key, answer in self.asked.values() if answer.admitted}
        found = {key: Saying(frozenset()) for key in wanted.values()}
        for event in _events(self._log):
            failures = event.get("annotations", {}).get(_FAILURE)
            if failures and event["auditID"] in wanted:
                found[wanted[event["auditID"]]] = _saying(json.loads(failures))
        return found


@contextmanager
def auditing(cluster: Admission, log: Path, parameters: Mapping[str, Any] | None = None) -> Iterator[Auditing]:
    args = ARGS.model_copy(update={"rollout": AdmissionRollout.AUDIT, "exempt_namespaces": ("kube-system",)})
    if parameters:
        args = AdmissionArgs.model_validate({**args.model_dump(by_alias=True), "parameters": parameters})
    with cluster.enforcing(args):
        yield Auditing(cluster, log)


def _events(log: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(log.parent.glob("audit*.log")):
        with file.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if _FAILURE in line)


def _saying(failures: list[dict[str, Any]]) -> Saying:
    violated, broken = set[str](), set[str]()
    for failure in failures:
        found = _ID.match(failure["message"])
        if found and found[0] in ENFORCED:
            violated.add(found[0])
        else:
            broken.add(f"{failure['policy']}[{failure['expressionIndex']}]: {failure['message']}")
    return Saying(frozenset(violated), frozenset(broken))


def enforced_controls(parameters: Parameters | None = None) -> list[Control]:
    """Return the policy pack's controls that the API server has too."""
    return [control for control in load(CONTROLS / "workload", parameters) if control.id in ENFORCED]


def saying_of_evaluator(manifest: Mapping[str, Any], controls: Iterable[Control]) -> Saying:
    version, kind = manifest["apiVersion"], manifest["kind"]
    type_ = f"kubernetes:{version if '/' in version else f'core/{version}'}:{kind}"
    urn = f"urn:pulumi:test::secure-clusters::{type_}::{manifest['metadata']['name']}"
    resource = Resource(urn=urn, type=type_, name=manifest["metadata"]["name"], props=Props(manifest))
    verdicts = evaluate([resource], (), datetime.date(2026, 1, 1), list(controls)).verdicts
    return Saying(
        frozenset(verdict.control.id for verdict in verdicts if verdict.outcome is Outcome.FAIL),
        frozenset(verdict.control.id for verdict in verdicts if verdict.outcome is Outcome.ERROR),
    )
