"""Measurements: `make bench`. Nothing here asserts; figures of one run are compared with each other."""
