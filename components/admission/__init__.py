"""Admission: the workload controls and the protection of the baseline, enforced by the API server."""

from .component import AdmissionPolicies
from .manifests import manifests
from .model import AdmissionArgs, AdmissionRollout, AdmissionWaiver, Deployers

__all__ = ["AdmissionArgs", "AdmissionPolicies", "AdmissionRollout", "AdmissionWaiver", "Deployers", "manifests"]
