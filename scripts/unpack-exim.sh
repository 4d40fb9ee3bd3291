#!/usr/bin/env bash
# Exim for the peer tests, unpacked beside the project: Debian lets only one mail server be installed, and that is
# Postfix here. Nothing of it is configured or started. Wants root: Exim asks for the user that its package makes.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
id Debian-exim >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin Debian-exim
# The user of apt's own downloads must be able to write there.
chmod 777 "$folder"
(cd "$folder" && apt-get download exim4-daemon-light)
dpkg -x "$folder"/exim4-daemon-light_*.deb test/peers/.programs
