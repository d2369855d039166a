"""Controls on AKS, its registry, and the network, keys, identities and logs around them."""
