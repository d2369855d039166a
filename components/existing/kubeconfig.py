"""Where the credentials of an existing cluster come from."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from ..errors import UserError
from ..model import Settings

_SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"

IN_CLUSTER = f"""\
apiVersion: v1
kind: Config
current-context: in-cluster
contexts: [{{name: in-cluster, context: {{cluster: in-cluster, user: in-cluster}}}}]
clusters:
- name: in-cluster
  cluster: {{server: "https://kubernetes.default.svc", certificate-authority: {_SERVICE_ACCOUNT}/ca.crt}}
users: [{{name: in-cluster, user: {{tokenFile: {_SERVICE_ACCOUNT}/token}}}}]
"""
"""Kubeconfig of a program that runs inside the cluster; the token stays in its file."""


class FileKubeconfig(Settings):
    """A kubeconfig file. Only its path is stored in the state, never what is in it."""

    from_: Literal["file"] = Field(validation_alias="from", serialization_alias="from")
    """A kubeconfig file."""
    path: str = Field(min_length=1)
    """Path of the file, relative to the project; `~` is the home directory."""
    context: str | None = None
    """Context to use; the file's current context where absent."""


class SecretKubeconfig(Settings):
    """A kubeconfig as an encrypted value of the stack file."""

    from_: Literal["secret"] = Field(validation_alias="from", serialization_alias="from")
    """An encrypted value of the stack file."""
    content: SecretStr
    """Text of the kubeconfig; set it by `pulumi config set --path --secret`."""
    context: str | None = None
    """Context to use; the current context where absent."""


class InClusterKubeconfig(Settings):
    """The service account of the pod that runs Pulumi."""

    from_: Literal["in-cluster"] = Field(validation_alias="from", serialization_alias="from")
    """The service account of the pod that runs Pulumi."""
    context: None = None
    """Always absent: there is one context."""


Kubeconfig = Annotated[FileKubeconfig | SecretKubeconfig | InClusterKubeconfig, Field(discriminator="from_")]
"""One of the three sources, told apart by `from`."""


def location_or_text(source: Kubeconfig) -> str:
    """Return what the Kubernetes provider takes: a path or the text of a kubeconfig.

    The file isn't read: a preview without credentials must not need it.
    """
    match source:
        case FileKubeconfig():
            return str(Path(source.path).expanduser())
        case SecretKubeconfig():
            return source.content.get_secret_value()
        case InClusterKubeconfig():
            return IN_CLUSTER


def text(source: Kubeconfig) -> str:
    """Return the text of the kubeconfig; raises `UserError` where its file can't be read."""
    value = location_or_text(source)
    if not isinstance(source, FileKubeconfig):
        return value
    try:
        return Path(value).read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"the kubeconfig {value} can't be read: {error.strerror}\n"
            "Set secure-clusters:kubeconfig.path in the stack file to a kubeconfig of the cluster."
        ) from None
