"""Signed CAP messages: who receives one can tell who sent it, and that not a byte of it was changed.

CAP 1.2 (OASIS, clause 3.3.4.1) signs a message by an enveloped XML signature (W3C, XML Signature Syntax and
Processing) as the last child of `alert`. RSA and elliptic-curve keys with SHA-256; exclusive canonical XML.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from tocsin.config.signing import Signing
from tocsin.errors import InvalidInput, UnusableFile

_NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_ALERT = f"{{{_NAMESPACE}}}alert"
_EXPECTED = SignatureConfiguration(
    location="./",
    signature_methods=frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.ECDSA_SHA256}),
)
"""A child of the message, with one reference, to the whole of it; anything weaker is no signature."""


class CapSigner:
    """Signs with one key; `subject` is whom its certificate names.

    Raises UnusableFile for a file that can't be used, and where key and certificate are not of each other.
    """

    def __init__(self, signing: Signing) -> None:
        certificate_file = Path(signing.certificate_file)
        key_file = Path(signing.private_key_file or signing.certificate_file)
        self._chain = _certificates(certificate_file)
        self._key = _private_key(key_file)
        if self._key.public_key() != self._chain[0].public_key():
            raise UnusableFile(key_file, f"is not the key of the certificate in {certificate_file}")
        self.subject = self._chain[0].subject.rfc4514_string()
        is_rsa = isinstance(self._key, RSAPrivateKey)
        self._signer = XMLSigner(
            signature_algorithm=SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )

    def sign(self, message: bytes) -> bytes:
        """The same message with its signature and the certificate in it."""
        root = etree.fromstring(message, _parser())
        signed = self._signer.sign(root, key=self._key, cert=self._chain)
        return bytes(etree.tostring(signed, encoding="UTF-8", xml_declaration=True))


@dataclass(frozen=True, slots=True)
class Verified:
    """A message whose signature holds: its identifier and sender, and whom the certificate names."""

    identifier: str
    sender: str
    signed_by: str


def verify_cap(message: bytes, certificate_file: Path) -> Verified:
    """Whether the whole message was signed with the key of a certificate (PEM) that the reader trusts.

    Raises InvalidInput, which says why it was not, and UnusableFile for the certificate.
    """
    certificates = _certificates(certificate_file)
    try:
        root = etree.fromstring(message, _parser())
    except etree.XMLSyntaxError as error:
        raise InvalidInput(f"is no XML ({error})") from None
    if root.tag != _ALERT:
        raise InvalidInput(f"is no CAP 1.2 message: its outermost element is {root.tag}")
    try:
        found = XMLVerifier().verify(message, x509_cert=certificates[0], expect_config=_EXPECTED)
    except (SignXMLException, ValueError) as error:
        raise InvalidInput(f"the signature does not hold ({error})") from None
    signed = found.signed_xml if isinstance(found, VerifyResult) else None
    if signed is None or signed.tag != _ALERT:
        raise InvalidInput("the signature does not hold: it is of a part of the message only")
    texts = {name: signed.findtext(f"{{{_NAMESPACE}}}{name}") or "" for name in ("identifier", "sender")}
    return Verified(texts["identifier"], texts["sender"], certificates[0].subject.rfc4514_string())


def _parser() -> etree.XMLParser:
    """Neither entities nor the network: what is verified comes from anybody."""
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _certificates(file: Path) -> list[x509.Certificate]:
    content = _read(file)
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError as error:
        raise UnusableFile(file, f"holds no certificate in PEM ({error})") from None


def _private_key(file: Path) -> RSAPrivateKey | EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(_read(file), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableFile(file, f"holds no private key in PEM, unencrypted ({error})") from None
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise UnusableFile(file, "holds a key that is neither RSA nor of an elliptic curve")
    return key


def _read(file: Path) -> bytes:
    try:
        return file.expanduser().read_bytes()
    except OSError as error:
        raise UnusableFile(file, f"cannot be read ({error.strerror})") from None
