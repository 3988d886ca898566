"""Why a candidate did not become an image of the dataset. The list is closed."""

from enum import StrEnum


class Reason(StrEnum):
    """One reason per rejected candidate. The value is stored, shown and exported."""

    # never asked for, or asked for in vain
    ADDRESS_DENIED = "address_denied"
    BAD_URL = "bad_url"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    OPT_OUT = "opt_out"
    DNS = "dns"
    CONNECTION = "connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_SLOW = "too_slow"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    RATE_LIMITED = "rate_limited"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_410 = "http_410"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    INCOMPLETE_BODY = "incomplete_body"
    BODY_TOO_LARGE = "body_too_large"
    EMPTY_BODY = "empty_body"
    BAD_ENCODING = "bad_encoding"
    FILE_MISSING = "file_missing"
    # came, and was no use
    NOT_AN_IMAGE = "not_an_image"
    UNSUPPORTED_FORMAT = "unsupported_format"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    TOO_MANY_PIXELS = "too_many_pixels"
    DECODE_LIMIT = "decode_limit"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    WRONG_FILE_TYPE = "wrong_file_type"
    WRONG_IMAGE_TYPE = "wrong_image_type"
    WRONG_COLOR = "wrong_color"
    DIGEST_MISMATCH = "digest_mismatch"
    # came, could be decoded, and did not stand the strict look
    BLURRY = "blurry"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    LOW_INFORMATION = "low_information"
    ODD_ASPECT = "odd_aspect"
    PLACEHOLDER = "placeholder"
    # good, and not needed
    LICENSE = "license"
    EXCLUDED = "excluded"
    MATURE = "mature"
    DUPLICATE_EXACT = "duplicate_exact"
    DUPLICATE_NEAR = "duplicate_near"
    LABEL_CONFLICT = "label_conflict"
    LIMIT_REACHED = "limit_reached"
    REMOVED = "removed"
    # never finished
    CANCELLED = "cancelled"
    STORAGE_FULL = "storage_full"
    INTERNAL = "internal"

    @property
    def retryable(self) -> bool:
        """Whether the same request may end differently on another day."""
        return self in RETRYABLE

    @property
    def sentence(self) -> str:
        """The reason in words, for reports."""
        return SENTENCES[self]


RETRYABLE = frozenset(
    {
        Reason.DNS,
        Reason.CONNECTION,
        Reason.TLS,
        Reason.TIMEOUT,
        Reason.TOO_SLOW,
        Reason.RATE_LIMITED,
        Reason.HTTP_5XX,
        Reason.INCOMPLETE_BODY,
        Reason.CANCELLED,
        Reason.STORAGE_FULL,
        Reason.INTERNAL,
    }
)

SENTENCES: dict[Reason, str] = {
    Reason.ADDRESS_DENIED: "The address is private or otherwise not allowed.",
    Reason.BAD_URL: "The URL is malformed or uses a port or scheme that is not allowed.",
    Reason.BLOCKED: "It is on the block-list: somebody had it taken down.",
    Reason.ROBOTS: "The site's robots.txt disallows it.",
    Reason.OPT_OUT: "The site opted out of machine learning use.",
    Reason.DNS: "The host name could not be resolved.",
    Reason.CONNECTION: "The connection failed.",
    Reason.TLS: "The TLS certificate or handshake was not acceptable.",
    Reason.TIMEOUT: "The server did not answer in time.",
    Reason.TOO_SLOW: "The server sent the body too slowly.",
    Reason.TOO_MANY_REDIRECTS: "The server redirected too often.",
    Reason.RATE_LIMITED: "The server asked for a slower pace, and kept doing so.",
    Reason.HTTP_401: "The server asked for a login (401).",
    Reason.HTTP_403: "The server refused (403).",
    Reason.HTTP_404: "The picture is gone (404).",
    Reason.HTTP_410: "The picture is gone for good (410).",
    Reason.HTTP_4XX: "The server refused the request.",
    Reason.HTTP_5XX: "The server failed.",
    Reason.INCOMPLETE_BODY: "The connection broke off before the whole file had come.",
    Reason.BODY_TOO_LARGE: "The file is larger than allowed.",
    Reason.EMPTY_BODY: "The server sent no bytes.",
    Reason.BAD_ENCODING: "The server sent a content encoding that was not asked for.",
    Reason.FILE_MISSING: "The local file is missing or cannot be read.",
    Reason.NOT_AN_IMAGE: "The file is not a picture.",
    Reason.UNSUPPORTED_FORMAT: "The picture is in a format that is not accepted.",
    Reason.TRUNCATED: "The picture is cut off.",
    Reason.CORRUPT: "The picture cannot be decoded.",
    Reason.TOO_MANY_PIXELS: "The picture has more pixels than allowed.",
    Reason.DECODE_LIMIT: "Decoding the picture needed too much time or memory.",
    Reason.TOO_SMALL: "The picture is smaller than asked for.",
    Reason.TOO_LARGE: "The picture is larger than asked for.",
    Reason.WRONG_FILE_TYPE: "The picture is not of a file type that was asked for.",
    Reason.WRONG_IMAGE_TYPE: "The picture is not animated, or not transparent, as was asked for.",
    Reason.WRONG_COLOR: "The picture does not show much of the colour that was asked for.",
    Reason.DIGEST_MISMATCH: "The bytes are not those that the list promised (SHA-256).",
    Reason.BLURRY: "Nothing in the picture is sharp.",
    Reason.TOO_DARK: "The picture is almost black.",
    Reason.TOO_BRIGHT: "The picture is almost white.",
    Reason.LOW_INFORMATION: "There is next to nothing to see in the picture.",
    Reason.ODD_ASPECT: "The picture is much longer than it is wide, or the other way round.",
    Reason.PLACEHOLDER: "The picture only stands in for one that is not there.",
    Reason.LICENSE: "The licence does not allow what was asked for.",
    Reason.EXCLUDED: "Its title or tags hold a word that was excluded.",
    Reason.MATURE: "Its source marks it as sensitive, and safe search is on.",
    Reason.DUPLICATE_EXACT: "The same bytes are kept already.",
    Reason.DUPLICATE_NEAR: "Another copy of the same picture is kept.",
    Reason.LABEL_CONFLICT: "It was found under two labels, and the job drops such pictures.",
    Reason.LIMIT_REACHED: "Enough images were found before it.",
    Reason.REMOVED: "Somebody removed it from the job.",
    Reason.CANCELLED: "The job was stopped first.",
    Reason.STORAGE_FULL: "The disk was full.",
    Reason.INTERNAL: "PixCrawler failed on it.",
}
