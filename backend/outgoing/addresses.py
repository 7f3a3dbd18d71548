"""Which IP addresses are public: the only ones that may be called for an agent.

The tables are written out, since what `ipaddress.is_global` says differs between the releases of Python.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, TypeAlias

IPAddress: TypeAlias = IPv4Address | IPv6Address

SPECIAL_IPV4: Final = tuple(
    IPv4Network(block)
    for block in (
        # IANA IPv4 Special-Purpose Address Registry (RFC 6890)
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # shared by carrier-grade NAT; Alibaba's metadata
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local; most clouds' metadata
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # IETF protocol assignments; Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays, deprecated
        "192.168.0.0/16",  # private use
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "240.0.0.0/4",  # reserved; broadcast
        # IANA IPv4 Multicast Address Space Registry (RFC 5771)
        "224.0.0.0/4",
        # Azure: its metadata and health service, "a virtual public IP address" that answers inside only
        "168.63.129.16/32",
    )
)
"""IPv4 addresses that no public service has."""

GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
"""All that IANA assigns to public IPv6 hosts (RFC 4291, section 2.4); loopback, link-local, multicast … are outside."""

SPECIAL_IPV6: Final = tuple(
    IPv6Network(block)
    for block in (
        # IANA IPv6 Special-Purpose Address Registry (RFC 6890), as far as it lies within 2000::/3
        "2001::/23",  # IETF protocol assignments: Teredo, benchmarking, AMT, AS112, ORCHID, …
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation (RFC 9637)
    )
)
"""Addresses of `GLOBAL_UNICAST` that no public service has."""

NAT64: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a DNS64 resolver gives them (RFC 6052); the one embedding that honest answers contain."""

ISATAP: Final = (0x0000_5EFE, 0x0200_5EFE)
"""The upper half of an interface identifier whose lower half is an IPv4 address (RFC 5214, section 6.1)."""


def is_public(address: IPAddress) -> bool:
    """Tell whether an address is one that public services have.

    IPv6 addresses that embed an IPv4 address (mapped, compatible, 6to4, Teredo, ISATAP, local NAT64) are not public,
    whatever they embed; those of NAT64's well-known prefix are what their IPv4 address is. Addresses with a zone
    (`fe80::1%eth0`) are not public.
    """
    if isinstance(address, IPv4Address):
        return not any(address in block for block in SPECIAL_IPV4)
    if address.scope_id is not None:
        return False
    if address in NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in GLOBAL_UNICAST and not _is_isatap(address) and not any(address in block for block in SPECIAL_IPV6)


def _is_isatap(address: IPv6Address) -> bool:
    return (int(address) >> 32) & 0xFFFF_FFFF in ISATAP
