"""From a kubeconfig to a client: what is refused, and that no key stays on disk."""

import base64
import socket
import tempfile
from datetime import UTC, datetime, timedelta

import grpc
import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.providers.kubernetes_standin.connection import PARALLELISM, connect
from local.providers.kubernetes_standin.errors import KubeconfigError
from tests.local.standin_fakes import engine, message

NAMESPACE = "kubernetes:core/v1:Namespace"
OBJECT = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "pay"}}


def _kubeconfig(server="https://127.0.0.1:1", cluster=None, user=None):
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": server, **(cluster or {})}}],
            "users": [{"name": "u", "user": user or {"token": "t0ken"}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
    )


def _client_certificate():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    no_encryption = serialization.NoEncryption()
    return (
        certificate.public_bytes(pem),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_encryption),
    )


@pytest.mark.parametrize(
    ("kubeconfig", "told"),
    [
        ("/nowhere/kubeconfig", "the kubeconfig file /nowhere/kubeconfig does not exist"),
        ("a: [1\n", "the kubeconfig is not valid YAML"),
        ("- a\n- b\n", "the kubeconfig is not a mapping with clusters, users and contexts"),
        ("apiVersion: v1\nkind: Config\n", "the kubeconfig can't be used: Invalid kube-config file"),
    ],
)
def test_a_kubeconfig_that_cannot_be_used_is_told_in_one_line(kubeconfig, told):
    with pytest.raises(KubeconfigError, match=told) as error:
        connect(kubeconfig, None)
    assert "\n" not in str(error.value)


def test_a_missing_context_is_told(tmp_path):
    path = tmp_path / "kubeconfig"
    path.write_text(_kubeconfig())
    with pytest.raises(KubeconfigError, match="other"):
        connect(str(path), "other")


def test_no_kubeconfig_outside_a_cluster_is_told_and_the_users_own_is_not_taken(tmp_path, monkeypatch):
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_text(_kubeconfig())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(KubeconfigError, match="no kubeconfig: give the provider one"):
        connect(None, None)


def test_a_bad_key_is_not_quoted():
    user = {"client-certificate-data": "aGVsbG8=", "client-key-data": "aHVudGVyMg=="}
    with pytest.raises(KubeconfigError) as error:
        connect(_kubeconfig(user=user), None)
    assert str(error.value).endswith("certificate authority, client certificate or client key is not valid")


def test_a_text_and_a_path_mean_the_same(tmp_path):
    path = tmp_path / "kubeconfig"
    path.write_text(_kubeconfig(server="https://127.0.0.1:7"))
    assert connect(str(path), None).configuration.host == "https://127.0.0.1:7"
    assert connect(path.read_text(), None).configuration.host == "https://127.0.0.1:7"


def test_the_connection_pool_is_as_large_as_the_number_of_workers():
    client = connect(_kubeconfig(), None)
    assert client.rest_client.pool_manager.connection_pool_kw["maxsize"] == PARALLELISM


def test_no_key_is_left_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    certificate, key = _client_certificate()
    user = {
        "client-certificate-data": base64.b64encode(certificate).decode(),
        "client-key-data": base64.b64encode(key).decode(),
    }
    connect(_kubeconfig(user=user), None)
    assert list(tmp_path.iterdir()) == []


def test_an_unreachable_server_is_told_with_its_address_and_the_cause():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with engine() as pulumi:
        pulumi.configure(kubeconfig=_kubeconfig(server=f"https://127.0.0.1:{port}"))
        with pytest.raises(grpc.RpcError) as error:
            pulumi.create(NAMESPACE, OBJECT)
    assert message(error) == (
        f"Namespace pay: can't reach the API server at https://127.0.0.1:{port}: [Errno 111] Connection refused"
    )


def test_a_bad_kubeconfig_fails_the_first_operation_also_in_a_preview():
    with engine() as pulumi:
        pulumi.configure(kubeconfig="/nowhere/kubeconfig")
        with pytest.raises(grpc.RpcError) as error:
            pulumi.create(NAMESPACE, OBJECT, preview=True)
    assert message(error) == "Namespace pay: the kubeconfig file /nowhere/kubeconfig does not exist"
