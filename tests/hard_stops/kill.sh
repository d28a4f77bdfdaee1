#!/usr/bin/env bash
# kill.sh SCRATCH KILLS TRAINEE
# Trains with a checkpoint after every step and kills the process by SIGKILL at random moments, so many times; a training that comes to its end must have
# the bits of one that was never stopped, and another one begins. Nothing may be left lying about.
set -euo pipefail

scratch=$1
kills=$2
trainee=$3
rm -rf "$scratch"
mkdir -p "$scratch"
file=$scratch/run.checkpoint
trap '[[ -z ${running:-} ]] || kill -9 "$running" 2>/dev/null || true' EXIT
RANDOM=${SEED:-1}

fail() {
    echo "kill.sh: $*" >&2
    tail -n 5 "$scratch/log" >&2 || true
    exit 1
}

straight=$("$trainee")
started=$(date +%s%N)
"$trainee" --checkpoint "$file" >/dev/null
rm "$file" "$file.previous"
length=$((($(date +%s%N) - started) / 1000000)) # ms
killed=0 finished=0 resumed=0
while ((killed < kills)); do
    "$trainee" --checkpoint "$file" --threads $((RANDOM % 4 + 1)) >"$scratch/out" 2>"$scratch/log" &
    running=$!
    sleep "$(printf '%d.%03d' $((length * (RANDOM % 100) / 100000)) $((length * (RANDOM % 100) / 100 % 1000)))"
    if kill -9 "$running" 2>/dev/null; then
        killed=$((killed + 1))
    fi
    status=0
    wait "$running" 2>/dev/null || status=$?
    running=
    grep -q 'went on from' "$scratch/log" && resumed=$((resumed + 1))
    if ((status == 0)); then
        finished=$((finished + 1))
        [[ $(cat "$scratch/out") == "$straight" ]] || fail "other bits: expected $straight, found $(cat "$scratch/out")"
        rm -f "$file" "$file.previous"
    elif ((status != 137)); then
        fail "status $status"
    fi
done
[[ $("$trainee" --checkpoint "$file" 2>"$scratch/log") == "$straight" ]] || fail "other bits in the last run"
[[ $(find "$scratch" -type f | wc -l) == 4 ]] || fail "left lying: $(ls "$scratch")"
echo "killed $killed times, went on $resumed times, came to the end $((finished + 1)) times, always with the bits of a straight run"
