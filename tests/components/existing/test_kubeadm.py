import base64
import re
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.errors import UserError
from components.existing import kubeadm
from components.existing.hardening import Component, arguments
from components.existing.kubeadm import KubeadmSettings, main, write

SETTINGS = KubeadmSettings(cluster_name="prod", control_plane_endpoint="api.example.org:6443")
REQUIRED = ["--cluster-name", "prod", "--control-plane-endpoint", "api.example.org:6443"]
GENERATED = {
    "kubeadm.yaml",
    "kubeadm-join.yaml",
    "audit-policy.yaml",
    "authentication.yaml",
    "admission.yaml",
    "encryption.yaml",
    "90-kubelet.conf",
}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    write(SETTINGS, tmp_path / "prod")
    return tmp_path / "prod"


def documents(path: Path) -> dict[str, Any]:
    return {document["kind"]: document for document in yaml.safe_load_all(path.read_text())}


def test_everything_that_the_installation_needs_is_written(output: Path):
    assert {path.name for path in output.iterdir()} == GENERATED
    kinds = documents(output / "kubeadm.yaml").keys()
    assert kinds == {"ClusterConfiguration", "InitConfiguration", "KubeletConfiguration"}


def test_every_hardened_flag_stands_in_the_configuration(output: Path):
    cluster = documents(output / "kubeadm.yaml")["ClusterConfiguration"]
    sections = {
        Component.API_SERVER: cluster["apiServer"],
        Component.CONTROLLER_MANAGER: cluster["controllerManager"],
        Component.SCHEDULER: cluster["scheduler"],
        Component.ETCD: cluster["etcd"]["local"],
    }
    names = "authentication_config admission_config encryption_config audit_policy audit_log kubelet_ca"
    paths: dict[str, str] = dict.fromkeys(names.split(), "")
    for component, section in sections.items():
        given = [argument["name"] for argument in section["extraArgs"]]
        assert given == [argument.flag for argument in arguments(component, paths)]


def test_the_kubelet_is_closed(output: Path):
    kubelet = documents(output / "kubeadm.yaml")["KubeletConfiguration"]
    assert kubelet["authentication"] == {"anonymous": {"enabled": False}, "webhook": {"enabled": True}}
    assert kubelet["authorization"] == {"mode": "Webhook"}
    assert kubelet["readOnlyPort"] == 0
    assert kubelet["serverTLSBootstrap"] is True


def test_every_hardened_line_stands_under_its_reason(output: Path):
    lines = [line.strip() for line in (output / "kubeadm.yaml").read_text().splitlines()]
    hardened = [number for number, line in enumerate(lines) if re.match(r"- name: (?!secure-|audit-log$)", line)]
    assert len(hardened) > 25
    assert all(lines[number - 1].startswith("# ") for number in hardened)
    kubelet = lines[lines.index("kind: KubeletConfiguration") + 1 :]
    fields = [number for number, line in enumerate(kubelet) if re.match(r"\w+: ", line)]
    assert len(fields) > 15
    assert all(kubelet[number - 1].startswith("# ") for number in fields)


def test_every_file_that_a_flag_names_is_written_and_mounted_into_the_api_server(output: Path):
    server = documents(output / "kubeadm.yaml")["ClusterConfiguration"]["apiServer"]
    mounts = {volume["mountPath"] for volume in server["extraVolumes"]}
    named = [Path(argument["value"]) for argument in server["extraArgs"] if argument["value"].startswith("/")]
    assert {str(path.parent) for path in named} - mounts == {"/etc/kubernetes/pki"}  # kubeadm mounts that
    assert {path.name for path in named if path.suffix == ".yaml"} < GENERATED


def test_every_audit_rule_stands_under_its_reason(output: Path):
    lines = (output / "audit-policy.yaml").read_text().splitlines()
    rules = [number for number, line in enumerate(lines) if line.startswith("- level")]
    assert len(rules) == len(yaml.safe_load("\n".join(lines))["rules"])
    assert all(lines[number - 1].startswith("# ") for number in rules)


