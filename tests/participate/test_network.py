"""Which address is believed, and which network it is counted under."""

import pytest

from participate.network import UNKNOWN, address_seen, network_of

PEER, PROXY = "198.51.100.7", "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "seen"),
    [
        ([], 0, PROXY),
        (["192.0.2.1"], 0, PROXY),
        (["192.0.2.1", PEER], 0, PROXY),
        ([], 1, PROXY),
        ([PEER], 1, PEER),
        (["192.0.2.1", PEER], 1, PEER),
        (["192.0.2.1", PEER, "10.0.0.2"], 2, PEER),
        (["10.0.0.2"], 2, "10.0.0.2"),
        (["rubbish"], 1, PROXY),
        (["192.0.2.1", "rubbish", "10.0.0.2"], 3, "10.0.0.2"),
        (["", " ", PEER], 1, PEER),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(forwarded: list[str], proxies: int, seen: str) -> None:
    assert address_seen(PROXY, forwarded, proxies) == seen


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:4321", "198.51.100.7"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("2001:db8:1:200:ffff::9", "2001:db8:1:200::/56"),
        ("2001:db8:1:300::1", "2001:db8:1:300::/56"),
        ("[2001:db8:1:2ff::1]:443", "2001:db8:1:200::/56"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", UNKNOWN),
        ("<local>", UNKNOWN),
        ("999.1.1.1", UNKNOWN),
    ],
)
def test_an_ipv6_home_counts_as_one_network(address: str, network: str) -> None:
    assert network_of(address) == network
