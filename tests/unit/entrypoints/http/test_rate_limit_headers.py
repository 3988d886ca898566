from typing import Any

from pixcrawler.application.ports.limiter import Left, Quota
from pixcrawler.entrypoints.http.limits import tell


def test_every_quota_is_one_item_of_both_lists() -> None:
    user = Quota(name="user", who="ann", most=600, seconds=60)
    key = Quota(name="key", who="k1", most=10, seconds=3600)
    scope: Any = {"state": {}}
    tell(
        scope,
        [
            Left(quota=user, remaining=599, reset=59.01, wait=0.0),
            Left(quota=key, remaining=0, reset=7.0, wait=3),
        ],
    )
    assert scope["state"]["limits"] == [
        (b"ratelimit-policy", b'"user";q=600;w=60, "key";q=10;w=3600'),
        (b"ratelimit", b'"user";r=599;t=60, "key";r=0;t=7'),
    ]


def test_where_nothing_was_counted_nothing_is_told() -> None:
    scope: Any = {"state": {}}
    tell(scope, ())
    assert scope["state"] == {}
