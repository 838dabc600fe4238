"""Certificates for ``https`` on this machine: a small authority of the user's own, good for nothing else.

Real Glance scripts speak https only. The authority's certificate is limited to this machine's names: whoever gets hold
of its key can still pretend to be nobody but this machine.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from glance_widget.errors import SandboxError
from glance_widget.sandbox.settings import Certificate

_NAMES: Final = ("localhost",)
_ADDRESSES: Final = ("127.0.0.1", "::1")
_AUTHORITY_DAYS: Final = 3650
_LEAF_DAYS: Final = 90
_RENEW_BEFORE: Final = timedelta(days=30)


def certificate_in(folder: Path) -> Certificate:
    """The certificate for this machine's names in a folder, made where it is missing or about to expire.

    Raises:
        SandboxError: The folder cannot be used, or holds something else.
    """
    found = Certificate(folder / "server.pem", folder / "server.pem", folder / "ca.crt")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key, authority = _authority(folder)
        _replace(found.ca_file, _pem(authority), 0o644)
        if not _is_fresh(found.chain_file, authority):
            _replace(found.chain_file, _new_leaf(key, authority), 0o600)
    except (OSError, ValueError, TypeError) as error:
        raise SandboxError(
            "sandbox_tls",
            f"The certificates in {folder} cannot be used ({type(error).__name__}).",
            "Delete the folder to have new ones made, or give another data_folder.",
        ) from None
    return found


def _authority(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    path = folder / "ca.pem"
    if not path.exists():
        draft = folder / f"ca-{secrets.token_hex(8)}.tmp"
        _write(draft, _new_authority(), 0o600)
        # Of two processes that start at once only one may make the authority; the other takes it over.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    text = path.read_bytes()
    key = serialization.load_pem_private_key(text, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError
    return key, x509.load_pem_x509_certificate(text)


def _new_authority() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "glance-widget sandbox, this machine only")])
    constraints = x509.NameConstraints(
        permitted_subtrees=[
            *(x509.DNSName(dns) for dns in _NAMES),
            *(x509.IPAddress(ipaddress.ip_network(address)) for address in _ADDRESSES),
        ],
        excluded_subtrees=None,
    )
    usage = _key_usage(key_cert_sign=True)
    certificate = (
        _builder(name, name, key.public_key(), _AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(constraints, critical=True)
        .sign(key, hashes.SHA256())
    )
    return _private_pem(key) + _pem(certificate)


def _new_leaf(authority_key: ec.EllipticCurvePrivateKey, authority: x509.Certificate) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "glance-widget sandbox")])
    names: list[x509.GeneralName] = [
        *(x509.DNSName(dns) for dns in _NAMES),
        *(x509.IPAddress(ipaddress.ip_address(address)) for address in _ADDRESSES),
    ]
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    certificate = (
        _builder(name, authority.subject, key.public_key(), _LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(issuer_id, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    return _private_pem(key) + _pem(certificate) + _pem(authority)


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _key_usage(*, key_cert_sign: bool = False, digital_signature: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _is_fresh(path: Path, authority: x509.Certificate) -> bool:
    if not path.exists():
        return False
    leaf = x509.load_pem_x509_certificate(path.read_bytes())
    if leaf.not_valid_after_utc - datetime.now(timezone.utc) < _RENEW_BEFORE:
        return False
    try:
        leaf.verify_directly_issued_by(authority)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, a new one is right
        return False
    return True


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _replace(path: Path, content: bytes, mode: int) -> None:
    """Writes a file so that another process sees either the old content or the new."""
    draft = path.with_name(f"{path.name}-{secrets.token_hex(8)}.tmp")
    _write(draft, content, mode)
    draft.replace(path)
