#!/usr/bin/env bash
# Runs the commands of the README in a bare Debian. See --help.
set -euo pipefail

usage() {
    cat <<'TEXT'
bash tests/bare_debian.sh [--mirror URL] [--suite NAME] [--keep] [COMMAND]...

Makes a bare Debian (debootstrap --variant=minbase: no compiler, no cmake, no sudo) in a temporary folder, puts a fresh clone of
the last commit into it, and runs each COMMAND in that clone by chroot, as root. Needs root and debootstrap.

  --mirror URL   default http://deb.debian.org/debian
  --suite NAME   default bookworm (Debian 12)
  --keep         leave the folder behind and say where it is
  COMMAND        default: "bash examples/run.sh" and "bash tests/run.sh"

The folder is made under $TMPDIR (default /tmp) and needs about 4 GB. Nothing of the machine is visible inside but /proc.
TEXT
}

mirror=http://deb.debian.org/debian
suite=bookworm
keep=
commands=()
while (($#)); do
    case $1 in
    -h | --help) usage; exit 0 ;;
    --mirror) mirror=${2:?--mirror needs a URL}; shift ;;
    --suite) suite=${2:?--suite needs a name}; shift ;;
    --keep) keep=yes ;;
    *) commands+=("$1") ;;
    esac
    shift
done
((${#commands[@]})) || commands=("bash examples/run.sh" "bash tests/run.sh")

[[ $(id -u) -eq 0 ]] || { echo "bare_debian: needs root, for debootstrap and chroot" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "bare_debian: needs debootstrap: apt-get install debootstrap" >&2; exit 1; }

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bare=$(mktemp -d "${TMPDIR:-/tmp}/rcim_bare.XXXXXX")
chmod 755 "$bare"
cleanup() {
    status=$?
    if mountpoint -q "$bare/proc"; then
        umount "$bare/proc" || umount -l "$bare/proc"
    fi
    if [[ $keep ]]; then
        echo "==> kept: $bare"
    elif mountpoint -q "$bare/proc"; then
        echo "bare_debian: $bare/proc is still mounted; not removing $bare" >&2
    else
        rm -rf --one-file-system "$bare"
    fi
    exit $status
}
trap cleanup EXIT

echo "==> debootstrap $suite into $bare"
if ! debootstrap --variant=minbase "$suite" "$bare" "$mirror" >"$bare.log" 2>&1; then
    tail -n 20 "$bare.log"
    exit 1
fi
rm -f "$bare.log"
git clone -q --no-hardlinks --single-branch "file://$root" "$bare/root/rcim"
mount -t proc proc "$bare/proc"

inside() { chroot "$bare" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 bash -c "cd /root/rcim && $1"; }
echo "==> bare: $(inside '. /etc/os-release; echo "$PRETTY_NAME, $(dpkg-query -W | wc -l) packages"')"
for program in g++ clang++ cmake ninja sudo gnuplot git; do
    if inside "command -v $program" >/dev/null; then
        echo "bare_debian: not bare, has $program" >&2
        exit 1
    fi
done

failed=0
times=()
for command in "${commands[@]}"; do
    echo "==> $command"
    started=$SECONDS
    status=0
    inside "$command" || status=$?
    times+=("$(printf 'status %d after %4d s: %s' "$status" "$((SECONDS - started))" "$command")")
    ((status == 0)) || failed=1
done
echo
echo "==> in a bare $suite, commit $(git -C "$root" rev-parse --short HEAD), apt included"
printf '%s\n' "${times[@]}"
exit $failed
