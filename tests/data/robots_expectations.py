"""What a robots.txt allows: RFC 9309, and the expectations that Google's reference parser is tested by, in
our own words. Each row: what it is about, the file, who asks, paths that are allowed, paths that are not.

Where the two disagree the RFC decides: an octet that is percent-encoded without need is decoded first.
"""
# ruff: noqa: E501 -- a table

from typing import NamedTuple


class Row(NamedTuple):
    what: str
    text: str
    agent: str
    allowed: tuple[str, ...]
    denied: tuple[str, ...] = ()


def one(agent: str, *lines: str) -> str:
    return "\n".join((f"user-agent: {agent}", *lines)) + "\n"


GROUPS = """allow: /lost/property/

user-agent: RedBot
disallow: /
allow: /attic/
user-agent: BlueBot
disallow: /
allow: /cellar/


allow: /garden/
user-agent: GreenBot

user-agent: RedBot
allow: /roof/
disallow: /
"""
EVERYBODY = "user-agent: *\nallow: /\nuser-agent: RedBot\ndisallow: /\n"
NAMED_ONLY = (
    "user-agent: RedBot\nallow: /\nuser-agent: BlueBot\ndisallow: /\nuser-agent: GreenBot\ndisallow: /\n"
)
SPACED = "User-Agent: *\nDisallow: /\nUser-Agent: Red Bot\nAllow: /attic/\nDisallow: /\n"
ENDINGS = "user-agent: redbot{0}allow: /some/{0}{0}{0}disallow: /"
LONG = "/x/" + "a" * 16_700
QUERY = "/shop?kind=tea&next=http://a.test?x&y"

