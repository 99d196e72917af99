"""The id token that comes with the openid scope, signed as RS256 (quickbooks-api.md 2)."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import simplejson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

OWNER = {
    "sub": "1",
    "email": "owner@example.com",
    "emailVerified": True,
    "givenName": "Olive",
    "familyName": "Owner",
}


class Identity:
    """Its key is made when the first token is asked for, since that takes a moment."""

    def __init__(self) -> None:
        self.pem = ""

    def token(self, claims: Mapping[str, Any]) -> str:
        header = {"alg": "RS256", "kid": self._key_id(), "typ": "JWT"}
        text = f"{_encoded(_json(header))}.{_encoded(_json({'sub': OWNER['sub'], **claims}))}"
        signature = self._key().sign(text.encode(), padding.PKCS1v15(), SHA256())
        return f"{text}.{_encoded(signature)}"

    def keys(self) -> dict[str, Any]:
        """As a JSON Web Key Set."""
        numbers = self._key().public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self._key_id()}
        return {"keys": [key | {"n": _number(numbers.n), "e": _number(numbers.e)}]}

    def _key_id(self) -> str:
        modulus = self._key().public_key().public_numbers().n
        return hashlib.sha256(str(modulus).encode()).hexdigest()[:16]

    def _key(self) -> rsa.RSAPrivateKey:
        if not self.pem:
            made = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
            self.pem = made.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ).decode()
        key = serialization.load_pem_private_key(self.pem.encode(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("The saved identity key is no RSA key.")
        return key


def _json(value: Any) -> bytes:
    return simplejson.dumps(value).encode()


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
