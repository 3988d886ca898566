import pytest

from pixcrawler.bootstrap.redis_databases import beside


@pytest.mark.parametrize(
    ("url", "next_one"),
    [
        ("redis://a", "redis://a/1"),
        ("redis://a/", "redis://a/1"),
        ("redis://:p%40ss@a:6379/0", "redis://:p%40ss@a:6379/1"),
        ("rediss://u:p@a:6380/15?ssl_cert_reqs=none", "rediss://u:p@a:6380/0?ssl_cert_reqs=none"),
        ("redis://a:6379/4?db=2", "redis://a:6379/3"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock?db=1"),
        ("unix://:p@/run/redis.sock?db=1", "unix://:p@/run/redis.sock?db=2"),
    ],
)
def test_the_next_database_of_the_same_server(url: str, next_one: str) -> None:
    assert beside(url, 1) == next_one
