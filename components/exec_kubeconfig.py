"""Kubeconfigs without a credential in them: whoever uses one signs in as who they are, by a program on PATH."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi


def exec_kubeconfig(
    name: str,
    *,
    server: pulumi.Input[str],
    certificate_authority: pulumi.Input[str] | None,
    sign_in: Mapping[str, Any],
) -> pulumi.Output[str]:
    """Return the text of a kubeconfig.

    `server` is a URL; `certificate_authority` is base64 text, None where the certificate is a public one; `sign_in` is
    the program that makes a token, without the fields that are the same for all.
    """

    def text(values: dict[str, Any]) -> str:
        trust = {"certificate-authority-data": values["authority"]} if values["authority"] else {}
        program = {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", **sign_in}
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": name, "cluster": {"server": values["server"], **trust}}],
                "users": [{"name": name, "user": {"exec": program}}],
                "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
                "current-context": name,
            }
        )

    return pulumi.Output.all(server=server, authority=certificate_authority).apply(text)
