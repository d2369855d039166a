"""Audit: what runs in the cluster is judged again and again by the catalogue that judged its deployment."""

from .component import Audit
from .model import AuditArgs

__all__ = ["Audit", "AuditArgs"]
