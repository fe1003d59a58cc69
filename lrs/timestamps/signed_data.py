"""CMS SignedData (RFC 5652) of one signer, in the one form that is kept.

A signature covers the content and the signed attributes; the rest of the structure (versions, names of algorithms, the
list of certificates) could be changed unnoticed. So what is kept is always written in one form, DER with each of those
parts as `write` writes it, and whoever checks writes it again and compares. Nothing here performs I/O.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from lrs.timestamps.der import NULL, integer, octets, oid, sequence, set_of, wrap

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
# What asn1crypto raises on bytes that are no ASN.1, or not what they should be.
UNREADABLE: Final = (ValueError, KeyError, TypeError, OverflowError, IndexError, AttributeError, RecursionError)

DATA: Final = "1.2.840.113549.1.7.1"
TIMESTAMP_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_2: Final = "1.2.840.113549.1.9.16.2.47"
_PROTECTION: Final = "1.2.840.113549.1.9.52"
_HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_HASH_OIDS: Final = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_ECDSA_OIDS: Final = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3", "sha512": "1.2.840.10045.4.3.4"}
_RSA_OIDS: Final = {
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
_PSS: Final = "1.2.840.113549.1.1.10"
_MGF1: Final = "1.2.840.113549.1.1.8"


class Unreadable(Exception):
    """The bytes are no SignedData of one signer; the message says what about them, in French."""


class WrongSignature(Exception):
    """The content, the attributes or the signature are not what was signed; the message says which, in French."""


@dataclass(frozen=True, slots=True)
class SignedData:
    """One signer's SignedData, as it was made or read: nothing about it is checked yet.

    `content_type` is an object identifier. `content` is None when what is signed stands elsewhere. `attributes` is
    the DER of the signed attributes as it was signed, `unsigned` the DER of each other attribute by its identifier.
    """

    content_type: str
    content: bytes | None = field(repr=False)
    certificates: tuple[x509.Certificate, ...] = field(repr=False)
    signer: x509.Certificate
    hash_name: str
    signature_kind: str
    signature_hash: str
    signature: bytes = field(repr=False)
    attributes: bytes = field(repr=False)
    unsigned: Mapping[str, bytes] = field(repr=False)


def sign(
    content_type: str,
    content: bytes | None,
    digest: bytes,
    certificates: Iterable[x509.Certificate],
    key: PrivateKey,
) -> SignedData:
    """Sign content, or with None what has the SHA-256 `digest`, by the first of `certificates`, whose key `key` is."""
    chain = tuple(certificates)
    kind = "ecdsa" if isinstance(key, ec.EllipticCurvePrivateKey) else "rsassa_pkcs1v15"
    # SHA-256 is the default in a certificate's identifier (RFC 5035), and DER leaves defaults out.
    identifier = sequence(octets(chain[0].fingerprint(hashes.SHA256())))
    protection = sequence(_digest_algorithm("sha256"), b"\xa1" + _signature_algorithm(kind, "sha256")[1:])
    attributes = set_of(
        _attribute(_CONTENT_TYPE, oid(content_type)),
        _attribute(_MESSAGE_DIGEST, octets(digest)),
        _attribute(_SIGNING_CERTIFICATE_2, sequence(sequence(identifier))),
        _attribute(_PROTECTION, protection),
    )
    if isinstance(key, ec.EllipticCurvePrivateKey):
        signature = key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    else:
        signature = key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
    return SignedData(content_type, content, chain, chain[0], "sha256", kind, "sha256", signature, attributes, {})


def write(data: SignedData) -> bytes:
    """Return the one form of `data`, as DER."""
    digest_algorithm = _digest_algorithm(data.hash_name)
    signer = sequence(
        integer(1),
        sequence(data.signer.issuer.public_bytes(), integer(data.signer.serial_number)),
        digest_algorithm,
        b"\xa0" + data.attributes[1:],
        _signature_algorithm(data.signature_kind, data.signature_hash),
        octets(data.signature),
        *([set_of(*(_attribute(*each) for each in data.unsigned.items()), tag=0xA1)] if data.unsigned else []),
    )
    content = [] if data.content is None else [wrap(0xA0, octets(data.content))]
    certificates = [each.public_bytes(Encoding.DER) for each in data.certificates]
    signed = sequence(
        integer(1 if data.content_type == DATA else 3),
        set_of(digest_algorithm),
        sequence(oid(data.content_type), *content),
        *([set_of(*certificates, tag=0xA0)] if certificates else []),
        set_of(signer),
    )
    return sequence(oid(_SIGNED_DATA), wrap(0xA0, signed))


def parse(der: bytes) -> SignedData:
    """Read a ContentInfo with SignedData. Raises Unreadable."""
    try:
        outer = cms.ContentInfo.load(der, strict=True)
        if outer["content_type"].native != "signed_data":
            raise Unreadable("il ne contient pas de données signées (CMS)")
        return _parse(outer["content"])
    except UNREADABLE as error:
        raise Unreadable(f"il n’est pas lisible comme CMS ({type(error).__name__})") from error


def verify(data: SignedData, digest: bytes | None = None) -> None:
    """Raise WrongSignature unless content (or `digest`, where it stands elsewhere), attributes and signature agree."""
    if data.attributes[:1] != b"\x31" or not _verifies(data):
        raise WrongSignature("la signature ne correspond pas au certificat")
    found = digest if data.content is None else hashlib.new(data.hash_name, data.content).digest()
    try:
        signed = _values(cms.CMSAttributes.load(data.attributes, strict=True))
        if found is None or signed[_MESSAGE_DIGEST].native != found:
            raise WrongSignature("le contenu n’est pas celui qui a été signé")
        if signed[_CONTENT_TYPE].dotted != data.content_type:
            raise WrongSignature("la nature du contenu n’est pas celle qui a été signée")
        if not _names(signed, data.signer):
            raise WrongSignature("le certificat n’est pas celui que le signataire désigne")
    except (*UNREADABLE, Unreadable) as error:
        raise WrongSignature("un attribut signé n’est pas lisible") from error


def message_digest(data: SignedData) -> bytes | None:
    """Return what the signer says is the digest of the content, signed or not; None where that is not readable."""
    try:
        value = _values(cms.CMSAttributes.load(data.attributes))[_MESSAGE_DIGEST].native
    except (*UNREADABLE, Unreadable):
        return None
    return value if isinstance(value, bytes) else None


def _parse(signed: cms.SignedData) -> SignedData:
    if len(signed["signer_infos"]) != 1:
        raise Unreadable("il n’a pas exactement un signataire")
    info = signed["signer_infos"][0]
    certificates = tuple(_certificate(choice.chosen) for choice in signed["certificates"])
    hash_name = info["digest_algorithm"]["algorithm"].native
    if hash_name not in _HASHES:
        raise Unreadable(f"il est signé avec l’empreinte {hash_name}, quand SHA-256, SHA-384 et SHA-512 sont admises")
    algorithm = info["signature_algorithm"]
    # An algorithm that names only the kind of key leaves the hash to the digest's.
    signature_hash = hash_name if algorithm["algorithm"].native == "rsassa_pkcs1v15" else algorithm.hash_algo
    if signature_hash not in _HASHES or not _is_usual(algorithm, signature_hash):
        raise Unreadable("il est signé d’une façon qui n’est pas admise")
    if not isinstance(info["signed_attrs"], cms.CMSAttributes) or not len(info["signed_attrs"]):
        raise Unreadable("il n’a pas d’attributs signés")
    content = signed["encap_content_info"]["content"]
    others = info["unsigned_attrs"]
    return SignedData(
        signed["encap_content_info"]["content_type"].dotted,
        bytes(content) if isinstance(content, core.OctetString | core.ParsableOctetString) else None,
        certificates,
        _find_signer(info["sid"], certificates),
        hash_name,
        algorithm.signature_algo,
        signature_hash,
        info["signature"].native,
        # Signed as a SET OF, sent under another tag (RFC 5652 5.4).
        b"\x31" + info["signed_attrs"].dump()[1:],
        {name: each.dump() for name, each in _values(others).items()} if isinstance(others, cms.CMSAttributes) else {},
    )


def _is_usual(algorithm: algos.SignedDigestAlgorithm, hash_name: str) -> bool:
    """Say whether RSASSA-PSS has the parameters that are written here: everywhere one hash, and salt of its size."""
    if algorithm.signature_algo != "rsassa_pss":
        return algorithm.signature_algo in {"ecdsa", "rsassa_pkcs1v15"}
    given = algorithm["parameters"]
    mask = given["mask_gen_algorithm"]["parameters"]["algorithm"].native
    return bool(mask == hash_name and given["salt_length"].native == _HASHES[hash_name].digest_size)


def _values(attributes: cms.CMSAttributes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in attributes:
        name = attribute["type"].dotted
        if name in found or len(attribute["values"]) != 1:
            raise Unreadable(f"l’attribut {name} a plusieurs valeurs")
        found[name] = attribute["values"][0]
    return found


def _certificate(found: Any) -> x509.Certificate:  # noqa: ANN401 - of a library without types
    # The library still takes serial numbers that are not positive (RFC 5280 4.1.2.2), with a warning.
    if not isinstance(found, asn1.Certificate) or found.serial_number <= 0:
        raise Unreadable("un certificat qui s’y trouve n’en est pas un")
    # The count of unused bits is in no signature, and the library does not look at it.
    if found["signature_value"].contents[:1] != b"\0":
        raise Unreadable("la signature d’un certificat qui s’y trouve est mal formée")
    try:
        return x509.load_der_x509_certificate(found.dump())
    except x509.InvalidVersion as error:
        raise Unreadable("un certificat qui s’y trouve est d’une version inconnue") from error


def _find_signer(sid: cms.SignerIdentifier, certificates: Iterable[x509.Certificate]) -> x509.Certificate:
    is_key = sid.name == "subject_key_identifier"
    for certificate in certificates:
        if (_key_identifier(certificate) == sid.chosen.native) if is_key else _is_named(certificate, sid.chosen):
            return certificate
    raise Unreadable("le certificat de son signataire n’y est pas")


def _is_named(certificate: x509.Certificate, sid: cms.IssuerAndSerialNumber) -> bool:
    # As bytes: comparing names as names takes this library milliseconds, and DER leaves one way to write one.
    same_number = certificate.serial_number == sid["serial_number"].native
    return bool(same_number and certificate.issuer.public_bytes() == sid["issuer"].dump())


def _key_identifier(certificate: x509.Certificate) -> bytes | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (x509.ExtensionNotFound, ValueError):
        return None


def _names(signed: Mapping[str, Any], signer: x509.Certificate) -> bool:
    """Say whether the signed attributes name `signer` (RFC 5035), so that it was not exchanged for another."""
    if _SIGNING_CERTIFICATE_2 in signed:
        first = signed[_SIGNING_CERTIFICATE_2]["certs"][0]
        name = first["hash_algorithm"]["algorithm"].native
        return name in _HASHES and signer.fingerprint(_HASHES[name]) == first["cert_hash"].native
    if _SIGNING_CERTIFICATE in signed:
        # The older attribute knows only SHA-1 (RFC 2634); many authorities still send it.
        return signer.fingerprint(hashes.SHA1()) == bytes(signed[_SIGNING_CERTIFICATE]["certs"][0]["cert_hash"])  # noqa: S303
    return False


def _verifies(data: SignedData) -> bool:
    algorithm = _HASHES[data.signature_hash]
    try:
        key = data.signer.public_key()
        if isinstance(key, ec.EllipticCurvePublicKey) and data.signature_kind == "ecdsa":
            key.verify(data.signature, data.attributes, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey) and data.signature_kind == "rsassa_pkcs1v15":
            key.verify(data.signature, data.attributes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, rsa.RSAPublicKey) and data.signature_kind == "rsassa_pss":
            pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
            key.verify(data.signature, data.attributes, pss, algorithm)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _attribute(name: str, value: bytes) -> bytes:
    return sequence(oid(name), set_of(value))


def _digest_algorithm(name: str) -> bytes:
    return sequence(oid(_HASH_OIDS[name]))


def _signature_algorithm(kind: str, hash_name: str) -> bytes:
    if kind == "ecdsa":
        return sequence(oid(_ECDSA_OIDS[hash_name]))
    if kind == "rsassa_pkcs1v15":
        return sequence(oid(_RSA_OIDS[hash_name]), NULL)
    digest = sequence(oid(_HASH_OIDS[hash_name]), NULL)
    parameters = sequence(
        wrap(0xA0, digest),
        wrap(0xA1, sequence(oid(_MGF1), digest)),
        wrap(0xA2, integer(_HASHES[hash_name].digest_size)),
    )
    return sequence(oid(_PSS), parameters)
