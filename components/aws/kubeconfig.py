"""How Kubernetes is reached: by a token that the AWS command line makes for 15 minutes."""

import json

import pulumi


def kubeconfig(
    name: str, region: str, endpoint: pulumi.Input[str], certificate_authority: pulumi.Input[str]
) -> pulumi.Output[str]:
    """Return a kubeconfig without any credential in it: whoever uses it signs in as who they are.

    It needs `aws` on PATH. `certificate_authority` is base64 text.
    """

    def text(values: dict[str, str]) -> str:
        command = ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"]
        sign_in = {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": "aws",
            "args": command,
            "interactiveMode": "Never",
        }
        cluster = {"server": values["server"], "certificate-authority-data": values["authority"]}
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": name, "cluster": cluster}],
                "users": [{"name": name, "user": {"exec": sign_in}}],
                "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
                "current-context": name,
            }
        )

    return pulumi.Output.all(server=endpoint, authority=certificate_authority).apply(text)
