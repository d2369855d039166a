"""Subnets of a VPC: none overlaps, none moves."""

import ipaddress
from itertools import combinations

import pytest

from components.aws import addresses

ZONES = tuple(f"eu-central-1{letter}" for letter in "abcdef")


@pytest.mark.parametrize("prefix", range(addresses.LARGEST, addresses.SMALLEST + 1))
def test_no_subnets_overlap_and_all_lie_in_the_vpc(prefix):
    vpc = ipaddress.ip_network(f"10.40.0.0/{prefix}")
    subnets = [
        ipaddress.ip_network(cidr)
        for zone in addresses.plan(str(vpc), ZONES)
        for cidr in (zone.nodes, zone.control_plane, zone.public)
    ]
    assert all(subnet.subnet_of(vpc) for subnet in subnets)
    assert not [pair for pair in combinations(subnets, 2) if pair[0].overlaps(pair[1])]


def test_the_smallest_vpc_leaves_the_control_plane_the_16_addresses_that_aws_asks_for():
    zone = addresses.plan(f"10.40.0.0/{addresses.SMALLEST}", ZONES)[0]
    assert ipaddress.ip_network(zone.control_plane).num_addresses == 16


def test_a_zone_that_is_appended_moves_no_other():
    assert addresses.plan("10.40.0.0/16", ZONES)[:3] == addresses.plan("10.40.0.0/16", ZONES[:3])
