"""How Kubernetes is reached: by a token of Entra ID that `kubelogin` gets for an hour."""

import base64

import pulumi
import yaml
from pulumi_azure_native import containerservice

from ..exec_kubeconfig import exec_kubeconfig
from .site import Site

_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""The application that stands for every API server of AKS.
Source: https://learn.microsoft.com/azure/aks/kubelogin-authentication"""


def kubeconfig(
    site: Site, cluster: containerservice.ManagedCluster, opts: pulumi.InvokeOutputOptions
) -> pulumi.Output[str]:
    """Return a kubeconfig without any credential in it: whoever uses it signs in as who they are.

    It needs `kubelogin` on PATH, and whoever runs it to have signed in by `az login` (or what AAD_LOGIN_METHOD
    names). No output of a cluster holds its certificate authority, so it is asked for once the cluster is there:
    the one question to the provider; before the cluster is made, nothing is asked. Of the answer, which signs in
    for nobody either, only the address and the authority are kept.
    """
    answer = containerservice.list_managed_cluster_user_credentials_output(
        format="exec", resource_group_name=site.group, resource_name=cluster.name, opts=opts
    )
    found = answer.apply(lambda value: _cluster(value.kubeconfigs[0].value))
    return exec_kubeconfig(
        site.name,
        server=found.apply(lambda entry: entry["server"]),
        certificate_authority=found.apply(lambda entry: entry["certificate-authority-data"]),
        sign_in={
            "command": "kubelogin",
            "args": ["get-token", "--login", "azurecli", "--server-id", _SERVER, "--tenant-id", site.tenant],
            "installHint": "az aks install-cli",
            "provideClusterInfo": False,
        },
    )


def _cluster(encoded: str) -> dict[str, str]:
    """Return the cluster's entry of a kubeconfig in base64."""
    return yaml.safe_load(base64.b64decode(encoded))["clusters"][0]["cluster"]
