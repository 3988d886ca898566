"""The signing keys of a GoTrue server, and what it publishes of them."""

import json
import uuid
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SECRET = "super-secret-jwt-token-with-at-least-32-characters-long"
"""What HS256 is signed with, as in Supabase's own examples."""


class SigningKey:
    """One key pair with its id; ``algorithm`` is ES256 or RS256."""

    def __init__(self, algorithm: str = "ES256", kid: str | None = None) -> None:
        self.algorithm = algorithm
        self.kid = kid or str(uuid.uuid4())
        self.private: PrivateKey = (
            ec.generate_private_key(ec.SECP256R1())
            if algorithm == "ES256"
            else rsa.generate_private_key(65537, 2048)
        )

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        headers = {"kid": self.kid} | header
        return jwt.encode(claims, self.private, algorithm=self.algorithm, headers=headers)

    @property
    def published(self) -> dict[str, Any]:
        """As GoTrue writes it."""
        public = self.private.public_key()
        made = (
            ECAlgorithm.to_jwk(public)
            if isinstance(public, ec.EllipticCurvePublicKey)
            else RSAAlgorithm.to_jwk(public)
        )
        document: dict[str, Any] = json.loads(made)
        return document | {
            "kid": self.kid,
            "alg": self.algorithm,
            "use": "sig",
            "key_ops": ["verify"],
            "ext": True,
        }


class SharedSecret:
    """How older projects sign: nothing is published."""

    algorithm = "HS256"
    kid = "legacy"

    def __init__(self, secret: str = SECRET) -> None:
        self.secret = secret

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        headers = {"kid": self.kid} | header
        return jwt.encode(claims, self.secret, algorithm="HS256", headers=headers)


Signer = SigningKey | SharedSecret


class KeyRing:
    """``current`` signs; ``published`` can be fetched. Old ones stay published until they are withdrawn."""

    def __init__(self, algorithm: str = "ES256") -> None:
        self.current: Signer = self._made(algorithm)
        self.published: list[SigningKey] = []
        self._publish()

    def rotate(self, algorithm: str = "ES256") -> None:
        self.current = self._made(algorithm)
        self._publish()

    @property
    def document(self) -> dict[str, Any]:
        return {"keys": [key.published for key in self.published]}

    def _publish(self) -> None:
        if isinstance(self.current, SigningKey):
            self.published.insert(0, self.current)

    @staticmethod
    def _made(algorithm: str) -> Signer:
        return SharedSecret() if algorithm == "HS256" else SigningKey(algorithm)
