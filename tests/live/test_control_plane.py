import http.client
import os
import signal
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from kubernetes import client, config

from local.control_plane_record import Record
from local.processes import identity

pytestmark = pytest.mark.live

LOOPBACK_IN_PROC_NET_TCP = "0100007F"
LISTENING = "0A"


def api(running) -> Any:
    return client.CoreV1Api(config.new_client_from_config(str(running.kubeconfig)))


def pids(running) -> dict[str, int]:
    services = Record.read(running.workspace).services
    return {name: started.process.pid for name, started in services.items()}


def kill(pid: int) -> None:
    """Kill a process that this test run has started, and wait until it is gone."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def listening_addresses(pid: int) -> set[str]:
    inodes = {
        str(link.readlink())[len("socket:[") : -1]
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if str(link.readlink()).startswith("socket:[")
    }
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {fields[1].partition(":")[0] for fields in lines if fields[3] == LISTENING and fields[9] in inodes}


def test_a_killed_api_server_is_noticed_and_replaced_with_the_same_data(control_plane_of_its_own):
    running = control_plane_of_its_own
    api(running).create_namespace({"metadata": {"name": "kept"}})
    before = pids(running)
    kill(before["kube-apiserver"])

    assert running.control_plane.ensure(running.tools)

    after = pids(running)
    assert after["kube-apiserver"] != before["kube-apiserver"]
    assert after["etcd"] == before["etcd"]
    assert api(running).read_namespace("kept").status.phase == "Active"
    assert all(part.healthy for part in running.control_plane.health())


def test_a_reboot_starts_everything_again_with_the_same_data(control_plane_of_its_own):
    running = control_plane_of_its_own
    api(running).create_namespaced_secret("default", {"metadata": {"name": "kept"}, "stringData": {"a": "b"}})
    for pid in pids(running).values():
        kill(pid)

    assert running.control_plane.ensure(running.tools)

    assert api(running).read_namespaced_secret("kept", "default").data == {"a": "Yg=="}


def test_a_running_control_plane_is_left_alone(control_plane):
    before = pids(control_plane)

    assert not control_plane.control_plane.ensure(control_plane.tools)

    assert pids(control_plane) == before


def test_stop_leaves_no_process_and_a_second_stop_has_nothing_to_do(control_plane_of_its_own):
    running = control_plane_of_its_own
    started = pids(running)

    assert running.control_plane.stop()

    assert len(started) == 3
    assert [identity(pid) for pid in started.values()] == [None, None, None]
    assert not running.control_plane.stop()


def test_an_anonymous_request_is_refused(control_plane):
    server = urlsplit(config.new_client_from_config(str(control_plane.kubeconfig)).configuration.host)
    authority = control_plane.workspace.state / "pki" / "ca.crt"
    connection = http.client.HTTPSConnection(
        str(server.hostname), server.port, context=ssl.create_default_context(cafile=str(authority))
    )
    connection.request("GET", "/api/v1/namespaces")
    assert connection.getresponse().status == http.client.UNAUTHORIZED


def ask_health(connection: http.client.HTTPSConnection) -> None:
    """Ask and read: with TLS 1.3 a refusal may arrive only with the first answer."""
    connection.request("GET", "/health")
    connection.getresponse()


def test_etcd_refuses_a_client_of_the_api_server(control_plane):
    state = control_plane.workspace.state
    context = ssl.create_default_context(cafile=str(state / "pki" / "etcd-ca.crt"))
    context.load_cert_chain(state / "pki" / "admin.crt", state / "pki" / "admin.key")
    port = Record.read(control_plane.workspace).ports["etcd"]
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)
    with pytest.raises((ssl.SSLError, ConnectionError, http.client.RemoteDisconnected)):
        ask_health(connection)


def test_a_secret_is_encrypted_on_the_disk_of_etcd(control_plane):
    api(control_plane).create_namespaced_secret(
        "default", {"metadata": {"name": "encrypted"}, "stringData": {"value": "plaintext-to-look-for"}}
    )
    try:
        stored = [file.read_bytes() for file in (control_plane.workspace.state / "etcd").rglob("*") if file.is_file()]
    finally:
        api(control_plane).delete_namespaced_secret("encrypted", "default")
    assert any(b"/registry/secrets/default/encrypted" in content for content in stored)
    assert any(b"k8s:enc:secretbox:v1:" in content for content in stored)
    assert not any(b"plaintext-to-look-for" in content for content in stored)


def test_nothing_listens_on_any_address_but_loopback(control_plane):
    for name, pid in pids(control_plane).items():
        assert listening_addresses(pid) == {LOOPBACK_IN_PROC_NET_TCP}, name


def test_the_state_is_private(control_plane):
    state = control_plane.workspace.state
    readable = [
        file
        for folder in ("pki", "control-plane", "logs")
        for file in [state / folder, *(state / folder).iterdir()]
        if file.stat().st_mode & 0o077
    ]
    assert readable == []
    assert state.stat().st_mode & 0o777 == 0o700
    assert control_plane.kubeconfig.stat().st_mode & 0o777 == 0o600


def test_requests_are_in_the_audit_log_without_the_contents_of_secrets(control_plane):
    api(control_plane).create_namespaced_secret(
        "default", {"metadata": {"name": "audited"}, "stringData": {"value": "never-in-the-log"}}
    )
    api(control_plane).delete_namespaced_secret("audited", "default")
    log = (control_plane.workspace.logs / "audit.log").read_text()
    assert '"name":"audited"' in log
    assert "never-in-the-log" not in log
    assert "bmV2ZXItaW4tdGhlLWxvZw" not in log


def test_a_privileged_pod_is_refused_by_pod_security(control_plane):
    pod = {
        "metadata": {"name": "privileged"},
        "spec": {"containers": [{"name": "a", "image": "a", "securityContext": {"privileged": True}}]},
    }
    with pytest.raises(client.ApiException) as refusal:
        api(control_plane).create_namespaced_pod("default", pod)
    assert "violates PodSecurity" in str(refusal.value.body)
