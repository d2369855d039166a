"""Situations to compare with cyclonus: its own, and odd ones that are made up at random from a seed."""

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from policies.model import Resource
from preview import reachability
from tests.preview.cluster import namespace, pod, raw

Situation = dict[str, Any]

EXPLAINED = {
    "a key that is not there": (
        "cyclonus lets NotIn match only where the key is there; the API documentation: `tier notin (frontend, "
        "backend)` selects 'all resources with no labels with the tier key' as well. "
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement"
    ),
    "a label that is empty": (
        "cyclonus reads an absent label as an empty one, so that matchLabels {tier: ''} matches pods without the "
        "key; a matchLabels entry is `key in (value)`, and In needs the key. "
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements"
    ),
}
"""Where cyclonus is wrong by the API documentation, and why; nothing else may differ."""

_KEYS, _VALUES = ("app", "tier", "team"), ("a", "b", "")
_CIDRS = (
    ("10.0.0.0/8", ("10.1.0.0/16", "10.0.0.0/9")),
    ("10.1.0.0/16", ("10.1.0.128/25",)),
    ("10.1.0.7/32", ()),
    ("0.0.0.0/0", ("10.0.0.0/8", "10.1.0.0/30")),
    ("fd00::/8", ("fd00:1::/32",)),
    ("fd00:1::/32", ()),
    ("::/0", ("fd00::/8",)),
)


def from_cyclonus(oracle: Path) -> list[Situation]:
    answer = subprocess.run([oracle, "generate"], capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def judged_by_cyclonus(oracle: Path, situations: list[Situation]) -> list[Situation]:
    answer = subprocess.run([oracle, "judge"], input=json.dumps(situations), capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def made_up(seed: int, count: int) -> list[Situation]:
    chance = random.Random(seed)  # noqa: S311 - a seed, so that a failure comes again
    return [_situation(chance, number) for number in range(count)]


def _situation(chance: random.Random, number: int) -> Situation:
    namespaces = {name: {**_labels(chance), "kubernetes.io/metadata.name": name} for name in ("x", "y", "z")}
    pods = [_pod(chance, name, index) for name in namespaces for index in range(3)]
    policies = [_policy(chance, f"p{index}") for index in range(chance.randint(1, 5))]
    return {"name": f"made up {number}", "namespaces": namespaces, "pods": pods, "policies": policies}


def _labels(chance: random.Random) -> dict[str, str]:
    return {key: chance.choice(_VALUES) for key in _KEYS if chance.random() < 0.7}


def _pod(chance: random.Random, namespace: str, index: int) -> dict[str, Any]:
    addresses = ("10.1.0.7", "10.1.0.200", "10.200.0.1", "172.20.0.1", "fd00:1::7", "fd00:2::7")
    ports = [
        {"name": chance.choice(("web", "db")), "containerPort": number, "protocol": protocol}
        for number, protocol in ((80, "TCP"), (81, "TCP"), (80, "UDP"), (5000, "SCTP"))
    ]
    address = chance.choice(addresses)
    return {
        "namespace": namespace,
        "name": f"{namespace}{index}",
        "labels": _labels(chance),
        "ip": address,
        "ports": ports,
    }


def _policy(chance: random.Random, name: str) -> dict[str, Any]:
    types = chance.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    spec: dict[str, Any] = {"podSelector": _selector(chance), "policyTypes": types}
    for key, peers in (("ingress", "from"), ("egress", "to")):
        if chance.random() < 0.8:
            spec[key] = [_rule(chance, peers) for _ in range(chance.randint(0, 2))]
    return {"metadata": {"name": name, "namespace": chance.choice("xyz")}, "spec": spec}


def _rule(chance: random.Random, peers: str) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    if chance.random() < 0.8:
        rule[peers] = [_peer(chance) for _ in range(chance.randint(0, 2))]
    if chance.random() < 0.7:
        rule["ports"] = [_port(chance) for _ in range(chance.randint(0, 2))]
    return rule


def _peer(chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.3:
        cidr, excepted = chance.choice(_CIDRS)
        return {"ipBlock": {"cidr": cidr, "except": [each for each in excepted if chance.random() < 0.5]}}
    kinds = chance.choice((("podSelector",), ("namespaceSelector",), ("podSelector", "namespaceSelector")))
    return {kind: _selector(chance) for kind in kinds}


def _port(chance: random.Random) -> dict[str, Any]:
    port: dict[str, Any] = {}
    if chance.random() < 0.7:
        port["protocol"] = chance.choice(("TCP", "UDP", "SCTP"))
    kind = chance.random()
    if kind < 0.5:
        port["port"] = chance.choice((80, 81, 5000, "web", "db"))
    elif kind < 0.8:
        port |= {"port": chance.choice((1, 79, 80)), "endPort": chance.choice((80, 81, 65535))}
    return port


def _selector(chance: random.Random) -> dict[str, Any]:
    selector: dict[str, Any] = {}
    if chance.random() < 0.4:
        selector["matchLabels"] = {chance.choice(_KEYS): chance.choice(_VALUES)}
    if chance.random() < 0.3:
        operator = chance.choice(("In", "NotIn", "Exists", "DoesNotExist"))
        values = {"values": chance.sample(_VALUES, chance.randint(1, 2))} if operator.endswith("In") else {}
        selector["matchExpressions"] = [{"key": chance.choice(_KEYS), "operator": operator, **values}]
    return selector


def explanation(situation: Situation) -> str | None:
    """The reason why cyclonus may be wrong here, if there is one."""
    for policy in situation["policies"] or ():
        for selector in _selectors(policy["spec"]):
            if any(each["operator"] == "NotIn" for each in selector.get("matchExpressions") or ()):
                return "a key that is not there"
            if "" in (selector.get("matchLabels") or {}).values():
                return "a label that is empty"
    return None


def _selectors(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        for key, below in value.items():
            if key.endswith("Selector") and below is not None:
                yield below
            yield from _selectors(below)
    elif isinstance(value, list):
        for each in value:
            yield from _selectors(each)


def resources(situation: Situation) -> list[Resource]:
    return [
        *(namespace(name, **labels) for name, labels in situation["namespaces"].items()),
        *(
            pod(each["namespace"], each["name"], each["labels"], ports=each["ports"], ip=each["ip"])
            for each in situation["pods"]
        ),
        *(
            raw("kubernetes:networking.k8s.io/v1:NetworkPolicy", each["metadata"]["name"], each)
            for each in situation["policies"] or ()
        ),
    ]


def answers(situation: Situation) -> str:
    """What we say, in the order of cyclonus' answers."""
    matrix = reachability.matrix(resources(situation))
    index = {
        (each.namespace, name): number
        for number, each in enumerate(matrix.sides.endpoints)
        for name in each.name.split(", ")
    }
    pods = [(index[each["namespace"], f"Pod/{each['name']}"], each["ports"]) for each in situation["pods"]]
    return "".join(
        str(int(matrix.ports(source, target).has(port["protocol"], port["containerPort"])))
        for source, _ in pods
        for target, ports in pods
        for port in ports
    )
