"""Versions that AKS supports, from `versions.yaml`."""

from pathlib import Path

from ..upgrades import ReleaseTable

RELEASES = ReleaseTable(Path(__file__).parent / "versions.yaml")
"""The Kubernetes minors. Which of them a channel is at is a reading of the day: AKS moves it."""
