"""The platform's services in a live cluster, with cert-manager's own controllers running on the rights of its chart."""

import base64
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store
from kubernetes import client, config, dynamic
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic.exceptions import ConflictError, NotFoundError, ResourceNotFoundError

from policies.model import Resource
from tests.live.admission import wait

CONTROLLER = ("platform-certificates", "cert-manager")
"""Namespace and name of the account that cert-manager's controllers run as."""
API = "cert-manager.io/v1"
NAMESPACE, NAME = "shop-api", "api.shop-api.svc"
"""Namespace of the tenant's Service, and its name in the cluster."""
WHO_ASKS = [
    {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicy",
        "metadata": {"name": "who-asks"},
        "spec": {
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": ["cert-manager.io"],
                        "apiVersions": ["v1"],
                        "operations": ["CREATE"],
                        "resources": ["certificaterequests"],
                    }
                ]
            },
            "failurePolicy": "Fail",
            "reinvocationPolicy": "Never",
            "mutations": [
                {
                    "patchType": "JSONPatch",
                    "jsonPatch": {
                        "expression": "[JSONPatch{op: 'add', path: '/spec/username', value: request.userInfo.username}]"
                    },
                }
            ],
        },
    },
    {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicyBinding",
        "metadata": {"name": "who-asks"},
        "spec": {"policyName": "who-asks"},
    },
]
"""What the webhook does first, which can't be had here: it writes into a request who asks."""
HOOKS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def manifests(resources: Sequence[Resource]) -> list[dict[str, Any]]:
    """What was registered in the cluster, in that order; a patch of what the cluster makes itself is left out."""
    found = [each for each in resources if each.type.startswith("kubernetes:") and not each.type.endswith("Patch")]
    return [{key: value for key, value in each.props.plain.items() if value is not None} for each in found]


