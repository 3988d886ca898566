"""What stores are opened with."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreConfig:
    """Each store reads its own fields; they are called as the settings are, behind ``prefix``.

    ``timeout``: seconds of silence that a request may take, and in which a failed one is repeated.
    """

    prefix: str
    local_root: Path
    spool_root: Path
    spool_bytes: int
    timeout: float
    s3_bucket: str | None = None
    s3_region: str = "us-east-1"
    s3_endpoint: str | None = None
    s3_access_key: str | None = field(default=None, repr=False)
    s3_secret_key: str | None = field(default=None, repr=False)
    s3_path_style: bool = False
    azure_container: str | None = None
    azure_account: str | None = None
    azure_key: str | None = field(default=None, repr=False)
    azure_sas: str | None = field(default=None, repr=False)
    azure_endpoint: str | None = None
    gcs_bucket: str | None = None
    gcs_service_account: str | None = field(default=None, repr=False)
    supabase_bucket: str | None = None
    supabase_url: str | None = None
    supabase_key: str | None = field(default=None, repr=False)