def test_only_the_encryption_key_differs_between_two_runs(output: Path, tmp_path: Path):
    write(SETTINGS, tmp_path / "again")
    different = {name for name in GENERATED if (output / name).read_bytes() != (tmp_path / "again" / name).read_bytes()}
    assert different == {"encryption.yaml"}


def test_the_key_is_long_enough_and_readable_by_its_owner_only(output: Path):
    file = output / "encryption.yaml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(output.stat().st_mode) == 0o700
    [entry] = yaml.safe_load(file.read_text())["resources"]
    assert len(base64.b64decode(entry["providers"][0]["secretbox"]["keys"][0]["secret"])) == 32


def test_the_key_stands_in_no_other_file(output: Path):
    [secret] = re.findall(r"secret: (\S+)", (output / "encryption.yaml").read_text())
    assert not any(secret in (output / name).read_text() for name in GENERATED - {"encryption.yaml"})


def test_an_existing_key_is_never_overwritten(output: Path, capsys: pytest.CaptureFixture[str]):
    (output / "kubeadm.yaml").write_text("mine")
    key = (output / "encryption.yaml").read_bytes()
    assert main([*REQUIRED, "--output", str(output)]) == 2
    message = capsys.readouterr().err
    assert "encryption.yaml exists: a new key would make every Secret encrypted with it unreadable" in message
    assert "--keep-encryption-key" in message
    assert (output / "encryption.yaml").read_bytes() == key
    assert (output / "kubeadm.yaml").read_text() == "mine"


def test_the_other_files_can_be_written_again_while_the_key_is_kept(output: Path):
    (output / "kubeadm.yaml").write_text("old")
    key = (output / "encryption.yaml").read_bytes()
    assert main([*REQUIRED, "--output", str(output), "--keep-encryption-key"]) == 0
    assert (output / "encryption.yaml").read_bytes() == key
    assert "ClusterConfiguration" in (output / "kubeadm.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pod-cidr", "10.0.0.0/8"], "overlap"),
        (["--pod-cidr", "10.96.128.0/17"], "overlap"),
        (["--pod-cidr", "fd00::/48"], "different families"),
        (["--pod-cidr", "10.0.0.1/8"], "--pod-cidr: 10.0.0.1/8 has host bits set"),
        (["--service-cidr", "here"], "--service-cidr: "),
        (["--cluster-name", "Prod_1"], "--cluster-name: use lower-case letters"),
        (["--control-plane-endpoint", "api.example.org"], "--control-plane-endpoint: use host:port"),
        (["--control-plane-endpoint", "api.example.org:70000"], "--control-plane-endpoint: use host:port"),
        (["--control-plane-endpoint", "10.244.0.9:6443"], "contains the control plane's address"),
        (["--control-plane-endpoint", "a b:6443\nevil: true"], "--control-plane-endpoint: use host:port"),
        (["--kubernetes-version", "1.37"], "--kubernetes-version: use a release from v1.35.0 on"),
        (["--kubernetes-version", "v1.34.9"], "--kubernetes-version: use a release from v1.35.0 on"),
    ],
)
def test_bad_input_is_told_in_a_line_and_writes_nothing(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main([*REQUIRED, *arguments, "--output", str(tmp_path / "new")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert message in error
    assert "Traceback" not in error
    assert not (tmp_path / "new").exists()


def test_all_bad_values_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    bad = ["--cluster-name", "X", "--pod-cidr", "y", "--kubernetes-version", "z"]
    assert main([*REQUIRED, *bad, "--output", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_an_output_that_is_a_file_is_told_in_two_lines(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"can't be written.*\nChoose another --output"):
        write(SETTINGS, tmp_path / "file")


def test_a_key_that_appears_after_the_check_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    key = tmp_path / kubeadm.ENCRYPTION_FILE
    key.write_text("precious")
    monkeypatch.setattr(Path, "exists", lambda _: False)
    with pytest.raises(UserError, match="can't be written"):
        write(SETTINGS, tmp_path)
    assert key.read_text() == "precious"
