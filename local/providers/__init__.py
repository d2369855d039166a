"""Stand-ins for official resource providers, for machines that reach only package registries."""
