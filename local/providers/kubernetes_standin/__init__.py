"""Stand-in for the official `kubernetes` resource provider, on the official Python client.

It is used only where the official plugin cannot be had. It manages plain Kubernetes objects by
server-side apply and refuses Helm, kustomize and YAML components by name.

Where it differs from the official provider on purpose:

- a field that the API server doesn't know is an error (`fieldValidation=Strict`); there it is a warning;
- an update takes fields back that somebody changed by hand; there that needs `enablePatchForce`;
- refresh lets the API server judge what has drifted (a dry-run apply of the declared inputs), so rules
  appended to a list and rules added to an explicitly empty list are found; there they are not;
- the kubeconfig must be given (argument or `KUBECONFIG`); it never falls back on `~/.kube/config`;
- it waits for a Namespace to be active, for a ResourceQuota's status, for deletions, and for nothing else;
- a changed kubeconfig never replaces anything, only a changed `clusterIdentifier` does.
"""
