"""Addresses of Google's own services that never leave Google's network.

Source: https://docs.cloud.google.com/vpc/docs/configure-private-google-access (private.googleapis.com)
"""

PRIVATE = "199.36.153.8/30"
"""Where private.googleapis.com answers."""
