"""Which pictures a page shows, and which file of each."""

import pytest

from pixcrawler.adapters.sources.described import Described, candidate
from pixcrawler.adapters.sources.html_page import HtmlPage, read_html

PAGE = "https://e.org/p/q.html"
OG = '<meta property="og:image" content="http://e.org/a">'
JSON_LD = '<script type="application/ld+json">'
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


def read(html: str, **more: int) -> HtmlPage:
    return read_html(html, PAGE, **more)


def urls(html: str) -> list[str]:
    return [one.url for one in read(html).pictures]


def only(html: str) -> Described:
    (one,) = read(html).pictures
    return one


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="a.jpg">', "p/a.jpg"),
        ("<IMG SRC=a.jpg>", "p/a.jpg"),
        ('<base href="/x/"><img src="a.jpg">', "x/a.jpg"),
        ('<base href="/x/"><base href="/y/"><img src="a.jpg">', "x/a.jpg"),
        ('<img src=" /a b.jpg\n">', "a%20b.jpg"),
        ('<img src="/é.jpg">', "%C3%A9.jpg"),
        ('<img src="\\a.jpg">', "a.jpg"),
        ('<img src="a.jpg?w=1&amp;h=2#top">', "p/a.jpg?w=1&h=2"),
        ('<img src="s.jpg" srcset="s.jpg 100w, l.jpg 900w,m.jpg 400w">', "p/l.jpg"),
        ('<img src="s.jpg" srcset="l.jpg 2x">', "p/l.jpg"),
        ('<img src="s.jpg" srcset="a,b.jpg 900w">', "p/a,b.jpg"),
        ('<img src="s.jpg" srcset=", ,,">', "p/s.jpg"),
        ('<img src="spin.gif" data-src="a.jpg">', "p/a.jpg"),
        ('<img src="data:image/gif;base64,AA" data-original="a.jpg">', "p/a.jpg"),
        ('<img src="spin.gif" data-lazy-src="a.jpg">', "p/a.jpg"),
        ('<img src="spin.gif" data-srcset="s.jpg 10w, l.jpg 90w">', "p/l.jpg"),
        ('<picture><source srcset="l.avif 900w"><img src="s.jpg" srcset="s.jpg 90w"></picture>', "p/l.avif"),
        ('<picture><source srcset="a.avif 90w"><img src="s.jpg" srcset="s.jpg 90w"></picture>', "p/s.jpg"),
        ('<a href="/large.JPG"><img src="thumb.jpg"></a>', "large.JPG"),
        ('<a href="/wiki/File:Fox.jpg"><img src="thumb.jpg"></a>', "p/thumb.jpg"),
        ('<a href="/large.png">the picture</a>', "large.png"),
        ('<noscript><img src="a.jpg"></noscript>', "p/a.jpg"),
        ('<img data-src="a.jpg" src="data:,"><noscript><img src="a.jpg"></noscript>', "p/a.jpg"),
        ('<meta property="og:image" content="/og.jpg">', "og.jpg"),
        ('<meta property="og:image:url" content="/og.jpg">', "og.jpg"),
        (OG + '<meta property="og:image:secure_url" content="/b">', "b"),
        ('<meta name="twitter:image" content="/tw.jpg">', "tw.jpg"),
        (JSON_LD + '{"@type":"ImageObject","contentUrl":"/j.jpg"}</script>', "j.jpg"),
        (JSON_LD + '{"@type":"Article","image":["/j.jpg"]}</script>', "j.jpg"),
    ],
)  # fmt: skip
def test_the_largest_file_of_a_picture_is_found(html: str, expected: str) -> None:
    assert urls(html) == [f"https://e.org/{expected}"]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "\x00",
        "<p>words",
        '<img src="">',
        '<img src="data:image/png;base64,AAAA">',
        '<img src="javascript:alert(1)">',
        '<img src="file:///etc/passwd">',
        '<img src="http://[::1">',
        '<img src="blob:https://e.org/1">',
        '<img src="pixel.gif" width="1" height="1">',
        '<img src="pixel.gif" width="0" height="1px">',
        '<img src="pixel.gif" height="0">',
        '<template><img src="a.jpg"></template>',
        '<svg><image href="a.jpg"/></svg>',
        '<script type="application/ld+json">{"@type": "ImageObject", "contentUrl": </script>',
        '<script>document.write("<img src=a.jpg>")</script>',
        '<!-- <img src="a.jpg"> -->',
        '<source srcset="a.jpg">',
        '<img srcset="a.jpg 2q">',
    ],
)
def test_what_is_no_picture_to_take_is_left_out(html: str) -> None:
    assert urls(html) == []


