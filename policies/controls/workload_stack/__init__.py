"""Controls on workloads that need more than one object."""
