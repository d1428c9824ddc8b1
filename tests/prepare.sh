#!/bin/sh
# Installs the three programs that some tests drive, where this may be done: as root, on Debian.
# Elsewhere those tests are skipped and say so.
set -eu
missing=
[ -x /usr/bin/chromium ] || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v oai_pmh >/dev/null || missing="$missing libhttp-oai-perl"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
else
    echo "not installed, and not root on Debian:$missing; the tests that need them are skipped"
fi
