"""What people call themselves."""


def name_in(metadata: object) -> str | None:
    """By our sign-up, or by another form of the same Supabase project."""
    if not isinstance(metadata, dict):
        return None
    names = (metadata.get(field) for field in ("name", "full_name"))
    return next((name.strip() for name in names if isinstance(name, str) and name.strip()), None)