def test_inline_data_and_tracking_pixels_are_counted() -> None:
    page = read('<img src="data:image/png;base64,AA"><img src="t.gif" width="2" height="1"><img alt="none">')
    assert (page.pictures, page.skipped) == ([], 2)


def test_icons_are_left_out_and_no_picture_is_judged_by_how_large_it_is_shown() -> None:
    html = '<img src="icon.png" width="32" height="32"><img src="photo.jpg" width="100" height="80">'
    assert len(read(html).pictures) == 2
    assert [one.url for one in read(html, least=640).pictures] == ["https://e.org/p/photo.jpg"]


def test_each_picture_comes_once_with_all_that_is_said_of_it() -> None:
    one = only(
        '<meta property="og:image" content="/p/a.jpg"><meta property="og:image:width" content="1200">'
        '<meta property="og:image:height" content="800">'
        '<script type="application/ld+json">[{"@graph": [{"@type": ["Thing", "ImageObject"],'
        '"contentUrl": "a.jpg", "license": "https://creativecommons.org/licenses/by-sa/4.0/",'
        '"creator": [{"name": "Ann", "url": "/ann"}], "caption": "Not this"}]}]</script>'
        '<img src="a.jpg" alt="A fox"><img src="/p/a.jpg#x" alt="Again">'
    )
    assert (one.title, one.author, one.author_url) == ("A fox", "Ann", "https://e.org/ann")
    assert (one.width, one.height) == (1200, 800)
    assert one.license_url == "https://creativecommons.org/licenses/by-sa/4.0/"


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ('<img src="a.jpg" alt="Alt" title="Title">', "Alt"),
        ('<img src="a.jpg" alt="" title="Title">', "Title"),
        ('<figure><img src="a.jpg"><figcaption>A <b>red</b>\n fox</figcaption></figure>', "A red fox"),
        ('<a href="b.jpg" title="Link"><img src="a.jpg"></a>', "Link"),
    ],
)
def test_a_picture_is_called_what_the_page_calls_it(html: str, title: str) -> None:
    assert only(html).title == title


@pytest.mark.parametrize(
    "script",
    [
        "<!--\n{}\n//-->",
        "//<![CDATA[\n{}\n//]]>",
        "/* <![CDATA[ */ {} /* ]]> */",
        "\n{};\n",
    ],
)
def test_json_ld_may_be_wrapped_as_scripts_once_were(script: str) -> None:
    said = script.replace("{}", '{"image": "/a.jpg"}')
    assert urls(f"{JSON_LD}{said}</script>") == ["https://e.org/a.jpg"]


@pytest.mark.parametrize("end", ["  ]]>", "\n-->", "// ]]>", " ;"])
def test_json_ld_with_very_many_ends_takes_no_longer(end: str) -> None:
    assert urls(f"{JSON_LD}{{}}{end * 40}x</script>") == []


@pytest.mark.parametrize("kind", ["schema:ImageObject", "http://schema.org/ImageObject"])
def test_the_type_of_an_image_object_may_name_its_vocabulary(kind: str) -> None:
    said = f'{{"@type": "{kind}", "contentUrl": "/a.jpg", "license": "{CC_BY}"}}'
    assert licenses(f"{JSON_LD}{said}</script>") == [CC_BY]


def test_of_two_licences_of_one_picture_the_one_that_allows_least_counts() -> None:
    figure = f'<figure><img src="/a.jpg"><a rel="license" href="{CC_BY}">CC BY</a></figure>'
    said = {"by-nc": "CC BY-NC 4.0", "by-nd": "CC BY-ND 4.0", "": "CC BY 4.0"}
    found = {
        code: candidate(
            only(f'{figure}{JSON_LD}{{"@type":"ImageObject","url":"/a.jpg","license":"{text}"}}</script>'),
            "web",
        )
        for code, text in said.items()
    }
    assert {code: one.license for code, one in found.items()} == {
        "by-nc": "CC-BY-NC-4.0",
        "by-nd": "CC-BY-ND-4.0",
        "": "CC-BY-4.0",
    }


