"""The configuration files that the API server's hardened flags name, written for this machine."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

import yaml

from components.existing import hardening

from .pki import Pki
from .workspace import write_private


def write(folder: Path, keys: Pki) -> dict[str, str]:
    """Write the files into `folder`, mode 0600; returns placeholder of `hardening.yaml` -> path."""
    documents = {
        "authentication_config": hardening.authentication_configuration(),
        "admission_config": hardening.admission_configuration(),
        "encryption_config": hardening.encryption_configuration(base64.b64decode(keys.encryption_key.read_bytes())),
        "audit_policy": hardening.audit_policy(),
    }
    paths = {name: folder / f"{name}.yaml" for name in documents}
    for name, path in paths.items():
        write_private(path, yaml.safe_dump(documents[name], sort_keys=False).encode())
    return {name: str(path) for name, path in paths.items()}


def checksum(paths: Mapping[str, str]) -> str:
    """Return the SHA-256 of the written files: the API server reads them only when it starts."""
    return hashlib.sha256(b"\0".join(Path(path).read_bytes() for path in paths.values())).hexdigest()
