#!/usr/bin/env bash
# Makes ../Assets/portal.css of portal.scss and govuk-frontend. Only needed after a change of portal.scss; needs Node and npm.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm init -y >/dev/null && npm install --no-audit --no-fund --ignore-scripts govuk-frontend@6.6.0 sass@1.108.2 >/dev/null)
"$work/node_modules/.bin/sass" --style=compressed --no-source-map --quiet-deps --load-path="$work/node_modules" \
    "$here/portal.scss" "$here/../Assets/portal.css"
printf '%s bytes\n' "$(wc -c <"$here/../Assets/portal.css")"
