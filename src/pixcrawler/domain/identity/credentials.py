"""What a person logs in with: an e-mail address, and a password."""

from string import ascii_lowercase, digits

from pixcrawler.domain.identity.errors import InvalidEmail, WeakPassword

LONGEST_EMAIL = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets."""
LONGEST_LOCAL = 64
LONGEST_LABEL = 63
ATOM = frozenset(ascii_lowercase + digits + "!#$%&'*+-/=?^_`{|}~")
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256


def normal_email(text: str) -> str:
    """The address in the one form in which it is kept and compared: no blanks around it, lower case.

    RFC 5322's dot-atom form in ASCII (3.2.3), which is what mail goes to; no quotes, comments or numbers in
    brackets. A domain of other letters is written in its ``xn--`` form. Raises InvalidEmail.
    """
    email = text.strip().lower()
    local, at, domain = email.rpartition("@")
    if not at or not _is_dot_atom(local) or not _is_domain(domain):
        raise InvalidEmail
    if len(email) > LONGEST_EMAIL or len(local) > LONGEST_LOCAL:
        raise InvalidEmail("An e-mail address has at most 254 characters, 64 of them before the @.")
    return email


def _is_dot_atom(local: str) -> bool:
    return all(atom and set(atom) <= ATOM for atom in local.split("."))


def _is_domain(domain: str) -> bool:
    """RFC 1123, 2.1: labels of letters, digits and inner hyphens."""
    return domain.isascii() and all(
        0 < len(label) <= LONGEST_LABEL
        and label.replace("-", "").isalnum()
        and not label.startswith("-")
        and not label.endswith("-")
        for label in domain.split(".")
    )


def checked_password(text: str, *, email: str) -> str:
    """The password as it is, if it will do for this address.

    NIST SP 800-63B, 5.1.1.2: length counts, kinds of characters do not. Raises WeakPassword.
    """
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD:
        raise WeakPassword(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    if len(set(text)) == 1:
        raise WeakPassword("A password of one character over and over is no password.")
    if text.strip().lower() in {email, email.partition("@")[0]}:
        raise WeakPassword("The e-mail address is no password.")
    return text
