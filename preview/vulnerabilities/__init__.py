"""The gate for CI: what a scan found, against the rules of this repository."""
