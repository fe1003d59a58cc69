"""CMS SignedData (RFC 5652) of one signer, in the one form that is kept.

A signature covers the content and the signed attributes; the rest of the structure (versions, names of algorithms, the
list of certificates) could be changed unnoticed. So what is kept is always written in one form, DER with each of those
parts as `write` writes it, and whoever checks writes it again and compares. Nothing here performs I/O.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
# What asn1crypto raises on bytes that are no ASN.1, or not what they should be.
UNREADABLE: Final = (ValueError, KeyError, TypeError, OverflowError, IndexError, AttributeError, RecursionError)

_HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class Unreadable(Exception):
    """The bytes are no SignedData of one signer; the message says what about them."""


class WrongSignature(Exception):
    """The content, the attributes or the signature are not what was signed."""


@dataclass(frozen=True, slots=True)
class SignedData:
    """One signer's SignedData as it was read, not checked yet.

    `content` is None when what is signed stands elsewhere. `signed` are the signed attributes by name, one value each,
    `signed_bytes` their DER as it was signed; `unsigned` the others.
    """

    content_type: str
    content: bytes | None
    certificates: tuple[x509.Certificate, ...]
    signer: x509.Certificate
    hash_name: str
    signature_name: str
    signature_hash: str
    signature: bytes
    signed: Mapping[str, Any]
    signed_bytes: bytes
    unsigned: Mapping[str, Any]


def sign(
    content_type: str,
    content: bytes | None,
    digest: bytes,
    certificates: Iterable[x509.Certificate],
    key: PrivateKey,
    attributes: Mapping[str, Any] | None = None,
) -> SignedData:
    """Sign content, or with None what has the SHA-256 `digest`, by the first of `certificates`, whose key `key` is."""
    chain = tuple(certificates)
    kind = "ecdsa" if isinstance(key, ec.EllipticCurvePrivateKey) else "rsassa_pkcs1v15"
    values = {
        "content_type": cms.ContentType(content_type),
        "message_digest": core.OctetString(digest),
        "signing_certificate_v2": _signing_certificate(chain[0]),
        "cms_algorithm_protection": cms.CMSAlgorithmProtection(
            {"digest_algorithm": _digest_algorithm("sha256"), "signature_algorithm": _algorithm(kind, "sha256")}
        ),
        **(attributes or {}),
    }
    written: bytes = _attributes(values).dump()
    return SignedData(
        content_type, content, chain, chain[0], "sha256", kind, "sha256", _sign(key, written), values, written, {}
    )


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
    if data.signed_bytes[:1] != b"\x31" or not _verifies(data):
        raise WrongSignature("la signature ne correspond pas au certificat")
    content = data.content
    found = digest if content is None else hashlib.new(data.hash_name, content).digest()
    try:
        if found is None or data.signed["message_digest"].native != found:
            raise WrongSignature("le contenu n’est pas celui qui a été signé")
        if data.signed["content_type"].native != data.content_type:
            raise WrongSignature("la nature du contenu n’est pas celle qui a été signée")
        if not _names(data.signed, data.signer):
            raise WrongSignature("le certificat n’est pas celui que le signataire désigne")
    except UNREADABLE as error:
        # What is inside an attribute is only read when it is asked for.
        raise WrongSignature("un attribut signé n’est pas lisible") from error


def write(data: SignedData) -> bytes:
    """Return the one form of `data`, as DER."""
    leaf = _asn1(data.signer)
    signer: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number", {"issuer": leaf.issuer, "serial_number": leaf.serial_number}
        ),
        "digest_algorithm": _digest_algorithm(data.hash_name),
        "signed_attrs": cms.CMSAttributes.load(data.signed_bytes),
        "signature_algorithm": _algorithm(data.signature_name, data.signature_hash),
        "signature": data.signature,
    }
    if data.unsigned:
        signer["unsigned_attrs"] = _attributes(data.unsigned)
    content: dict[str, Any] = {"content_type": data.content_type}
    if data.content is not None:
        content["content"] = core.ParsableOctetString(data.content)
    is_plain = data.content_type == "data"
    signed: dict[str, Any] = {
        "version": "v1" if is_plain else "v3",
        "digest_algorithms": [_digest_algorithm(data.hash_name)],
        "encap_content_info": content,
        "signer_infos": [signer],
    }
    if data.certificates:
        signed["certificates"] = [cms.CertificateChoices("certificate", _asn1(each)) for each in data.certificates]
    outer = {"content_type": "signed_data", "content": cms.SignedData(signed)}
    return bytes(cms.ContentInfo(outer).dump())


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
    # Signed as a SET OF, sent under another tag (RFC 5652 5.4).
    attributes = info["signed_attrs"].dump()
    values = _values(info["signed_attrs"])
    if not {"content_type", "message_digest"} <= values.keys():
        raise Unreadable("il lui manque un attribut signé")
    return SignedData(
        signed["encap_content_info"]["content_type"].native,
        bytes(content) if isinstance(content, core.OctetString | core.ParsableOctetString) else None,
        certificates,
        _find_signer(info["sid"], certificates),
        hash_name,
        algorithm.signature_algo,
        signature_hash,
        info["signature"].native,
        values,
        b"\x31" + attributes[1:],
        _values(info["unsigned_attrs"]) if isinstance(info["unsigned_attrs"], cms.CMSAttributes) else {},
    )


def _is_usual(algorithm: algos.SignedDigestAlgorithm, hash_name: str) -> bool:
    """Say whether RSASSA-PSS has the parameters that `_algorithm` writes: everywhere one hash, and salt of its size."""
    if algorithm.signature_algo != "rsassa_pss":
        return algorithm.signature_algo in {"ecdsa", "rsassa_pkcs1v15"}
    given = algorithm["parameters"]
    mask = given["mask_gen_algorithm"]["parameters"]["algorithm"].native
    return bool(mask == hash_name and given["salt_length"].native == _HASHES[hash_name].digest_size)


def _values(attributes: cms.CMSAttributes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in attributes:
        name = attribute["type"].native
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
    for certificate in certificates:
        leaf = _asn1(certificate)
        if sid.name == "subject_key_identifier":
            if leaf.key_identifier == sid.chosen.native:
                return certificate
        elif leaf.issuer == sid.chosen["issuer"] and leaf.serial_number == sid.chosen["serial_number"].native:
            return certificate
    raise Unreadable("le certificat de son signataire n’y est pas")


def _names(signed: Mapping[str, Any], signer: x509.Certificate) -> bool:
    """Say whether the signed attributes name `signer` (RFC 5035), so that it was not exchanged for another."""
    if "signing_certificate_v2" in signed:
        first = signed["signing_certificate_v2"]["certs"][0]
        name = first["hash_algorithm"]["algorithm"].native
        return name in _HASHES and signer.fingerprint(_HASHES[name]) == first["cert_hash"].native
    if "signing_certificate" in signed:
        # The older attribute knows only SHA-1 (RFC 2634); many authorities still send it.
        return signer.fingerprint(hashes.SHA1()) == bytes(signed["signing_certificate"]["certs"][0]["cert_hash"])  # noqa: S303
    return False


def _verifies(data: SignedData) -> bool:
    algorithm = _HASHES[data.signature_hash]
    try:
        key = data.signer.public_key()
        if isinstance(key, ec.EllipticCurvePublicKey) and data.signature_name == "ecdsa":
            key.verify(data.signature, data.signed_bytes, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey) and data.signature_name == "rsassa_pkcs1v15":
            key.verify(data.signature, data.signed_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, rsa.RSAPublicKey) and data.signature_name == "rsassa_pss":
            pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
            key.verify(data.signature, data.signed_bytes, pss, algorithm)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _sign(key: PrivateKey, data: bytes) -> bytes:
    hashed = hashlib.sha256(data).digest()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(hashed, ec.ECDSA(Prehashed(hashes.SHA256())))
    return key.sign(hashed, padding.PKCS1v15(), Prehashed(hashes.SHA256()))


def _signing_certificate(certificate: x509.Certificate) -> tsp.SigningCertificateV2:
    # SHA-256 is the default and DER leaves defaults out.
    return tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": certificate.fingerprint(hashes.SHA256())})]}
    )


def _attributes(values: Mapping[str, Any]) -> cms.CMSAttributes:
    return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": [value]}) for name, value in values.items()])


def _digest_algorithm(name: str) -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": name})


def _algorithm(kind: str, hash_name: str) -> algos.SignedDigestAlgorithm:
    if kind == "ecdsa":
        return algos.SignedDigestAlgorithm({"algorithm": f"{hash_name}_ecdsa"})
    if kind == "rsassa_pkcs1v15":
        return algos.SignedDigestAlgorithm({"algorithm": f"{hash_name}_rsa", "parameters": core.Null()})
    parameters = {
        "hash_algorithm": _digest_algorithm(hash_name),
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": _digest_algorithm(hash_name)},
        "salt_length": _HASHES[hash_name].digest_size,
    }
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
