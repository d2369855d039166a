"""The credential-free preview: run the program in process, evaluate every control, report."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
"""Folder of the project."""