def test_of_two_licences_that_contradict_each_other_none_counts() -> None:
    scripts = "".join(
        f'{JSON_LD}{{"@type":"ImageObject","url":"/a.jpg","license":"{text}"}}</script>'
        for text in ("CC BY-NC 4.0", "CC BY-ND 4.0", "CC BY 4.0")
    )
    one = candidate(only(scripts), "web")
    assert (one.license, one.license_raw) == ("unknown", "CC BY-NC 4.0 / CC BY-ND 4.0")


def licenses(html: str) -> list[str | None]:
    return [one.license_url for one in read(html).pictures]


def test_a_licence_of_the_page_is_that_of_its_main_content_alone() -> None:
    html = f'<link rel="license" href="{CC_BY}"><nav><img src="logo.png"></nav><img src="a.jpg">'
    assert licenses(html) == [None, CC_BY]
    assert licenses(f'<img src="a.jpg"><p><a rel="nofollow license" href="{CC_BY}">CC BY 4.0</a>') == [CC_BY]
    assert licenses(f'<meta property="og:image" content="/o.jpg"><link rel=license href="{CC_BY}">') == [None]


def test_a_page_with_several_licences_says_nothing_of_its_pictures() -> None:
    html = f'<a rel="license" href="{CC_BY}">a</a><a rel="license" href="{CC0}">b</a><img src="a.jpg">'
    assert licenses(html) == [None]


def test_a_figures_own_licence_counts_before_the_pages() -> None:
    figure = (
        f'<figure><img src="b.jpg"><figcaption><a rel="license" href="{CC0}">CC0</a></figcaption></figure>'
    )
    assert licenses(f'<link rel="license" href="{CC_BY}"><img src="a.jpg">{figure}') == [CC_BY, CC0]


def test_what_json_ld_says_of_one_picture_counts_before_the_pages_licence() -> None:
    said = '{"@type": "ImageObject", "contentUrl": "a.jpg", "copyrightNotice": "All rights reserved"}'
    page = f'<link rel="license" href="{CC_BY}"><script type="application/ld+json">{said}</script>'
    one = only(f'{page}<img src="a.jpg">')
    assert (one.license, one.license_url) == ("All rights reserved", None)


def test_where_a_licence_can_be_bought_is_kept_and_no_licence() -> None:
    one = only(
        JSON_LD + '{"@type": "ImageObject", "contentUrl": "/a.jpg", "acquireLicensePage": "/buy",'
        '"creditText": "Ann", "width": {"value": "800"}, "height": "600 px"}</script>'
    )
    assert (one.license, one.license_url, one.author) == (None, "https://e.org/buy", "Ann")
    assert (one.width, one.height) == (800, 600)


def test_links_come_once_each_in_order_without_those_that_are_not_to_be_followed() -> None:
    page = read(
        '<a href="/b">b</a><a href="a#x">a</a><a href="/b#y">b</a><a rel="ugc nofollow" href="/c">c</a>'
        '<a href="mailto:ann@e.org">m</a><a href="javascript:x()">j</a><a href="/pic.jpg">p</a>'
        '<area href="/d"><a href="/paper.PDF">pdf</a>'
    )
    assert page.links == ["https://e.org/b", "https://e.org/p/a", "https://e.org/d"]


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p>" * 310_000 + '<img src="late.jpg">', marks=pytest.mark.long),
        "<div>" * 50_000 + '<img src="a.jpg">',
        "<figure>" * 20_000 + '<img src="a.jpg">',
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        '<script type="application/ld+json">' + '{"image":' * 5_000 + '"a.jpg"' + "}" * 5_000 + "</script>",
        '<img srcset="' + "a.jpg 1x," * 100_000 + '">',
        '<img src="' + "a" * 1_000_000 + '">',
        f'<base href="/{"b" * 7_000}/">'
        + '<script type="application/ld+json">{"image": ["a"'
        + ', "c"' * 100_000
        + "]}</script>"
        + "<a href=1>" * 1_000,
        "<meta name=x content=y>" * 20_000,
    ],
    ids=["many", "deep", "figures", "brackets", "nested", "srcset", "long", "base", "metas"],
)
def test_a_page_made_to_exhaust_is_read_in_part(html: str) -> None:
    page = read(html)
    assert len(page.pictures) <= 2
    assert len(page.metas) <= 1_000


@pytest.mark.long
def test_no_page_gives_more_than_so_many_pictures_and_links() -> None:
    page = read("".join(f'<img src="{n}.jpg"><a href="{n}">x</a>' for n in range(10_050)))
    assert (len(page.pictures), len(page.links)) == (10_000, 10_000)
