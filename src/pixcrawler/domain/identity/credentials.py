"""What a person logs in with: an e-mail address, and a password."""

from email.errors import HeaderParseError, MessageError
from email.headerregistry import Address

from pixcrawler.domain.identity.errors import InvalidEmail, WeakPassword

LONGEST_EMAIL = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets."""
LONGEST_LOCAL = 64
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256


def normal_email(text: str) -> str:
    """The address in the one form in which it is kept and compared: no blanks around it, lower case.

    RFC 5322's dot-atom form in ASCII; a domain of other letters is written in its ``xn--`` form.
    Raises InvalidEmail.
    """
    email = text.strip().lower()
    try:
        address = Address(addr_spec=email)
    except (MessageError, HeaderParseError, ValueError, IndexError) as error:
        raise InvalidEmail from error
    whole = f"{address.username}@{address.domain}"
    if whole != email or not email.isascii() or not email.isprintable() or " " in email or '"' in email:
        raise InvalidEmail
    if len(email) > LONGEST_EMAIL or not 0 < len(address.username) <= LONGEST_LOCAL:
        raise InvalidEmail("An e-mail address has at most 254 characters, 64 of them before the @.")
    if not _is_domain(address.domain):
        raise InvalidEmail
    return email


def _is_domain(domain: str) -> bool:
    """RFC 1123, 2.1: labels of letters, digits and inner hyphens."""
    return all(
        0 < len(label) <= 63 and label.replace("-", "").isalnum() and label.strip("-") == label
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
