#!/usr/bin/env bash
# Prove the README where nothing is known of us: a newcomer with an empty home, the system's PATH and a clone in a folder
# with a space and Hangul in its name; then the same without a network; then with the checkout read-only.
#
#     tests/fresh.sh [make arguments, such as PYTHON=python3.12]
#
# Linux only. Run by root, the newcomer is a user of its own; else it is you, with another home. pip's own settings
# (PIP_…), TORCH_INDEX and proxies are passed on. Commits count, uncommitted changes do not.
set -euo pipefail
kit=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
home="$scratch/home" checkout="$scratch/새 폴더/gradient compare" elsewhere="$scratch/다른 곳"

newcomer=(env -i HOME="$home" USER=newcomer LOGNAME=newcomer LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin)
while IFS= read -r setting; do newcomer+=("$setting"); done < <(env | grep -E '^(PIP_[A-Z_]+|TORCH_INDEX|[a-z]+_proxy)=')
offline=(unshare --net --map-root-user)
if [ "$(id -u)" = 0 ]; then  # known to the system by a list of users that only the newcomer's own processes see
    { cat /etc/passwd; echo "newcomer:x:54321:54321::$home:/bin/sh"; } > "$scratch/passwd"
    newcomer=(unshare --mount sh -c 'mount --bind "$0" /etc/passwd && exec "$@"' "$scratch/passwd" "${newcomer[@]}"
        setpriv --reuid=54321 --regid=54321 --clear-groups --inh-caps=-all)
    offline=(unshare --net)
fi
loopback='import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP: a laptop keeps it'

step() { printf '\n== %s\n' "$1"; }

step 'a fresh clone'
umask 022
mkdir -p "$home" "${checkout%/*}" "$elsewhere"
git clone --quiet "$kit" "$checkout"
chmod 755 "$scratch"
[ "$(id -u)" != 0 ] || chown -R 54321:54321 "$home" "${checkout%/*}" "$elsewhere"
cd "$checkout"
"${newcomer[@]}" make compare "$@"
"${newcomer[@]}" make test "$@"

step 'without a network'
"${offline[@]}" sh -c 'python3 -c "$0" && exec "$@"' "$loopback" "${newcomer[@]}" make compare "$@"
"${offline[@]}" sh -c 'python3 -c "$0" && exec "$@"' "$loopback" "${newcomer[@]}" make test "$@"

step 'read-only, build elsewhere'
chmod -R a-w "$checkout"
"${newcomer[@]}" make compare BUILD="$elsewhere" "$@"
"${newcomer[@]}" make test BUILD="$elsewhere" "$@"
if "${newcomer[@]}" touch "$checkout/written" 2> /dev/null; then echo 'the checkout was not read-only' >&2; exit 1; fi
