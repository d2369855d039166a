"""How Kubernetes is reached: by a token that Google's plugin makes for an hour."""

import json
from typing import Any

import pulumi


def kubeconfig(
    name: str, server: pulumi.Input[str], certificate_authority: pulumi.Input[str] | None
) -> pulumi.Output[str]:
    """Return a kubeconfig without any credential in it: whoever uses it signs in as who they are.

    It needs `gke-gcloud-auth-plugin` on PATH. `certificate_authority` is base64 text; None for the DNS endpoint,
    whose certificate is a public one.
    """

    def text(values: dict[str, Any]) -> str:
        sign_in = {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "gke-gcloud-auth-plugin",
            "installHint": "gcloud components install gke-gcloud-auth-plugin",
            "interactiveMode": "Never",
            "provideClusterInfo": True,
        }
        authority = values["authority"]
        trust = {"certificate-authority-data": authority} if authority else {}
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": name, "cluster": {"server": f"https://{values['server']}", **trust}}],
                "users": [{"name": name, "user": {"exec": sign_in}}],
                "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
                "current-context": name,
            }
        )

    return pulumi.Output.all(server=server, authority=certificate_authority).apply(text)
