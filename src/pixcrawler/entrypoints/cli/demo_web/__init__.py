"""The web that `pixcrawler demo` crawls: made at run time, on this machine, with no internet."""

from pixcrawler.entrypoints.cli.demo_web.server import DEMO_KEYWORDS, DemoWeb, demo_web

__all__ = ["DEMO_KEYWORDS", "DemoWeb", "demo_web"]
