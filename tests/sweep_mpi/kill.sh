#!/usr/bin/env bash
# kill.sh SCRATCH POINTS COMMAND...
# The command, given --results FILE, runs a sweep of so many points. It is killed twice by SIGKILL (of an mpirun, one rank), the last line of its
# file is cut, and it is started again: nothing that was finished is lost or run twice, and all points are there in the end.
set -euo pipefail

scratch=$1
points=$2
shift 2
rm -rf "$scratch"
mkdir -p "$scratch"
rows=$scratch/rows.jsonl
touch "$rows"

# Whatever happens, nothing goes on running.
trap '[[ -z ${running:-} ]] || kill -9 "$running" 2>/dev/null || true' EXIT

fail() {
    echo "kill.sh: $*" >&2
    tail -n 20 "$scratch"/log* >&2
    exit 1
}
# Complete rows, in the file and beside it.
finished() { cat "$rows" "$rows".rank* 2>/dev/null | grep '"version":"[^"]*"}$' || true; }

for round in 1 2; do
    before=$(finished | wc -l)
    "$@" --results "$rows" >"$scratch/log$round" 2>&1 &
    running=$!
    while (($(finished | wc -l) < before + 4)); do
        kill -0 "$running" 2>/dev/null || fail "it ended with $(finished | wc -l) rows, before it could be killed"
        sleep 0.02
    done
    children=()
    read -r -a children <"/proc/$running/task/$running/children" || true
    victim=$running
    ((${#children[@]} == 0)) || victim=${children[-1]} # the last rank
    kill -9 "$victim"
    status=0
    wait "$running" || status=$?
    ((status)) || fail "killed, it ended well"
    finished | sort >"$scratch/finished$round"
    (($(wc -l <"$scratch/finished$round") < points)) || fail "all rows were there before it was killed"
    printf '%s' "$(head -n 1 "$scratch/finished$round" | head -c 70)" >>"$rows"
done

"$@" --results "$rows" >"$scratch/log3" 2>&1 || fail "started again, it failed"
sort "$rows" >"$scratch/all"
(($(wc -l <"$scratch/all") == points)) || fail "expected $points rows, found $(wc -l <"$scratch/all")"
(($(sed 's/,"\(results\|error\)":.*//' "$scratch/all" | sort -u | wc -l) == points)) || fail "a point was run twice"
for round in 1 2; do
    lost=$(comm -23 "$scratch/finished$round" "$scratch/all" | wc -l)
    ((lost == 0)) || fail "$lost rows that were finished in round $round are lost"
done
compgen -G "$rows.rank*" >/dev/null && fail "rows of ranks lie beside the file"
echo "killed with $(wc -l <"$scratch/finished1") and $(wc -l <"$scratch/finished2") rows, $points in the end"
