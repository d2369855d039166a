"""How Kubernetes is reached: by a token that Google's plugin makes for an hour."""

import pulumi

from ..exec_kubeconfig import exec_kubeconfig


def kubeconfig(
    name: str, server: pulumi.Input[str], certificate_authority: pulumi.Input[str] | None
) -> pulumi.Output[str]:
    """Return a kubeconfig without any credential in it: whoever uses it signs in as who they are.

    It needs `gke-gcloud-auth-plugin` on PATH. `server` is a host; `certificate_authority` is base64 text, None for the
    DNS endpoint, whose certificate is a public one.
    """
    return exec_kubeconfig(
        name,
        server=pulumi.Output.concat("https://", server),
        certificate_authority=certificate_authority,
        sign_in={
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "gke-gcloud-auth-plugin",
            "installHint": "gcloud components install gke-gcloud-auth-plugin",
            "provideClusterInfo": True,
        },
    )
