#!/bin/sh
# Prints the first Python of the machine that is new enough, or says what it found and what to do.
set -u

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

# An explicit choice (make run PYTHON=...) is taken or refused, never replaced by another.
if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3.12 python3.11 python3 python3.13 python3.14 python; fi

found=""
for candidate in "$@"; do
  # A version manager's stub exists on PATH and still fails to run, so each candidate is run, not looked up.
  version=$("$candidate" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
  if "$candidate" -c "$new_enough" 2>/dev/null; then
    echo "$candidate"
    exit 0
  fi
  found="$found $candidate is $version;"
done

{
  echo "Parley needs Python 3.11 or newer; found:${found:- none that runs (looked for $*)}"
  echo "Install Python 3.12 (Debian and Ubuntu: apt-get install python3 python3-venv; macOS: brew install python@3.12),"
  echo "or name one that you have: make run PYTHON=/path/to/python3.12"
} >&2
exit 1
