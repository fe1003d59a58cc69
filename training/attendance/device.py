"""What is kept of a device: its kind, and its network. Never more of an address than says where it roughly was."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Final

from training.attendance.mark import DeviceClass

_TABLET: Final = re.compile(r"iPad|Tablet|Android(?!.*Mobile)|Silk", re.IGNORECASE)
_PHONE: Final = re.compile(r"Mobi|iPhone|iPod|Android|Windows Phone", re.IGNORECASE)
_COMPUTER: Final = re.compile(r"Windows NT|Macintosh|X11|CrOS|Linux", re.IGNORECASE)
# What one household or room shares (compliance 1.5: address prefix, truncated).
_PREFIX: Final = {4: 24, 6: 48}
# Browsers write a few hundred characters; reading megabytes of them would only cost time.
_READ: Final = 512


@dataclass(frozen=True, slots=True)
class Device:
    """What a request tells of the device. `key` is a random value that the page keeps in a cookie; may be empty."""

    address: str
    user_agent: str = ""
    key: str = field(default="", repr=False)

    @property
    def kind(self) -> DeviceClass:
        """Which kind of device it says it is.

        >>> Device("", "Mozilla/5.0 (Linux; Android 9; Pixel 2) Chrome/90 Mobile Safari/537.36").kind.value
        'phone'
        """
        text = self.user_agent[:_READ]
        if _TABLET.search(text):
            return DeviceClass.TABLET
        if _PHONE.search(text):
            return DeviceClass.PHONE
        return DeviceClass.COMPUTER if _COMPUTER.search(text) else DeviceClass.UNKNOWN

    @property
    def network(self) -> str:
        """The address cut to its /24 or /48; empty for what is no address.

        >>> Device("203.0.113.77").network, Device("2001:db8:1234:5678::1").network
        ('203.0.113.0/24', '2001:db8:1234::/48')
        """
        try:
            address = ip_address(self.address)
        except ValueError:
            return ""
        mapped = getattr(address, "ipv4_mapped", None)
        address = mapped or address
        return str(ip_network(f"{address.compressed.partition('%')[0]}/{_PREFIX[address.version]}", strict=False))

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """What tells this device from others: the page's own key, else what little the request shows."""
        return ("key", self.key[:_READ]) if self.key else ("shown", self.address, self.user_agent[:_READ])
