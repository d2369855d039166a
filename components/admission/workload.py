"""The workload controls as four admission policies: for pods and for other objects, mandatory and advisory."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import UserError
from ..naming import cluster_role_name
from .controls import POD_KINDS, Kind, WorkloadControl, default_parameters, null_is_empty, text, variables
from .model import AdmissionArgs, AdmissionRollout, AdmissionWaiver
from .policy import Action, AdmissionPolicy, Rule, Validation
from .waivers import excluded

_OBJECT = re.compile(r"(?<![\w.])object(?=[.\[])")
_PARAMETERS = re.compile(r"(?<![\w.])params(?=\.data\b)")
_VARIABLE = re.compile(r"\bvariables\.(\w)")

POD_CHANGED = (
    "request.operation == 'CREATE' || (dyn(object).kind == 'Pod' ? "
    "dyn(object).?spec != dyn(oldObject).?spec || "
    "dyn(object).metadata.?annotations != dyn(oldObject).metadata.?annotations : "
    "dyn(object).kind == 'CronJob' ? dyn(object).?spec.?jobTemplate != dyn(oldObject).?spec.?jobTemplate : "
    "dyn(object).?spec.?template != dyn(oldObject).?spec.?template)"
)
"""Scaling, status and the finalizers of an object that was there before the policy must go on working."""

OBJECT_CHANGED = (
    "request.operation == 'CREATE' || "
    "dyn(object).metadata.?annotations != dyn(oldObject).metadata.?annotations || "
    "dyn(object).metadata.?labels != dyn(oldObject).metadata.?labels || "
    "[dyn(object), dyn(oldObject)].exists(each, each.exists(key, !(key in ['metadata', 'status']) && "
    "dyn(object)[?key] != dyn(oldObject)[?key]))"
)


@dataclass(frozen=True, kw_only=True)
class _Group:
    of_pods: bool
    mandatory: bool
    controls: tuple[WorkloadControl, ...]

    @property
    def name(self) -> str:
        level = "mandatory" if self.mandatory else "advisory"
        return cluster_role_name(f"workload-{'pods' if self.of_pods else 'objects'}-{level}")

    @property
    def kinds(self) -> Iterable[Kind]:
        return POD_KINDS if self.of_pods else (kind for control in self.controls for kind in control.kinds)


def policies(
    args: AdmissionArgs, controls: Sequence[WorkloadControl], waivers: Sequence[AdmissionWaiver]
) -> Iterator[AdmissionPolicy]:
    """Yield the policies of the workload controls; their number does not grow with the controls."""
    for group in _groups(controls):
        policy = _policy(group, args, waivers)
        if args.rollout is AdmissionRollout.DENY_NEW and group.mandatory:
            yield _only_new(policy, group, waivers)
            yield replace(
                policy,
                name=f"{policy.name}-existing",
                actions=(Action.WARN,),
                conditions={"was-there": "request.operation == 'UPDATE'", **policy.conditions},
            )
        else:
            yield policy


def _groups(controls: Iterable[WorkloadControl]) -> Iterator[_Group]:
    grouped: dict[tuple[bool, bool], list[WorkloadControl]] = {}
    for control in controls:
        grouped.setdefault((control.of_pods, control.mandatory), []).append(control)
    for (of_pods, mandatory), members in grouped.items():
        yield _Group(of_pods=of_pods, mandatory=mandatory, controls=tuple(members))


def _policy(group: _Group, args: AdmissionArgs, waivers: Sequence[AdmissionWaiver]) -> AdmissionPolicy:
    exempt = ", ".join(text(namespace) for namespace in args.exempt_namespaces)
    return AdmissionPolicy(
        name=group.name,
        rules=tuple(_rules(group.kinds)),
        validations=tuple(_validation(control, control.expression, waivers) for control in group.controls),
        actions=actions(args.rollout, mandatory=group.mandatory),
        variables={"params": _parameters(args), **_prelude()},
        conditions={
            "not-exempt": f"!(request.?namespace.orValue('') in [{exempt}])",
            **not_the_cloud(args),
            "changed": POD_CHANGED if group.of_pods else OBJECT_CHANGED,
        },
    )


def not_the_cloud(args: AdmissionArgs) -> Mapping[str, str]:
    """Return the condition that spares what the cloud itself does; none where no user of a cloud is named."""
    users = ", ".join(text(user) for user in args.exempt_users)
    return {"not-the-cloud": f"!(request.userInfo.?username.orValue('') in [{users}])"} if users else {}


def _only_new(policy: AdmissionPolicy, group: _Group, waivers: Sequence[AdmissionWaiver]) -> AdmissionPolicy:
    """Return the policy that lets a change pass which adds no violation to those that were there."""
    prelude = _prelude()
    return replace(
        policy,
        variables={**policy.variables, **{_old_name(name): _old(source) for name, source in prelude.items()}},
        validations=tuple(
            _validation(control, f"({control.expression}) || ({_was_there(control)})", waivers)
            for control in group.controls
        ),
    )


def _was_there(control: WorkloadControl) -> str:
    """Return CEL that is true for a change whose violations the old object had already, container by container."""
    old = _old(control.violates)
    if control.scope != "container":
        return f"request.operation == 'UPDATE' && ({old})"
    offenders = f"variables.allContainers.filter(c, {control.violates}).map(c, c.?name.orValue('?'))"
    before = f"variables.oldAllContainers.filter(c, {old}).map(c, c.?name.orValue('?'))"
    return f"request.operation == 'UPDATE' && {offenders}.all(name, name in {before})"


def _validation(control: WorkloadControl, expression: str, waivers: Sequence[AdmissionWaiver]) -> Validation:
    exclusion = excluded(waivers, control.id)
    return Validation(
        expression=_untyped(f"{exclusion} || ({expression})" if exclusion else expression),
        message=control.message,
        message_expression=_untyped(control.message_expression),
    )


def actions(rollout: AdmissionRollout, *, mandatory: bool) -> tuple[Action, ...]:
    """Return what a violation does; every one goes to the audit log."""
    if rollout is AdmissionRollout.AUDIT:
        return (Action.AUDIT,)
    if rollout is AdmissionRollout.WARN or not mandatory:
        return (Action.WARN, Action.AUDIT)
    return (Action.DENY, Action.AUDIT)


def _parameters(args: AdmissionArgs) -> str:
    """Return the CEL map that expressions read as `params.data`: an item's text for each list, joined by commas.

    It is part of the policy and no ConfigMap behind `paramKind`: an API server that has once been without such a
    policy goes on with the ConfigMap of that time until it restarts, and says nothing
    (https://github.com/kubernetes/kubernetes/issues/130887).
    """
    entries = ", ".join(f"{text(name)}: {text(items)}" for name, items in parameters(args).items())
    return f"{{'data': {{{entries}}}}}"


def parameters(args: AdmissionArgs) -> dict[str, str]:
    """Return each list that controls read, the items joined by commas; raises `UserError` for an unknown name."""
    defaults = default_parameters()
    if unknown := sorted(set(args.parameters) - set(defaults)):
        raise UserError(f"admission.parameters: {', '.join(unknown)}: no such list; there are {', '.join(defaults)}")
    return {name: ",".join(items) for name, items in {**defaults, **args.parameters}.items()}


def _prelude() -> Mapping[str, str]:
    return {name: _untyped(source) for name, source in variables().items()}


def _untyped(source: str) -> str:
    """Return CEL that the API server doesn't check against one kind's schema: it is about several kinds."""
    return _PARAMETERS.sub("variables.params", _OBJECT.sub("dyn(object)", null_is_empty(source)))


def _old(source: str) -> str:
    """Return CEL that says of the object before the change what `source` says of the object."""
    renamed = _VARIABLE.sub(lambda match: f"variables.old{match[1].upper()}", source)
    return re.sub(r"(?<![\w.])(dyn\()?object(?(1)\)|(?=[.\[]))", "dyn(oldObject)", renamed)


def _old_name(name: str) -> str:
    return f"old{name[0].upper()}{name[1:]}"


def _rules(kinds: Iterable[Kind]) -> Iterator[Rule]:
    by_group: dict[tuple[str, str], list[str]] = {}
    for kind in sorted(set(kinds), key=lambda kind: (kind.group, kind.version, kind.resource)):
        by_group.setdefault((kind.group, kind.version), []).append(kind.resource)
    for (group, version), resources in by_group.items():
        yield Rule(group=group, versions=(version,), resources=tuple(resources))
