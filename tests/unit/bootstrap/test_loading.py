"""What a program that starts loads, and what it leaves for later."""

import subprocess
import sys

import pytest

UNUSED = (
    *("litestar", "numpy", "pydantic_settings", "yaml", "werkzeug", "alembic"),
    *("aiohttp", "httpx", "httpcore", "saq", "jinja2", "PIL", "protego", "rich", "pydantic"),
    *(f"sqlalchemy.dialects.{other}" for other in ("mssql", "mysql", "oracle", "sqlite")),
)
"""What crawl needs nothing of, or its worker alone."""


@pytest.mark.long
def test_a_crawl_begins_without_what_it_does_not_need() -> None:
    program = (
        "import sys, pixcrawler.entrypoints.cli.crawl\n"
        "import pixcrawler.bootstrap.logs, pixcrawler.bootstrap.open_app\n"
        f"print(*(name for name in {UNUSED!r} if name in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


@pytest.mark.long
def test_parquet_is_written_without_pandas_and_data_frames_can_be_had_afterwards() -> None:
    program = (
        "import sys, pyarrow as pa, pixcrawler.adapters.exporters.arrow_columns\n"
        "table = pa.table({'a': pa.array([1, 2])})\n"
        "print('pandas' in sys.modules, table.to_pandas()['a'].sum())"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "3"]


@pytest.mark.long
def test_what_was_hidden_while_loading_can_be_loaded_afterwards() -> None:
    program = (
        "import pixcrawler.bootstrap.open_app, pixcrawler.adapters.postgres.tables\n"
        "import pixcrawler.adapters.queue.saq_bells\n"
        "import numpy, yaml, litestar, pydantic, croniter\n"
        "from sqlalchemy.dialects import mysql, oracle\n"
        "print(numpy.zeros(3).sum(), pydantic.BaseModel.__name__, litestar.Litestar.__name__)\n"
        "print(croniter.croniter.__name__, mysql.insert.__name__, oracle.BLOB.__name__)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["0.0", "BaseModel", "Litestar", "croniter", "insert", "BLOB"]


@pytest.mark.long
def test_what_is_loaded_without_certificates_changes_nothing_for_ours() -> None:
    program = (
        "import os, ssl\n"
        "os.environ['SSL_CERT_DIR'] = '/nowhere'\n"
        "os.environ.pop('SSL_CERT_FILE', None)\n"
        "from pixcrawler.adapters.fetching.trust import trusted\n"
        "from pixcrawler.bootstrap.http_client import load_http_client\n"
        "load_http_client(os.environ)\n"
        "print(os.environ['SSL_CERT_DIR'], os.environ.get('SSL_CERT_FILE'))\n"
        "print(trusted().get_ca_certs() == ssl.create_default_context().get_ca_certs())"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["/nowhere", "None", "True"]
