"""A list of URLs with icrawler's own downloader; runs in icrawler's environment, not in ours.

python icrawler_run.py URLS FOLDER THREADS
"""

import logging
import sys
from pathlib import Path

from icrawler.builtin import UrlListCrawler  # type: ignore[import-not-found]


def main() -> None:
    urls, folder, threads = sys.argv[1:]
    count = len(Path(urls).read_text().splitlines())
    crawler = UrlListCrawler(
        downloader_threads=int(threads), storage={"root_dir": folder}, log_level=logging.CRITICAL
    )
    crawler.crawl(urls, max_num=count)


if __name__ == "__main__":
    main()
