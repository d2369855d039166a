"""Write a hardened kubeadm configuration: `python -m components.existing.kubeadm --help`.

It writes files and starts nothing. The key that encrypts Secrets is made here and never overwritten.
"""

import argparse
import ipaddress
import os
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, field_validator, model_validator

from ..errors import UserError
from ..model import DnsLabel, Settings
from ..tenancy.intent import parse_network
from . import kubeadm_documents as documents
from .hardening import ENCRYPTION_KEY_BYTES

OLDEST_MINOR = 35
"""Kubelets before 1.35 refuse imagePullCredentialsVerificationPolicy."""

ENCRYPTION_FILE = "encryption.yaml"

_ENDPOINT = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?):(?P<port>[0-9]{1,5})")
_VERSION = re.compile(r"v1\.(?P<minor>[0-9]{1,3})\.[0-9]{1,3}")


class KubeadmSettings(Settings):
    """What a new kubeadm cluster needs to be told. One address family; dual stack isn't generated."""

    cluster_name: DnsLabel
    """Name of the cluster, as kubeconfigs show it."""
    control_plane_endpoint: str
    """`host:port`; a load balancer in front of the control plane nodes where there are several."""
    pod_cidr: str = "10.244.0.0/16"
    """Network of the pods."""
    service_cidr: str = "10.96.0.0/16"
    """Network of the Services."""
    kubernetes_version: str = Field(default="v1.37.2")
    """Release, such as v1.37.2."""

    @field_validator("control_plane_endpoint")
    @classmethod
    def _is_endpoint(cls, value: str) -> str:
        match = _ENDPOINT.fullmatch(value)
        if not match or not 1 <= int(match["port"]) <= 65535:
            raise ValueError("use host:port with a port from 1 to 65535, such as api.example.org:6443")
        return value

    @field_validator("pod_cidr", "service_cidr")
    @classmethod
    def _is_network(cls, value: str) -> str:
        return str(parse_network(value))

    @field_validator("kubernetes_version")
    @classmethod
    def _is_version(cls, value: str) -> str:
        match = _VERSION.fullmatch(value)
        if not match or int(match["minor"]) < OLDEST_MINOR:
            raise ValueError(f"use a release from v1.{OLDEST_MINOR}.0 on, such as v1.37.2")
        return value

    @model_validator(mode="after")
    def _networks_do_not_overlap(self) -> Self:
        pods, services = ipaddress.ip_network(self.pod_cidr), ipaddress.ip_network(self.service_cidr)
        if pods.version != services.version:
            raise ValueError("pod-cidr and service-cidr are of different families; use two IPv4 or two IPv6 ranges")
        if pods.overlaps(services):
            raise ValueError(f"pod-cidr {pods} and service-cidr {services} overlap; give each a range of its own")
        address = _address(self.control_plane_endpoint)
        for name, network in (("pod-cidr", pods), ("service-cidr", services)):
            if address and address in network:
                raise ValueError(f"{name} {network} contains the control plane's address; choose another range")
        return self


def _address(endpoint: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(endpoint.rpartition(":")[0].strip("[]"))
    except ValueError:
        return None  # a DNS name


def write(settings: KubeadmSettings, output: Path, *, keep_encryption_key: bool = False) -> list[Path]:
    """Write the configuration into `output` (made with mode 0700) and return the files written.

    Raises UserError where `output` holds an encryption key already, unless it is to be kept: a new key
    makes everything that was encrypted with the old one unreadable. Then nothing is written.
    """
    key_file = output / ENCRYPTION_FILE
    if key_file.exists() and not keep_encryption_key:
        raise UserError(
            f"{key_file} exists: a new key would make every Secret encrypted with it unreadable\n"
            "Choose another --output, or add --keep-encryption-key to write the other files and keep it."
        )
    cluster = documents.ClusterFacts(
        name=settings.cluster_name,
        endpoint=settings.control_plane_endpoint,
        pod_cidr=settings.pod_cidr,
        service_cidr=settings.service_cidr,
        kubernetes_version=settings.kubernetes_version,
    )
    texts = {
        "kubeadm.yaml": documents.kubeadm(cluster),
        "kubeadm-join.yaml": documents.join(cluster),
        "audit-policy.yaml": documents.audit_policy(),
        "authentication.yaml": documents.authentication(),
        "admission.yaml": documents.admission(),
        "90-kubelet.conf": documents.SYSCTL,
    }
    try:
        return _write_all(output, texts)
    except OSError as error:
        raise UserError(f"{output} can't be written: {error.strerror}\nChoose another --output.") from None


def _write_all(output: Path, texts: dict[str, str]) -> list[Path]:
    output.mkdir(mode=0o700, parents=True, exist_ok=True)
    written: list[Path] = []
    key_file = output / ENCRYPTION_FILE
    if not key_file.exists():
        # O_EXCL: even a file made since the check above is never overwritten.
        descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(documents.encryption(secrets.token_bytes(ENCRYPTION_KEY_BYTES)))
        written.append(key_file)
    for name, text in texts.items():
        (output / name).write_text(text, encoding="utf-8")
        written.append(output / name)
    return written


def _settings(arguments: argparse.Namespace) -> KubeadmSettings:
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    try:
        return KubeadmSettings.model_validate(
            {name: value for name, value in given.items() if name in KubeadmSettings.model_fields}
        )
    except ValidationError as error:
        raise UserError("\n".join(_problem(entry["loc"], entry["msg"]) for entry in error.errors())) from None


def _problem(location: tuple[int | str, ...], message: str) -> str:
    text = message.removeprefix("Value error, ")
    if not location:
        return text
    flag = re.sub(r"_|(?<=[a-z])(?=[A-Z])", "-", str(location[0])).lower()
    return f"--{flag}: {text}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m components.existing.kubeadm",
        description="Write a hardened kubeadm configuration, each hardened line with its reason.",
    )
    parser.add_argument("--cluster-name", required=True, help="name of the cluster, a DNS label")
    parser.add_argument("--control-plane-endpoint", required=True, help="host:port of the API server")
    parser.add_argument("--pod-cidr", help="network of the pods (default 10.244.0.0/16)")
    parser.add_argument("--service-cidr", help="network of the Services (default 10.96.0.0/16)")
    parser.add_argument("--kubernetes-version", help="release (default v1.37.2)")
    parser.add_argument("--output", required=True, type=Path, help="folder to write to")
    parser.add_argument(
        "--keep-encryption-key", action="store_true", help="write the other files again and keep the key"
    )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 2 for bad input."""
    arguments = _parser().parse_args(argv)
    try:
        written = write(_settings(arguments), arguments.output, keep_encryption_key=arguments.keep_encryption_key)
    except UserError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write("".join(f"wrote {path}\n" for path in written))
    sys.stdout.write(f"next: read the first lines of {arguments.output / 'kubeadm.yaml'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
