"""Somebody who changes objects by hand, past the provider: plain REST calls under another field manager."""

import json

from local.providers.kubernetes_standin.connection import connect

CORE = "/api/v1"
NETWORKING = "/apis/networking.k8s.io/v1"
RBAC = "/apis/rbac.authorization.k8s.io/v1"


class ByHand:
    """Calls by path."""

    def __init__(self, kubeconfig):
        self._client = connect(str(kubeconfig), None)

    def get(self, path):
        return self._accepted("GET", path)

    def has(self, path):
        return self._request("GET", path)[0] != 404

    def create(self, collection, obj):
        return self._accepted("POST", f"{collection}?fieldManager=kubectl-create", obj)

    def patch(self, path, changes):
        return self._accepted("PATCH", f"{path}?fieldManager=kubectl-edit", changes)

    def delete(self, path):
        return self._accepted("DELETE", path)

    def _accepted(self, method, path, body=None):
        status, answer = self._request(method, path, body)
        assert status < 400, answer
        return answer

    def _request(self, method, path, body=None):
        content_type = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = self._client.param_serialize(
            method,
            path,
            query_params=[],
            header_params={"Content-Type": content_type},
            body=body,
            auth_settings=["BearerToken"],
        )
        response = self._client.call_api(*request)
        return response.status, json.loads(response.read())
