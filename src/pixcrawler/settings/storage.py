"""Settings of the two object stores, from one definition: STORAGE_… for all there is, STORAGE_WARM_… for
what is archived."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from msgspec import Struct

from pixcrawler.settings.setting import about
from pixcrawler.settings.values import Secret

HOT, WARM = "STORAGE_", "STORAGE_WARM_"
SHORTEST_SECRET = 32
_NEEDS = {
    "local": (),
    "supabase": ("SUPABASE_BUCKET",),
    "s3": ("S3_BUCKET",),
    "azure": ("AZURE_CONTAINER", "AZURE_ACCOUNT"),
    "gcs": ("GCS_BUCKET",),
}
_PLACES = {
    "local": ("LOCAL_ROOT",),
    "supabase": ("SUPABASE_BUCKET",),
    "s3": ("S3_ENDPOINT", "S3_BUCKET"),
    "azure": ("AZURE_ENDPOINT", "AZURE_ACCOUNT", "AZURE_CONTAINER"),
    "gcs": ("GCS_BUCKET",),
}


class StoreSettings(Struct, frozen=True, kw_only=True):
    """What each kind of store wants to know; those of the kinds that are not chosen are not looked at."""

    provider: Annotated[
        Literal["none", "local", "supabase", "s3", "azure", "gcs"], about("Which store.", example="s3")
    ] = "none"
    local_root: Annotated[
        Path,
        about(
            "Folder of the local store.",
            example="/srv/pictures",
            default="in PIXCRAWLER_HOME, objects or warm",
        ),
    ]
    supabase_bucket: Annotated[
        str | None,
        about("Bucket in Supabase Storage; SUPABASE_URL says where that is.", example="pixcrawler"),
    ] = None
    s3_bucket: Annotated[str | None, about("Bucket in S3; it must exist.", example="pixcrawler")] = None
    s3_region: Annotated[str, about("Region of the bucket.", example="eu-central-1")] = "us-east-1"
    s3_endpoint: Annotated[
        str | None,
        about(
            "Where S3 is, when it is not Amazon's. With http:// nothing is encrypted on the way.",
            example="https://s3.example.org",
            schemes=("https", "http"),
        ),
    ] = None
    s3_access_key: Annotated[
        Secret | None,
        about(
            "Access key; not set: the role of the machine, and downloads go through the API.",
            example="AKIAIOSFODNN7EXAMPLE",
        ),
    ] = None
    s3_secret_key: Annotated[
        Secret | None,
        about("Secret of the access key.", example="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ] = None
    s3_path_style: Annotated[
        bool,
        about(
            "Whether the bucket stands in the path of addresses, as MinIO wants it, and not in the host.",
            example="true",
        ),
    ] = False
    azure_container: Annotated[
        str | None,
        about("Container in Azure Blob Storage or Data Lake; it must exist.", example="pixcrawler"),
    ] = None
    azure_account: Annotated[str | None, about("Storage account.", example="examplestorage")] = None
    azure_key: Annotated[
        Secret | None, about("Key of the account; this or a SAS.", example="c3RvcmFnZSBhY2NvdW50IGtleQ==")
    ] = None
    azure_sas: Annotated[
        Secret | None,
        about(
            "Shared access signature that may read, write, list and delete; downloads go through the API.",
            example="sv=2024-11-04&ss=b&srt=co&sp=rwdlac&sig=example",
        ),
    ] = None
    azure_endpoint: Annotated[
        str | None,
        about(
            "Where the account is, when it is not Azure's public cloud.",
            example="https://examplestorage.blob.core.usgovcloudapi.net",
            schemes=("https", "http"),
        ),
    ] = None
    gcs_bucket: Annotated[
        str | None,
        about("Bucket in Google Cloud Storage, a store that nobody has tested yet.", example="pixcrawler"),
    ] = None
    gcs_service_account: Annotated[
        Secret | None,
        about(
            "The JSON of a service account; most easily named as a file. Not set: that of the machine.",
            example='{"type": "service_account"}',
        ),
    ] = None


class StorageSettings(StoreSettings, frozen=True, kw_only=True):
    """Where the bytes of pictures and exports are kept."""

    env_prefix: ClassVar[str] = HOT

    provider: Annotated[
        Literal["local", "supabase", "s3", "azure", "gcs"],
        about("Which store; a local one serves the processes of one machine.", example="s3"),
    ] = "local"
    spool_root: Annotated[
        Path,
        about(
            "Folder for files on their way to or from a store that is not local.",
            example="/var/tmp/pixcrawler",  # noqa: S108 -- an example
            default="spool in PIXCRAWLER_HOME",
        ),
    ]
    spool_bytes: Annotated[
        int,
        about("Bytes that one process may have there.", example="53687091200", ge=2**20, le=2**50),
    ] = 10 * 2**30
    timeout: Annotated[
        float,
        about(
            "Seconds that a store may be silent; a request that fails is repeated for as long.",
            example="60",
            ge=0.1,
            le=600,
        ),
    ] = 30
    link_secret: Annotated[
        Secret | None,
        about(
            "What links to files are signed with where the store signs none, as a local one; the same in "
            "every process. Not set in development: one is made and kept in PIXCRAWLER_HOME.",
            example="0bba1d2ee5b64a8b9a8a5a2f6d9d3c54e4a7d6c1",
        ),
    ] = None
    unreferenced_hours: Annotated[
        float,
        about("Hours after which an object that no row names is deleted.", example="48", ge=1, le=8760),
    ] = 24


class WarmStorageSettings(StoreSettings, frozen=True, kw_only=True):
    """Where archived exports are kept: a second store, cheaper and slower."""

    env_prefix: ClassVar[str] = WARM

    provider: Annotated[
        Literal["none", "local", "supabase", "s3", "azure", "gcs"],
        about("Which store archived exports go to; none: nothing can be archived.", example="local"),
    ] = "none"


def at_odds(given: Mapping[str, str], values: Mapping[str, object]) -> Iterator[str]:
    """What the chosen stores lack, and what cannot be meant."""
    providers = {
        HOT: values.get("STORAGE_PROVIDER", "local"),
        WARM: values.get("STORAGE_WARM_PROVIDER", "none"),
    }
    for prefix, provider in providers.items():
        yield from _lacking(prefix, str(provider), given)
    if _place(HOT, providers, values) == _place(WARM, providers, values):
        yield "STORAGE_WARM_PROVIDER names the same place as STORAGE_PROVIDER: what is warm must stand apart."
    yield from _of_links(str(providers[HOT]), given, values)


def _lacking(prefix: str, provider: str, given: Mapping[str, str]) -> Iterator[str]:
    needs = [f"{prefix}{need}" for need in _NEEDS.get(provider, ())]
    if provider == "supabase":
        needs += ["SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"]
    for need in needs:
        if not _is_given(need, given):
            yield f"{prefix}PROVIDER is {provider}, but {need} is not set."
    keys = [f"{prefix}S3_ACCESS_KEY", f"{prefix}S3_SECRET_KEY"]
    if provider == "s3" and sum(_is_given(key, given) for key in keys) == 1:
        yield f"{prefix}PROVIDER is s3: set both {keys[0]} and {keys[1]}, or neither for the machine's role."
    ways = [f"{prefix}AZURE_KEY", f"{prefix}AZURE_SAS"]
    if provider == "azure" and sum(_is_given(way, given) for way in ways) != 1:
        yield f"{prefix}PROVIDER is azure: set one of {ways[0]} and {ways[1]}."


def _place(prefix: str, providers: Mapping[str, object], values: Mapping[str, object]) -> tuple[object, ...]:
    provider = str(providers[prefix])
    if provider not in _PLACES:
        return (prefix,)
    return (provider, *(values.get(f"{prefix}{part}") for part in _PLACES[provider]))


def _of_links(provider: str, given: Mapping[str, str], values: Mapping[str, object]) -> Iterator[str]:
    secret = values.get("STORAGE_LINK_SECRET")
    if isinstance(secret, Secret) and len(secret.reveal()) < SHORTEST_SECRET:
        yield f"STORAGE_LINK_SECRET must have {SHORTEST_SECRET} characters or more."
    strict = values.get("PIXCRAWLER_ENVIRONMENT") in ("staging", "production")
    if strict and not _signs_itself(provider, given) and not _is_given("STORAGE_LINK_SECRET", given):
        yield (
            "STORAGE_LINK_SECRET is not set, and links to files are signed with it, because the store signs "
            "none: give every process the same, such as the output of `openssl rand -hex 32`."
        )


def _signs_itself(provider: str, given: Mapping[str, str]) -> bool:
    by = {
        "supabase": "SUPABASE_SERVICE_ROLE_KEY",
        "s3": "STORAGE_S3_ACCESS_KEY",
        "azure": "STORAGE_AZURE_KEY",
    }
    return provider in by and _is_given(by[provider], given)


def _is_given(name: str, given: Mapping[str, str]) -> bool:
    return bool({name, f"{name}_FILE"} & given.keys())
