from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.outgoing.addresses import GLOBAL_UNICAST, ISATAP, NAT64, SPECIAL_IPV4, SPECIAL_IPV6, is_public

IPV4 = st.ip_addresses(v=4)
SPECIAL = st.one_of([st.ip_addresses(network=str(block)) for block in SPECIAL_IPV4])

EMBEDDINGS = {
    "mapped": lambda address: IPv6Address(0xFFFF << 32 | int(address)),
    "compatible": lambda address: IPv6Address(int(address)),
    "translated": lambda address: IPv6Address(0xFFFF << 48 | int(address)),
    "6to4": lambda address: IPv6Address(0x2002 << 112 | int(address) << 80 | 1),
    "Teredo, as client": lambda address: IPv6Address(0x2001 << 112 | int(address) ^ 0xFFFF_FFFF),
    "Teredo, as server": lambda address: IPv6Address(0x2001 << 112 | int(address) << 64),
    "local NAT64": lambda address: IPv6Address(0x64FF9B0001 << 80 | int(address)),
    "ISATAP": lambda address: IPv6Address(0x2A00_1450 << 96 | ISATAP[0] << 32 | int(address)),
    "ISATAP, of a public address": lambda address: IPv6Address(0x2A00_1450 << 96 | ISATAP[1] << 32 | int(address)),
}


def nat64(address: IPv4Address) -> IPv6Address:
    return IPv6Address(int(NAT64.network_address) | int(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "168.63.129.16",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.9",
        "192.0.0.192",
        "192.0.2.1",
        "192.31.196.1",
        "192.52.193.1",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "192.175.48.1",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "64:ff9b:1::1",
        "100::1",
        "100:0:0:1::1",
        "1fff::1",
        "2001::1",
        "2001:1::1",
        "2001:2::1",
        "2001:3::1",
        "2001:4:112::1",
        "2001:10::1",
        "2001:20::1",
        "2001:30::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2002::1",
        "2620:4f:8000::1",
        "3fff::1",
        "3fff:fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ffff::1",
    ],
)
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "93.184.216.34",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.1",
        "192.0.3.1",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.112.1",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2001:db7::1",
        "2003::1",
        "2400:cb00::1",
        "2606:4700:4700::1111",
        "2620:fe::fe",
        "2a00:1450:4001:824::200e",
        "3ffe::1",
        "3fff:1000::1",
    ],
)
def test_the_addresses_of_services_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(address=st.one_of([st.ip_addresses(network=str(block)) for block in (*SPECIAL_IPV4, *SPECIAL_IPV6)]))
def test_no_address_of_a_listed_block_is_public(address: IPv4Address | IPv6Address) -> None:
    assert not is_public(address)


@given(address=st.ip_addresses(v=6).filter(lambda address: address not in GLOBAL_UNICAST and address not in NAT64))
def test_no_ipv6_address_beyond_global_unicast_is_public(address: IPv6Address) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("embedding", EMBEDDINGS)
@given(address=IPV4)
def test_no_embedded_address_is_public(embedding: str, address: IPv4Address) -> None:
    assert not is_public(EMBEDDINGS[embedding](address))


@given(address=SPECIAL)
def test_nat64_makes_no_special_address_public(address: IPv4Address) -> None:
    assert not is_public(nat64(address))


@given(address=IPV4)
def test_nat64_is_what_it_embeds(address: IPv4Address) -> None:
    assert is_public(nat64(address)) is is_public(address)


@given(address=st.one_of(IPV4, st.ip_addresses(network=str(GLOBAL_UNICAST))))
def test_what_is_public_is_global_for_python_too(address: IPv4Address | IPv6Address) -> None:
    assert not is_public(address) or address.is_global


@given(address=st.ip_addresses(network=str(GLOBAL_UNICAST)))
def test_no_address_with_a_zone_is_public(address: IPv6Address) -> None:
    assert not is_public(IPv6Address(f"{address}%eth0"))
