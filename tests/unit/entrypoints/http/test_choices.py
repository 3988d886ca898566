"""Who chose what is not there is told what there is."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
import pytest
from litestar.routes import HTTPRoute

from pixcrawler.entrypoints.http.choices import with_choices
from tests.api.drawn import LITESTAR


class Pet(StrEnum):
    DOG = "dog"
    CAT = "cat"


class Home(msgspec.Struct):
    pet: Pet | None = None
    pets: list[Pet] = []
    by_name: dict[str, list[Pet]] = {}
    size: Annotated[Literal["small", "large"], msgspec.Meta(description="how large")] = "small"
    beside: "Home | msgspec.UnsetType" = msgspec.UNSET
    age: int = 0


def told(kind: object, body: bytes) -> str:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(body, type=kind)
    return with_choices(str(refused.value), kind)


@pytest.mark.parametrize(
    "body",
    [
        b'{"pet": "cow"}',
        b'{"pets": ["dog", "cow"]}',
        b'{"by_name": {"Bo": ["cow"]}}',
        b'{"beside": {"pets": ["cow"]}}',
    ],
)
def test_wherever_it_stands(body: bytes) -> None:
    assert told(Home, body).startswith("Invalid enum value 'cow', choose cat or dog - at `$.")


def test_a_literal_is_a_choice_too() -> None:
    assert told(Home, b'{"size": "huge"}') == "Invalid enum value 'huge', choose large or small - at `$.size`"


def test_a_choice_by_itself() -> None:
    assert told(Pet, b'"cow"') == "Invalid enum value 'cow', choose cat or dog"


@pytest.mark.parametrize("value", ["x - at `$.age`", "$.pets[0]"])
def test_a_value_that_looks_like_a_place_misleads_nobody(value: str) -> None:
    body = msgspec.json.encode({"pet": value})
    assert told(Home, body).startswith("Invalid enum value")


def test_every_operation_tells_what_its_parameters_and_its_body_could_have_been() -> None:
    routes = [route for route in LITESTAR.routes if isinstance(route, HTTPRoute)]
    handlers = [handler for route in routes for handler in route.route_handlers]
    kinds = {
        field.annotation
        for one in handlers
        for name, field in one.parsed_fn_signature.parameters.items()
        if name != "scope"  # Litestar's own, which no request can get wrong
    }
    told = {with_choices("Invalid enum value 'cow'", one) for one in kinds}
    assert "Invalid enum value 'cow', choose expired, live or revoked" in told


def test_what_is_about_no_choice_stays() -> None:
    assert told(Home, b'{"age": "1"}') == "Expected `int`, got `str` - at `$.age`"
