"""Signed addresses of S3, held against the example in Amazon's documentation."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pixcrawler.adapters.storage.config import StoreConfig
from pixcrawler.adapters.storage.s3 import presigned
from pixcrawler.domain.shared.attachment import attachment

AT = datetime(2013, 5, 24, tzinfo=UTC)


def config(**more: object) -> StoreConfig:
    common: dict[str, object] = {
        "prefix": "STORAGE_",
        "local_root": Path("/nowhere"),
        "spool_root": Path("/nowhere"),
        "spool_bytes": 1,
        "timeout": 1.0,
        "s3_bucket": "examplebucket",
        "s3_access_key": "AKIAIOSFODNN7EXAMPLE",
        "s3_secret_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    }
    return StoreConfig(**(common | more))  # type: ignore[arg-type] # a test says what it wants


def test_the_documented_example_has_the_documented_signature() -> None:
    """Amazon S3 API reference, Authenticating Requests: Using Query Parameters."""
    link = presigned(
        config(s3_endpoint="https://examplebucket.s3.amazonaws.com"), "test.txt", 86_400, {}, at=AT
    )
    signature = parse_qs(urlsplit(link).query)["X-Amz-Signature"]
    assert signature == ["aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"]


def test_the_bucket_stands_in_the_host_or_in_the_path() -> None:
    def place(**more: object) -> str:
        return presigned(config(**more), "a/1", 60, {}, at=AT).partition("?")[0]

    assert place(s3_region="eu-central-1") == "https://examplebucket.s3.eu-central-1.amazonaws.com/a/1"
    assert place(s3_path_style=True) == "https://s3.us-east-1.amazonaws.com/examplebucket/a/1"
    minio = {"s3_endpoint": "http://127.0.0.1:9000/", "s3_path_style": True}
    assert place(**minio) == "http://127.0.0.1:9000/examplebucket/a/1"


def test_secrets_are_in_no_repr() -> None:
    assert "wJalr" not in repr(config())


def test_no_name_of_a_file_becomes_more_than_one_header() -> None:
    told = attachment('a"\r\nset-cookie: x; ü\N{FOX FACE}.zip')
    assert told.isascii()
    assert "\n" not in told
    assert told.startswith('attachment; filename="a_set-cookie_ x_ u_.zip"; filename*=')
    assert attachment("cats-v1.zip") == 'attachment; filename="cats-v1.zip"'