ROWS = [
    # the whole file
    Row("an empty file", "", "redbot", ("/", "/a/b")),
    Row("blank lines and comments alone", "\n\n# nothing\n   \n", "redbot", ("/", "/a")),
    Row("one group, all closed", one("RedBot", "disallow: /"), "redbot", (), ("/", "/a/b")),
    Row("another's group", one("RedBot", "disallow: /"), "bluebot", ("/", "/a/b")),
    Row("an empty disallow", one("RedBot", "disallow:"), "redbot", ("/", "/a")),
    # lines
    Row("unknown lines", "red: RedBot\nblue: /\n", "redbot", ("/a/b",)),
    Row("a missing colon", "user-agent RedBot\ndisallow /\n", "redbot", (), ("/a/b",)),
    Row("names in capitals", "USER-AGENT: RedBot\nALLOW: /attic/\nDISALLOW: /\n", "redbot", ("/attic/y",), ("/a/b",)),
    Row("names in small letters", one("RedBot", "allow: /attic/", "disallow: /"), "redbot", ("/attic/y",), ("/a/b",)),
    Row("names in both", "uSeR-aGeNt: RedBot\nAlLoW: /attic/\ndIsAlLoW: /\n", "redbot", ("/attic/y",), ("/a/b",)),
    Row("blanks everywhere", "  User-Agent :  RedBot  \n\tDisallow\t:   /attic  \n", "redbot", ("/a",), ("/attic",)),
    Row("misspelt names", "useragent: RedBot\ndissallow: /attic\ndisalow: /cellar\n", "redbot", ("/a",), ("/attic", "/cellar")),
    *(
        Row(f"lines ended by {end!r}", ENDINGS.format(end), "redbot", ("/some/a",), ("/other",))
        for end in ("\n", "\r\n", "\r")
    ),
    Row("mixed line ends", "user-agent: redbot\r\nallow: /some/\rdisallow: /\n", "redbot", ("/some/a",), ("/x",)),
    Row("lines that Python would break", "user-agent: redbot\ndisallow: /a\u2028allow: /a\n", "redbot", ("/b",)),
    # groups
    Row("RedBot's two groups are one", GROUPS, "redbot", ("/attic/b", "/roof/d"), ("/cellar/c", "/garden/a", "/lost/property/")),
    Row("BlueBot's group holds a blank line", GROUPS, "bluebot", ("/cellar/c", "/garden/a"), ("/roof/d", "/attic/b", "/lost/property/")),
    Row("GreenBot shares the group below", GROUPS, "greenbot", ("/roof/d",), ("/attic/b", "/lost/property/")),
    Row("nobody's group", GROUPS, "blackbot", ("/attic/b", "/lost/property/")),
    Row("everybody's group, and one of our own", EVERYBODY, "redbot", (), ("/a/b",)),
    Row("everybody's group is ours", EVERYBODY, "bluebot", ("/a/b",)),
    Row("named groups only", NAMED_ONLY, "blackbot", ("/a/b",)),
    Row("named, allowed", NAMED_ONLY, "redbot", ("/a/b",)),
    Row("named, closed", NAMED_ONLY, "greenbot", (), ("/a/b",)),
    Row("our own group replaces everybody's", "user-agent: *\ndisallow: /attic/\nuser-agent: RedBot\ndisallow: /cellar/\n",
        "redbot", ("/attic/page",), ("/cellar/page",)),
    Row("everybody's group in two places", "user-agent: *\ndisallow: /a\nuser-agent: x\nallow: /\nuser-agent: *\ndisallow: /b\n",
        "redbot", ("/c",), ("/a", "/b")),
    Row("sitemaps between groups end none", "user-agent: redbot\nsitemap: http://a.test/s\ndisallow: /a\n", "redbot", ("/b",), ("/a",)),
    Row("unknown lines end no group", "user-agent: redbot\nnoindex: /\nuser-agent: bluebot\ndisallow: /a\n",
        "bluebot", ("/b",), ("/a",)),
    # names
    *(
        Row(f"{name} is compared without case", f"User-Agent: {name}\nAllow: /attic/\nDisallow: /\n", "redbot", ("/attic/y",), ("/a/b",))
        for name in ("REDBOT", "redbot", "RedBot")
    ),
    *(
        Row(f"{name} is taken up to its first blank", f"User-Agent: {name}\nAllow: /attic/\nDisallow: /\n", "red", ("/attic/y",), ("/a/b",))
        for name in ("RED BOT", "red bot", "Red Bot")
    ),
    Row("a name with a blank, beside everybody", SPACED, "red", ("/attic/y",), ("/a",)),
    Row("the other half of that name", SPACED, "bot", (), ("/attic/y",)),
    Row("a version behind the name", one("RedBot/2.1", "disallow: /"), "redbot", (), ("/a",)),
    Row("a name that is part of ours", one("bot", "disallow: /"), "redbot", ("/a",)),
    Row("a name that ours begins with", one("red", "allow: /") + one("*", "disallow: /"), "redbot", (), ("/a",)),
    Row("a name that begins with ours", one("redbot-news", "disallow: /"), "redbot", ("/a",)),
    Row("hyphen and underscore belong to names", one("red-bot_x", "disallow: /"), "red-bot_x", (), ("/a",)),
    Row("a star with a word behind it", one("* baz", "disallow: /a"), "redbot", ("/b",), ("/a",)),
    Row("a star with letters behind it", one("*baz", "disallow: /a"), "redbot", ("/a", "/b")),
    Row("a name of other letters", one("ツ", "disallow: /"), "redbot", ("/a",)),
    Row("no name", one("", "disallow: /"), "redbot", ("/a",)),
    Row("a comment behind the name", one("RedBot # ours", "disallow: /a"), "redbot", ("/b",), ("/a",)),
    # paths
    Row("small letters", one("RedBot", "disallow: /x/"), "redbot", ("/X/y",), ("/x/y",)),
    Row("capitals", one("RedBot", "disallow: /X/"), "redbot", ("/x/y",), ("/X/y",)),
    Row("the longer disallow", one("RedBot", "disallow: /x/page.html", "allow: /x/"), "redbot", ("/x/",), ("/x/page.html",)),
    Row("the longer allow", one("RedBot", "allow: /x/page.html", "disallow: /x/"), "redbot", ("/x/page.html",), ("/x/",)),
    Row("both empty", one("RedBot", "disallow: ", "allow: "), "redbot", ("/x/page.html",)),
    Row("both the same", one("RedBot", "disallow: /", "allow: /"), "redbot", ("/x/page.html",)),
    Row("a slash more", one("RedBot", "disallow: /x", "allow: /x/"), "redbot", ("/x/",), ("/x",)),
    Row("the same page twice", one("RedBot", "disallow: /x/page.html", "allow: /x/page.html"), "redbot", ("/x/page.html",)),
    Row("a star counts as a letter", one("RedBot", "allow: /page", "disallow: /*.html"), "redbot", ("/page",), ("/page.html",)),
    Row("a longer beginning beats a star", one("RedBot", "allow: /x/page.", "disallow: /*.html"), "redbot", ("/x/page.html",), ("/x/y.html",)),
    Row("order means nothing", one("RedBot", "disallow: /", "allow: /p"), "redbot", ("/page",), ("/other",)),
    Row("the least strict of equals", one("RedBot", "allow: /folder", "disallow: /folder"), "redbot", ("/folder/page",)),
    Row("four letters against five", one("RedBot", "allow: /page", "disallow: /*.htm"), "redbot", ("/page",), ("/page.htm",)),
    Row("only the first page", one("RedBot", "allow: /$", "disallow: /"), "redbot", ("/",), ("/page.html",)),
    Row("a path without its slash", one("RedBot", "disallow: private"), "redbot", ("/a",)),
    # encoding
    Row("a query is a part of the path", one("RedBot", "disallow: /", f"allow: {QUERY}"), "redbot", (QUERY,), ("/shop", "/shop?kind=coffee")),
    Row("a letter of three octets", one("RedBot", "disallow: /", "allow: /a/ツ"), "redbot", ("/a/%E3%83%84",), ("/a/b",)),
    Row("the same letter, encoded", one("RedBot", "disallow: /", "allow: /a/%E3%83%84"), "redbot", ("/a/%E3%83%84",), ("/a/b",)),
    Row("small hexadecimal digits", one("RedBot", "disallow: /", "allow: /a/%e3%83%84"), "redbot", ("/a/%E3%83%84",)),
    Row("encoded without need (RFC 9309, 2.2.2)", one("RedBot", "disallow: /", "allow: /a/%62%61%7A"), "redbot", ("/a/baz", "/a/%62%61%7A")),
    Row("an encoded star is no star", one("RedBot", "disallow: /a/%2A"), "redbot", ("/a/b",), ("/a/%2A",)),
    Row("an encoded slash is no slash", one("RedBot", "disallow: /a%2Fb"), "redbot", ("/a/b",), ("/a%2Fb",)),
    # special characters
    Row("a star in the middle", one("RedBot", "disallow: /foo/bar/quz", "allow: /foo/*/qux"), "redbot",
        ("/foo/quz", "/foo//quz", "/foo/bax/quz"), ("/foo/bar/quz",)),
    Row("the end of a path", one("RedBot", "disallow: /foo/bar$", "allow: /foo/bar/qux"), "redbot",
        ("/foo/bar/qux", "/foo/bar/", "/foo/bar/baz"), ("/foo/bar",)),
    Row("a comment in a rule", one("RedBot", "# disallow: /", "disallow: /foo/quz#qux", "allow: /"), "redbot", ("/foo/bar",), ("/foo/quz",)),
    Row("a dollar in the middle", one("RedBot", "disallow: /a$b"), "redbot", ("/a", "/ab"), ("/a$b",)),
    Row("two stars", one("RedBot", "disallow: /**x"), "redbot", ("/a",), ("/x", "/a/x")),
    Row("stars that backtrack", one("RedBot", "disallow: /*a*a*a*a*a*a*a*a*b$"), "redbot", ("/" + "a" * 400,), ("/aaaaaaaab",)),
    Row("a star at the end", one("RedBot", "disallow: /", "allow: /fish*"), "redbot",
        ("/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fishheads/yummy.html", "/fish.html?id=1"),
        ("/bar", "/Fish.asp", "/catfish", "/?id=fish")),
    # beginnings
    Row("/fish", one("RedBot", "disallow: /", "allow: /fish"), "redbot",
        ("/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fishheads/yummy.html", "/fish.html?id=1"),
        ("/bar", "/Fish.asp", "/catfish", "/?id=fish")),
    Row("/fish/", one("RedBot", "disallow: /", "allow: /fish/"), "redbot",
        ("/fish/", "/fish/salmon", "/fish/?salmon", "/fish/salmon.html", "/fish/?id=1"),
        ("/bar", "/fish", "/fish.html", "/Fish/Salmon.html")),
    Row("/*.php", one("RedBot", "disallow: /", "allow: /*.php"), "redbot",
        ("/a.php", "/folder/a.php", "/folder/a.php?x", "//folder/any.php.file.html", "/a.php/", "/index?f=a.php/"),
        ("/bar", "/php/", "/index?php", "/windows.PHP")),
    Row("/*.php$", one("RedBot", "disallow: /", "allow: /*.php$"), "redbot",
        ("/a.php", "/folder/a.php"),
        ("/bar", "/a.php?x", "/a.php/", "/a.php5", "/php/", "/a?php", "/aaaphpaaa", "//windows.PHP")),
    Row("/fish*.php", one("RedBot", "disallow: /", "allow: /fish*.php"), "redbot",
        ("/fish.php", "/fishheads/catfish.php?x"), ("/bar", "/Fish.PHP")),
    Row("a folder's index page", "User-Agent: *\nAllow: /slash/index.html\nDisallow: /\n", "redbot",
        ("/slash/", "/slash/index.html"), ("/slash/index.htm", "/other")),
    # long lines, byte order marks
    Row("a long disallow is cut, and closes more", one("RedBot", f"disallow: {LONG}/qux"), "redbot", ("/fux",), (f"{LONG}/fux",)),
    Row("a long allow is cut, and opens more", one("RedBot", "disallow: /", f"allow: {LONG}/qux"), "redbot", (f"{LONG}/qux", f"{LONG}/fux"), ("/",)),
    Row("a byte order mark", "\ufeff" + one("RedBot", "allow: /a", "disallow: /"), "redbot", ("/a",), ("/b",)),
    Row("half a byte order mark", "\ufffd" + one("RedBot", "allow: /a") + one("*", "disallow: /"), "redbot", (), ("/a",)),
    Row("a byte order mark in the middle", one("RedBot", "allow: /a") + "\ufeff" + one("*", "disallow: /"), "redbot", ("/a",), ()),
    Row("a page of HTML", "<!doctype html><html><body>Disallow: everything</body></html>", "redbot", ("/", "/a")),
    Row("bytes that are no text", "\ufffd\ufffd\x00\x01user-agent\x00: *\ndisallow: /\n", "redbot", ("/a",)),
]  # fmt: skip
