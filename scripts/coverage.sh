#!/bin/sh
# Coverage of the tests that just ran: htmlcov/, coverage.xml, and the bar for the code that decides.
set -eu
cd "$(dirname "$0")/.."
coverage=.venv/bin/coverage
# What ran in processes of their own (the commands, the workers, the decoding children) is not counted.
"$coverage" combine --quiet
"$coverage" html --quiet &
html=$!
"$coverage" xml --quiet &
xml=$!
decides='src/pixcrawler/domain/*,src/pixcrawler/application/*,src/pixcrawler/adapters/*'
total=$("$coverage" report --format=total --include="$decides") || true
wait "$html"
wait "$xml"
echo "Coverage of domain, application and adapters: $total % (80 needed). Line by line: htmlcov/index.html, coverage.xml"
[ "$total" -ge 80 ]
