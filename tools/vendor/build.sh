#!/bin/sh
# Makes the scripts of others anew: fetches the named versions, keeps what our pages use, in one file each.
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/three.js" "$work/three-entry.js"
cd "$work"
npm init -y >/dev/null
npm install --silent --no-save three@0.187.0 esbuild@0.28.2
npx esbuild three-entry.js --bundle --minify --format=esm --legal-comments=none --outfile=three.min.js
{
    echo "/* three.js 0.187.0, copyright 2010-2026 three.js authors, MIT licence: see docs/vendored.md */"
    cat three.min.js
} > "$here/../../src/makeline/parts/pages/assets/three.js"
sha256sum "$here/../../src/makeline/parts/pages/assets/three.js"
