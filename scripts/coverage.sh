#!/bin/sh
# Coverage of the tests that just ran: htmlcov/, coverage.xml, and the bar for the code that decides.
set -eu
cd "$(dirname "$0")/.."
coverage=.venv/bin/coverage
# What ran in processes of their own (the commands, the workers, the decoding children) is not counted:
# measuring it would double the time of the tests that start them.
"$coverage" combine --quiet --append >/dev/null 2>&1 || true
"$coverage" html --quiet
"$coverage" xml --quiet
decides='src/pixcrawler/domain/*,src/pixcrawler/application/*,src/pixcrawler/adapters/*'
total=$("$coverage" report --format=total --include="$decides") || true
echo "Coverage of domain, application and adapters: $total % (80 needed). Line by line: htmlcov/index.html, coverage.xml"
"$coverage" report --fail-under=80 --include="$decides" >/dev/null
