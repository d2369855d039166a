"""Kubeconfigs with the certificates inside, so that they work from anywhere and can be handed on as text."""

import base64
from pathlib import Path

import yaml

from .pki import Pki
from .workspace import write_private


def write(path: Path, *, server: str, keys: Pki, user: str) -> None:
    """Write the kubeconfig of `user` (a leaf of `keys`) for the API server at `server`, mode 0600."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": "local",
                "cluster": {"server": server, "certificate-authority-data": _encoded(keys.certificate("ca"))},
            }
        ],
        "users": [
            {
                "name": user,
                "user": {
                    "client-certificate-data": _encoded(keys.certificate(user)),
                    "client-key-data": _encoded(keys.key(user)),
                },
            }
        ],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": user}}],
        "current-context": "local",
    }
    write_private(path, yaml.safe_dump(document, sort_keys=False).encode())


def _encoded(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
