#!/usr/bin/env bash
# full_disk.sh SCRATCH TRAINEE
# A disk that is full and a folder that cannot be written: the training ends with the cause in words, the checkpoint that was there stays, and
# with room again it goes on to the bits of a straight run. The full disk is a small file system if one can be mounted, and a limit on the size of files.
set -euo pipefail

scratch=$1
trainee=$2
[[ ! -d $scratch/disk ]] || umount "$scratch/disk" 2>/dev/null || true
rm -rf "$scratch"
mkdir -p "$scratch/disk"
trap 'umount "$scratch/disk" 2>/dev/null || true' EXIT

fail() {
    echo "full_disk.sh: $*" >&2
    tail -n 5 "$scratch/log" >&2 || true
    exit 1
}
straight=$("$trainee")

# ends_with WORDS COMMAND...
ends_with() {
    local words=$1 status=0
    shift
    "$@" >"$scratch/out" 2>"$scratch/log" || status=$?
    ((status == 1)) || fail "status $status, expected 1 and: $words"
    grep -q "$words" "$scratch/log" || fail "expected: $words"
}
goes_on() {
    [[ $("$trainee" --checkpoint "$1" 2>"$scratch/log") == "$straight" ]] || fail "other bits than a straight run"
}
# half FILE: a training that was stopped in the middle of its way.
half() {
    "$trainee" --checkpoint "$1" >/dev/null 2>"$scratch/log" &
    local running=$!
    while [[ ! -e $1.previous ]] && kill -0 "$running" 2>/dev/null; do sleep 0.01; done
    kill -9 "$running" 2>/dev/null || true
    wait "$running" 2>/dev/null || true
    [[ -e $1 ]] || fail "no checkpoint"
}

# A limit on the size of files, which stops in the middle of a write.
limited() { (trap '' XFSZ && ulimit -f 8 && exec "$trainee" --checkpoint "$1"); }
half "$scratch/limit"
cp "$scratch/limit" "$scratch/before"
ends_with 'write_file: .*limit: expected room for all bytes ([0-9]* bytes), found File too large' limited "$scratch/limit"
cmp -s "$scratch/limit" "$scratch/before" || fail "the checkpoint has changed"
goes_on "$scratch/limit"
tried="a limit on the size of files"

if mount -t tmpfs -o size=1m rcim "$scratch/disk" 2>/dev/null; then
    half "$scratch/disk/a"
    # Neither the one before the last nor what a killed run left leave room when they are dropped.
    ln -f "$scratch/disk/a" "$scratch/disk/a.previous"
    find "$scratch/disk" -type f ! -name a ! -name a.previous -delete
    dd if=/dev/zero of="$scratch/disk/filler" bs=4k >/dev/null 2>&1 || true
    ends_with 'write_file: .*a: expected room for all bytes ([0-9]* bytes), found No space left on device' "$trainee" --checkpoint "$scratch/disk/a"
    rm "$scratch/disk/filler"
    half "$scratch/disk/b"
    mount -o remount,ro "$scratch/disk"
    ends_with 'found Read-only file system' "$trainee" --checkpoint "$scratch/disk/b"
    mount -o remount,rw "$scratch/disk"
    goes_on "$scratch/disk/a"
    goes_on "$scratch/disk/b"
    tried+=", a full disk, a read-only file system"
fi
if [[ $(id -u) -ne 0 ]]; then
    mkdir "$scratch/folder"
    half "$scratch/folder/a"
    chmod a-w "$scratch/folder"
    ends_with 'found Permission denied' "$trainee" --checkpoint "$scratch/folder/a"
    chmod u+w "$scratch/folder"
    goes_on "$scratch/folder/a"
    tried+=", a folder without permission"
fi
echo "nothing lost with $tried"
