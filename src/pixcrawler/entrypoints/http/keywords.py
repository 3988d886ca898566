"""``/keywords``: what else a keyword could be searched as."""

from typing import Annotated, Literal

import msgspec
from litestar import Controller, Response, post
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg
from msgspec import Meta

from pixcrawler.application.crawling.expand_keywords import ExpandedKeyword, ExpandKeywords, ExpansionWanted
from pixcrawler.domain.crawling.expansion import Further, Method
from pixcrawler.domain.crawling.spec import checked_keywords
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.entrypoints.http.answers import answered
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.job_fields import Text, Word
from pixcrawler.entrypoints.http.limits import COSTLY
from pixcrawler.entrypoints.http.openapi import failures, success

MOST_KEYWORDS = 8
"""As many as are asked about at once: so the answer takes no longer than one of them."""
PATIENCE = 20.0
"""Seconds; less than a request may take."""


class ExpandRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keywords as a job takes them. `most` further texts for each, or as many as the operator set."""

    keywords: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=MOST_KEYWORDS)]
    method: Literal["templates", "wordnet", "llm"] = "templates"
    exclude: Annotated[tuple[Word, ...], Meta(max_length=100)] = ()
    most: Annotated[int, Meta(ge=1, le=50)] | None = None

    def wanted(self) -> ExpansionWanted:
        """Raises InvalidJob."""
        return ExpansionWanted(
            keywords=checked_keywords(self.keywords),
            method=Method(self.method),
            exclude=self.exclude,
            most=self.most,
            patience=PATIENCE,
        )


class ExpandedKeywords(msgspec.Struct, frozen=True, kw_only=True):
    """`queries` of a job takes the texts by their keyword."""

    items: tuple[ExpandedKeyword, ...]


WANTED = ExpandRequest(keywords=("dog",), method="wordnet", most=2)
FOUND = ExpandedKeywords(
    items=(
        ExpandedKeyword(
            keyword="dog",
            label="dog",
            method=Method.WORDNET,
            queries=(Further("domestic dog", "same meaning"), Further("puppy", "kind of dog")),
            sense="dog: a member of the genus Canis",
            notice=None,
        ),
    )
)
EXPAND_BODY = BodyKwarg(examples=[Example(value=msgspec.to_builtins(WANTED))])


class KeywordController(Controller):
    """Words only: nothing is searched."""

    path = "/keywords"
    tags = ("Sources",)

    @post(
        "/expand",
        status_code=200,
        summary="Find more search texts for keywords",
        opt=COSTLY,
        responses=success(200, ExpandedKeywords, FOUND, "What else each keyword could be searched as.")
        | failures(401, 403, 409, body=True),
    )
    async def expand_keywords(
        self,
        data: Annotated[ExpandRequest, EXPAND_BODY],
        actor: Given[Actor],
        expand_keywords: Given[ExpandKeywords],
    ) -> Response[ExpandedKeywords]:
        """Users; scope `write`, as it may spend what the operator pays for.

        Nothing is stored or searched. Send what you like of it back as `queries` of a new job. `method` of
        each answer is what was really used: where a language model gives nothing usable, templates stand in
        and `notice` says why. 409 when the operator has not set up the method.
        """
        actor.must(WRITE)
        return answered(ExpandedKeywords(items=await expand_keywords(data.wanted())))
