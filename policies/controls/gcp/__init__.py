"""Controls on GKE, its registry, and the network, keys, accounts, backups and logs around them."""
