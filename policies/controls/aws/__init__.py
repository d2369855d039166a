"""Controls on EKS, its registry, and the network, keys, roles, logs and detectors around them."""
