"""The reviewed rules of runtime detection: well-formed, explained, and right about what they see."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.platform import detections
from tests.falco_conditions import Rules, audit_fields

FILES = [detections.SYSTEM_CALLS, detections.AUDIT_LOG]
SOURCES = {detections.SYSTEM_CALLS: "syscall", detections.AUDIT_LOG: "k8s_audit"}
FIELDS = {
    "container.id",
    "evt.arg.flags",
    "evt.arg.name",
    "evt.is_open_read",
    "evt.is_open_write",
    "evt.type",
    "fd.name",
    "fd.num",
    "fd.sip",
    "fd.typechar",
    "proc.cmdline",
    "proc.is_exe_from_memfd",
    "proc.is_exe_upper_layer",
    "proc.name",
    "proc.pname",
    "proc.tty",
}
"""Fields of Falco that the rules ask for: https://falco.org/docs/reference/rules/supported-fields/"""
PRIORITIES = {"NOTICE", "WARNING", "ERROR", "CRITICAL"}

CALLS = Rules.of(detections.read(detections.SYSTEM_CALLS))
AUDIT = Rules.of(detections.read(detections.AUDIT_LOG))
IN_CONTAINER = {"container.id": "3ad7b26ded6d", "proc.is_exe_upper_layer": "false", "proc.is_exe_from_memfd": "false"}
RUN = {**IN_CONTAINER, "evt.type": "execve", "proc.tty": "0", "proc.pname": "app", "proc.cmdline": "x"}
READ = {**IN_CONTAINER, "evt.type": "openat", "evt.is_open_read": "true", "fd.typechar": "f", "fd.num": "3"}
WRITE = {**IN_CONTAINER, "evt.type": "openat", "evt.is_open_write": "true", "fd.typechar": "f", "fd.num": "3"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_rule_says_why_it_is_there_and_what_technique_it_sees(file: Path) -> None:
    rules = [entry for entry in detections.read(file) if "rule" in entry]
    assert len({entry["rule"] for entry in rules}) == len(rules) >= 9
    for entry in rules:
        assert set(entry) == {"rule", "desc", "condition", "output", "priority", "source", "tags"}, entry["rule"]
        assert len(entry["desc"]) > 40, entry["rule"]
        assert entry["priority"] in PRIORITIES, entry["rule"]
        assert entry["source"] == SOURCES[file], entry["rule"]
        assert any(re.fullmatch(r"T\d{4}(\.\d{3})?", tag) for tag in entry["tags"]), entry["rule"]
        assert any(tag.startswith("mitre_") for tag in entry["tags"]), entry["rule"]


def test_every_event_names_pod_and_namespace_so_that_it_can_be_answered() -> None:
    for entry in detections.read(detections.SYSTEM_CALLS):
        if "rule" in entry:
            assert {"%k8s.pod.name", "%k8s.ns.name"} <= set(re.findall(r"%[a-z0-9.]+", entry["output"])), entry["rule"]


def test_every_condition_is_read_and_asks_for_fields_that_there_are() -> None:
    assert CALLS.fields == FIELDS
    assert AUDIT.fields <= set(audit_fields({}))
    assert set(CALLS.rules) == set(detections.names(detections.SYSTEM_CALLS))


@pytest.mark.parametrize(
    ("event", "rule"),
    [
        ({**RUN, "proc.name": "bash", "proc.tty": "34816"}, "Shell in a container"),
        ({**RUN, "proc.name": "sh", "proc.pname": "nginx"}, "Shell started by a server program"),
        ({**RUN, "proc.name": "x", "proc.is_exe_upper_layer": "true"}, "Program that the image does not have"),
        ({**RUN, "proc.name": "x", "proc.is_exe_from_memfd": "true"}, "Program that lies in memory alone"),
        ({**RUN, "proc.name": "apk"}, "Package manager in a container"),
        ({**RUN, "proc.name": "curl"}, "Network tool in a container"),
        ({**RUN, "proc.name": "xmrig"}, "Miner of coins started"),
        ({**RUN, "proc.name": "x", "proc.cmdline": "x -o stratum+tcp://p:1"}, "Miner of coins started"),
        ({**RUN, "proc.name": "nsenter"}, "Namespace of the host entered"),
        ({**RUN, "proc.name": "shred"}, "Traces wiped"),
        (
            {**IN_CONTAINER, "evt.type": "dup2", "fd.num": "0", "fd.typechar": "4", "proc.name": "sh"},
            "Shell speaks over the network",
        ),
        (
            {**READ, "fd.name": "/var/run/secrets/kubernetes.io/serviceaccount/token", "proc.name": "cat"},
            "Token of a service account read by a tool",
        ),
        ({**READ, "fd.name": "/etc/shadow", "proc.name": "x"}, "Password file read"),
        ({**WRITE, "fd.name": "/usr/bin/ls", "proc.name": "x"}, "Programs of the image written to"),
        (
            {**WRITE, "fd.name": "/sys/fs/cgroup/rdma/release_agent", "proc.name": "x"},
            "Way out of a container written to",
        ),
        (
            {**IN_CONTAINER, "evt.type": "connect", "fd.typechar": "4", "fd.sip": "169.254.169.254"},
            "Metadata of the node asked for",
        ),
        ({**IN_CONTAINER, "evt.type": "mount", "proc.name": "x"}, "File system mounted in a container"),
        ({**IN_CONTAINER, "evt.type": "finit_module"}, "Kernel code loaded from a container"),
        ({**IN_CONTAINER, "evt.type": "ptrace"}, "Another process traced"),
        (
            {**IN_CONTAINER, "evt.type": "connect", "fd.typechar": "u", "fd.name": "/run/containerd/containerd.sock"},
            "Container runtime spoken to",
        ),
    ],
)
def test_a_rule_sees_what_it_is_named_after_and_nothing_of_the_host(event: dict[str, Any], rule: str) -> None:
    assert CALLS.matching(event) == {rule}
    assert CALLS.matching({**event, "container.id": "host"}) == set()


def test_every_rule_on_system_calls_has_an_event_above() -> None:
    (mark,) = test_a_rule_sees_what_it_is_named_after_and_nothing_of_the_host.pytestmark  # type: ignore[attr-defined]
    assert {rule for _, rule in mark.args[1]} == set(CALLS.rules)


@pytest.mark.parametrize(
    "event",
    [
        {**RUN, "proc.name": "app"},
        {**RUN, "proc.name": "sh", "proc.pname": "containerd-shim"},
        {**READ, "fd.name": "/var/run/secrets/kubernetes.io/serviceaccount/token", "proc.name": "app"},
        {**READ, "fd.name": "/etc/hosts", "proc.name": "app"},
        {**WRITE, "fd.name": "/data/x", "proc.name": "app"},
        {**RUN, "proc.name": "runc:[2:INIT]", "proc.pname": "runc", "proc.is_exe_from_memfd": "true"},
        {**IN_CONTAINER, "evt.type": "connect", "fd.typechar": "4", "fd.sip": "10.0.0.1"},
    ],
)
def test_what_every_workload_does_is_no_event(event: dict[str, Any]) -> None:
    assert CALLS.matching(event) == set()


def test_what_is_disabled_is_left_out_and_the_groups_of_emergencies_are_filled_in() -> None:
    name = detections.names(detections.SYSTEM_CALLS)[0]
    kept = yaml.safe_load(detections.rendered(detections.SYSTEM_CALLS, disabled=[name]))
    assert name not in {entry.get("rule") for entry in kept}
    assert len(kept) == len(detections.read(detections.SYSTEM_CALLS)) - 1
    filled = Rules.of(yaml.safe_load(detections.rendered(detections.AUDIT_LOG, break_glass=["emergency"])))
    event = {"ka.stage": "ResponseComplete", "ka.auth.decision": "allow", "ka.user.groups": ["emergency"]}
    assert filled.matching(event) == {"Break-glass access used"}
    assert AUDIT.matching(event) == set()


def test_what_is_answered_are_the_critical_rules_alone() -> None:
    urgent = detections.urgent(detections.SYSTEM_CALLS)
    assert "Shell speaks over the network" in urgent
    assert "Shell in a container" not in urgent, "an emergency is no reason to end a pod"
