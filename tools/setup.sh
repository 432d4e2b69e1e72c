#!/bin/sh
# Set up ./.venv and the system libraries that it needs. Quick, and silent, when all is there.
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
venv=.venv
stamp=$venv/.tma-setup

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# -- system packages ------------------------------------------------------------------------

emoji_font=/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
libraries=$( (ldconfig -p || /sbin/ldconfig -p) 2>/dev/null || true)

has_library() {
    case $libraries in
        *"$1"*) return 0 ;;
    esac
    return 1
}

has_emoji_font() {
    [ -e "$emoji_font" ] || fc-list 2>/dev/null | grep -q NotoColorEmoji
}

apt_install() { # as root, or through sudo where that asks for no password
    if [ "$(id -u)" = 0 ]; then
        root=
    elif sudo -n true 2>/dev/null; then
        root="sudo -n"
    else
        return 1
    fi
    command -v apt-get >/dev/null || return 1
    say "apt-get install $*"
    $root apt-get update -qq >&2 || say "apt-get update failed, trying to install all the same"
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "$@" >&2
}

missing=
has_library libEGL.so.1 || missing="$missing libegl1"   # 3D pictures
has_library libGL.so.1 || missing="$missing libgl1"     # 3D pictures
has_emoji_font || missing="$missing fonts-noto-color-emoji" # contrib/tma-emoji and its tests
command -v chromium >/dev/null || missing="$missing chromium fonts-dejavu-core" # tests of pages
has_library libatomic.so.1 || missing="$missing libatomic1" # the Node.js of Playwright, which drives it

# -- is there anything to do? ---------------------------------------------------------------

wanted=$(cat pyproject.toml constraints.txt tools/setup.sh | sha256sum | cut -d ' ' -f 1)
wanted="$wanted $(pwd)"
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && [ -x "$venv/bin/python" ]; then
    [ -z "$missing" ] && exit 0
fi

command -v "$python" >/dev/null || fail "no $python here: install Python 3.11 or newer"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old: set PYTHON to a Python 3.11 or newer"
# Debian's python3 comes without the part of venv that brings pip
"$python" -c 'import ensurepip' 2>/dev/null || missing=" python3-venv$missing"

if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # a list of names
    apt_install $missing ||
        say "can't install system packages from here. Run: sudo apt-get install -y$missing"
fi
"$python" -c 'import ensurepip' 2>/dev/null ||
    fail "$python has no ensurepip: install its venv package (Debian: python3-venv), then try again"
[ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && [ -x "$venv/bin/python" ] && exit 0

# -- Python packages ------------------------------------------------------------------------

"$venv/bin/python" -c 'import pip' 2>/dev/null || {
    rm -rf "$venv"
    "$python" -m venv "$venv"
}
say "installing Python packages into $venv: some minutes the first time; 1.5 GB, or 5 where pip brings CUDA along"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --use-pep517 \
    -c constraints.txt -e '.[all,dev]'
"$venv/bin/python" -m pip check >&2
printf '%s\n' "$wanted" >"$stamp"
say "done"
