"""Which Supabase project it is."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SupabaseProject:
    """``url`` is the project's, ``timeout`` in seconds, for a whole answer. ``forwards``: whether people's
    addresses are passed on. ``repr`` shows no key."""

    url: str
    anon_key: str = field(repr=False)
    service_role_key: str = field(repr=False)
    jwt_secret: str | None = field(default=None, repr=False)
    audience: str = "authenticated"
    issuer: str | None = None
    timeout: float = 10.0
    forwards: bool = False

    @property
    def auth_url(self) -> str:
        return f"{self.url.rstrip('/')}/auth/v1"
