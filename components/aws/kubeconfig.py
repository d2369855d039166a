"""How Kubernetes is reached: by a token that the AWS command line makes for 15 minutes."""

import pulumi

from ..exec_kubeconfig import exec_kubeconfig


def kubeconfig(
    name: str, region: str, endpoint: pulumi.Input[str], certificate_authority: pulumi.Input[str]
) -> pulumi.Output[str]:
    """Return a kubeconfig without any credential in it: whoever uses it signs in as who they are.

    It needs `aws` on PATH. `certificate_authority` is base64 text.
    """
    command = ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"]
    return exec_kubeconfig(
        name,
        server=endpoint,
        certificate_authority=certificate_authority,
        sign_in={"command": "aws", "args": command},
    )
