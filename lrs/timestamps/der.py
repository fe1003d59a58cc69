"""Writing DER (ITU-T X.690), as much of it as a signature needs.

asn1crypto reads it well, but takes ten milliseconds to write what is fifteen nested values.
"""

from __future__ import annotations

from typing import Final

from cryptography.x509 import ObjectIdentifier

NULL: Final = b"\x05\x00"
_LONG: Final = 0x80


def wrap(tag: int, *parts: bytes) -> bytes:
    r"""Return one value: its tag, its length, and `parts` one after the other.

    >>> wrap(0x30, b"\x05\x00").hex()
    '30020500'
    """
    content = b"".join(parts)
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(octets))) + octets + content


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of values."""
    return wrap(0x30, *parts)


def set_of(*parts: bytes, tag: int = 0x31) -> bytes:
    """Return a SET OF values, in the one order that DER has for them."""
    return wrap(tag, *sorted(parts))


def octets(content: bytes, tag: int = 0x04) -> bytes:
    """Return an OCTET STRING."""
    return wrap(tag, content)


def integer(number: int) -> bytes:
    """Return an INTEGER that is not negative.

    >>> integer(128).hex()
    '02020080'
    """
    return wrap(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER.

    >>> oid("1.2.840.113549.1.7.2").hex()
    '06092a864886f70d010702'
    """
    first, second, *rest = map(int, ObjectIdentifier(dotted).dotted_string.split("."))
    return wrap(0x06, b"".join(map(_base_128, (first * 40 + second, *rest))))


def _base_128(number: int) -> bytes:
    found = [number & 0x7F]
    while number := number >> 7:
        found.append(_LONG | number & 0x7F)
    return bytes(reversed(found))
