"""The generated configuration against the real kubeadm, and its flags against a real API server.

The local control plane runs with the same `hardening.yaml`, so what it does is what a kubeadm cluster does.
"""

import json
import ssl
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config

from components.existing.kubeadm import KubeadmSettings, write
from local import tools

pytestmark = pytest.mark.live


@pytest.fixture(scope="session")
def kubeadm() -> Path:
    return tools.Toolbox().path("kubeadm")


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    settings = KubeadmSettings(cluster_name="prod", control_plane_endpoint="api.example.org:6443")
    write(settings, tmp_path)
    return tmp_path


@pytest.fixture
def api(control_plane: Any) -> Any:
    return config.new_client_from_config(str(control_plane.kubeconfig))


def validate(kubeadm: Path, file: Path) -> subprocess.CompletedProcess[str]:
    command = [kubeadm, "config", "validate", "--config", file.name]
    return subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=False)


def test_kubeadm_accepts_the_configuration_without_a_warning(kubeadm: Path, generated: Path):
    result = validate(kubeadm, generated / "kubeadm.yaml")
    assert (result.returncode, result.stdout, result.stderr) == (0, "ok\n", "")


def test_kubeadm_accepts_how_a_node_joins(kubeadm: Path, generated: Path):
    (generated / "discovery.conf").touch()  # made by hand at joining; kubeadm only wants it to be there
    result = validate(kubeadm, generated / "kubeadm-join.yaml")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("field", ["- name: profiling", "readOnlyPort:", "extraVolumes:"])
def test_kubeadm_would_notice_a_misspelt_field(kubeadm: Path, generated: Path, field: str):
    file = generated / "kubeadm.yaml"
    file.write_text(file.read_text().replace(field, field[:-1] + "x:" if field.endswith(":") else "- nam: x"))
    result = validate(kubeadm, file)
    assert "unknown field" in result.stderr


def message(error: Any) -> str:
    return json.loads(error.body)["message"]


def status(api: Any, path: str) -> int:
    """Ask without credentials."""
    context = ssl.create_default_context(cafile=api.configuration.ssl_ca_cert)
    try:
        with urllib.request.urlopen(f"{api.configuration.host}{path}", context=context) as answer:  # noqa: S310
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz"])
def test_the_health_paths_answer_without_credentials(api: Any, path: str):
    assert status(api, path) == 200


@pytest.mark.parametrize("path", ["/", "/version", "/api", "/apis", "/api/v1/namespaces", "/livez/etcd", "/metrics"])
def test_every_other_path_is_refused_without_credentials(api: Any, path: str):
    assert status(api, path) == 401


def test_tls_1_2_is_refused(api: Any):
    context = ssl.create_default_context(cafile=api.configuration.ssl_ca_cert)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(urllib.error.URLError) as caught:
        urllib.request.urlopen(f"{api.configuration.host}/livez", context=context)  # noqa: S310
    assert "VERSION" in str(caught.value.reason).upper()


def test_a_privileged_pod_is_refused_in_a_namespace_without_labels(api: Any):
    container = {"name": "main", "image": "registry.example.org/none", "securityContext": {"privileged": True}}
    pod: Any = {"metadata": {"name": "privileged"}, "spec": {"containers": [container]}}
    with pytest.raises(client.ApiException) as caught:
        client.CoreV1Api(api).create_namespaced_pod("default", pod, dry_run="All")
    assert 'violates PodSecurity "baseline:latest"' in message(caught.value)


def test_a_service_cannot_take_over_an_address(api: Any):
    service: Any = {
        "metadata": {"name": "thief"},
        "spec": {"ports": [{"port": 443}], "externalIPs": ["192.0.2.10"]},
    }
    with pytest.raises(client.ApiException) as caught:
        client.CoreV1Api(api).create_namespaced_service("default", service, dry_run="All")
    assert "Use of external IPs is denied by admission control" in message(caught.value)


def test_a_token_lives_no_longer_than_a_day(api: Any):
    request: Any = {"spec": {"expirationSeconds": 30 * 24 * 3600, "audiences": []}}
    token: Any = client.CoreV1Api(api).create_namespaced_service_account_token("default", "default", request)
    assert token.spec.expiration_seconds == 24 * 3600
