"""Hardened Kubernetes clusters as Pulumi components; installed as the package `secure_clusters`."""