class Issuance:
    """A cluster in which the services' objects lie."""

    def __init__(self, kubeconfig: Path) -> None:
        self.api = config.new_client_from_config(str(kubeconfig))
        self.core = client.CoreV1Api(self.api)
        self._dynamic = dynamic.DynamicClient(self.api)

    def resource(self, api_version: str, kind: str) -> Any:
        """The API of a kind, once it is served."""

        def served() -> Any:
            try:
                return self._dynamic.resources.get(api_version=api_version, kind=kind)
            except ResourceNotFoundError:
                self._dynamic.resources.invalidate_cache()
                return None

        return wait(served)

    def apply(self, found: Sequence[dict[str, Any]]) -> None:
        """Apply the objects in their order."""
        for manifest in found:
            api = self.resource(manifest["apiVersion"], manifest["kind"])
            api.server_side_apply(body=manifest, field_manager="test", force_conflicts=True)

    def create(self, manifest: dict[str, Any], api: client.ApiClient | None = None) -> str:
        """Create an object, as admin or as the client is; return why it was refused, empty where it was not."""
        known = dynamic.DynamicClient(api) if api else self._dynamic
        try:
            found = known.resources.get(api_version=manifest["apiVersion"], kind=manifest["kind"])
            found.create(body=manifest, namespace=manifest["metadata"].get("namespace"))
        except (ApiException, ConflictError) as refusal:
            return f"{refusal.status} {refusal.body}"
        return ""

    def read(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> dict[str, Any] | None:
        """An object as it is now; None where there is none."""
        try:
            return self.resource(api_version, kind).get(name=name, namespace=namespace).to_dict()
        except NotFoundError:
            return None

    def delete(self, found: Sequence[dict[str, Any]]) -> None:
        """Delete the objects, the last one first, each of them for good before the one that it needs."""
        for manifest in reversed(found):
            name, namespace = manifest["metadata"]["name"], manifest["metadata"].get("namespace")
            try:
                api = self._dynamic.resources.get(api_version=manifest["apiVersion"], kind=manifest["kind"])
                api.delete(name=name, namespace=namespace, propagation_policy="Foreground")
            except (NotFoundError, ResourceNotFoundError):
                continue
        for manifest in found:
            if manifest["kind"] in ("CustomResourceDefinition", "Namespace"):
                gone = manifest["apiVersion"], manifest["kind"], manifest["metadata"]["name"]
                wait(lambda gone=gone: self.read(*gone) is None)

    def ready(self, found: Sequence[dict[str, Any]]) -> None:
        """Wait until every certificate among the objects was issued."""
        for each in (each for each in found if each["kind"] == "Certificate"):
            metadata = each["metadata"]
            wait(lambda meta=metadata: self._is_ready(meta))

    def _is_ready(self, metadata: dict[str, Any]) -> bool:
        found = self.read("cert-manager.io/v1", "Certificate", metadata["name"], metadata["namespace"]) or {}
        conditions = (found.get("status") or {}).get("conditions") or []
        return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)

    def secret(self, namespace: str, name: str) -> dict[str, bytes]:
        """What lies in a Secret."""
        data = self.core.read_namespaced_secret(name, namespace).data or {}
        return {key: base64.b64decode(value) for key, value in data.items()}

    def may(self, account: str, verb: str, group: str, resource: str, namespace: str | None, name: str) -> bool:
        """Whether a service account (`namespace:name`) may do it, by SubjectAccessReview."""
        resource, _, subresource = resource.partition("/")
        attributes = client.V1ResourceAttributes(
            group=group, resource=resource, subresource=subresource, verb=verb, namespace=namespace, name=name
        )
        spec = client.V1SubjectAccessReviewSpec(user=f"system:serviceaccount:{account}", resource_attributes=attributes)
        api = client.AuthorizationV1Api(self.api)
        return bool(api.create_subject_access_review(client.V1SubjectAccessReview(spec=spec)).status.allowed)

    @contextmanager
    def controllers(self, program: Path, folder: Path, *arguments: str) -> Iterator[None]:
        """Run cert-manager's controllers with the rights of its service account, and no others."""
        namespace, name = CONTROLLER
        asked = client.AuthenticationV1TokenRequest(
            spec=client.V1TokenRequestSpec(audiences=[], expiration_seconds=7200)
        )
        token = self.core.create_namespaced_service_account_token(name, namespace, asked).status.token
        kubeconfig = folder / "controllers.yaml"
        authority = Path(self.api.configuration.ssl_ca_cert).read_bytes()
        server = {
            "server": self.api.configuration.host,
            "certificate-authority-data": base64.b64encode(authority).decode(),
        }
        content = {
            "clusters": [{"name": "test", "cluster": server}],
            "users": [{"name": name, "user": {"token": token}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": name}}],
            "current-context": "test",
        }
        kubeconfig.touch(mode=0o600)
        kubeconfig.write_text(yaml.safe_dump(content))
        command = [
            program,
            "-kubeconfig",
            kubeconfig,
            "-cluster-resource-namespace",
            "platform-authorities",
            *arguments,
        ]
        with (
            (folder / "controllers.log").open("wb") as log,
            subprocess.Popen(command, stdout=log, stderr=log) as process,
        ):
            try:
                yield
            finally:
                process.terminate()


def has_secrets(found: Sequence[dict[str, Any]]) -> bool:
    """Whether External Secrets is among the services that made these objects."""
    return any(each["kind"] == "SecretStore" for each in found)


def verified(chain: bytes, root: bytes, name: str) -> list[x509.Certificate]:
    """The chain from a certificate to the root, as whoever calls the name verifies it; raises where it is none."""
    leaf, *between = x509.load_pem_x509_certificates(chain)
    store = Store(x509.load_pem_x509_certificates(root))
    return PolicyBuilder().store(store).build_server_verifier(x509.DNSName(name)).verify(leaf, between)


def certificate(name: str, namespace: str = NAMESPACE, **spec: Any) -> dict[str, Any]:
    body = {
        "secretName": name,
        "duration": "1h0m0s",
        "dnsNames": [NAME],
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
        "issuerRef": {"name": "namespace", "kind": "Issuer"},
        **spec,
    }
    return {"apiVersion": API, "kind": "Certificate", "metadata": {"name": name, "namespace": namespace}, "spec": body}


def request(name: str, dns: str, issuer: dict[str, str]) -> dict[str, Any]:
    """A request with a key of the test's own, past everything that looks at Certificates."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName(dns)])
    asked = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).add_extension(names, critical=True)
    pem = asked.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    spec = {
        "request": base64.b64encode(pem).decode(),
        "duration": "1h0m0s",
        "usages": ["digital signature", "server auth"],
        "issuerRef": issuer,
    }
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": API, "kind": "CertificateRequest", "metadata": metadata, "spec": spec}
