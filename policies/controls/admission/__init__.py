"""Controls on what the API server enforces by itself."""
