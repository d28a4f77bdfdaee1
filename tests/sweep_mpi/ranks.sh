#!/usr/bin/env bash
# ranks.sh SCRATCH PROGRAM MPIRUN...
# Points that wait take as long however busy the processors are: two ranks take them off in little more than half the time of one. Any number of
# ranks and threads gives the same rows.
set -euo pipefail

scratch=$1
program=$2
shift 2
rm -rf "$scratch"
mkdir -p "$scratch"

# Rows without what differs between runs, sorted.
rows_of() { sed 's/,"seconds":.*//' "$1" | sort; }
declare -A took
for ranks in 1 2 4; do
    file=$scratch/rows$ranks.jsonl
    took[$ranks]=$("$@" "$ranks" "$program" --milliseconds 120 --results "$file" | sed -n 's/^milliseconds //p')
    (($(wc -l <"$file") == 48)) || { echo "ranks.sh: expected 48 rows of $ranks ranks, found $(wc -l <"$file")" >&2; exit 1; }
    diff <(rows_of "$scratch/rows1.jsonl") <(rows_of "$file")
done
echo "1 rank ${took[1]} ms, 2 ranks ${took[2]} ms, 4 ranks ${took[4]} ms"
((took[1] * 10 >= took[2] * 17)) || { echo "ranks.sh: expected two ranks 1.7 times as fast as one" >&2; exit 1; }

"$@" 2 "$program" --milliseconds 1 --threads 3 --results "$scratch/threads.jsonl" >/dev/null
diff <(rows_of "$scratch/rows1.jsonl") <(rows_of "$scratch/threads.jsonl")

# A rank whose points fail for a reason of their own leaves rows; one that cannot store rows ends all.
"$@" 2 "$program" --milliseconds 1 --throws --results "$scratch/failed.jsonl" >/dev/null
(($(grep -c '"error":"' "$scratch/failed.jsonl") == 12))
if "$@" 2 "$program" --milliseconds 1 --results "$scratch/no/folder/rows.jsonl" >/dev/null 2>"$scratch/refused"; then
    echo "ranks.sh: expected a folder that is not there to be refused" >&2
    exit 1
fi
grep -q "expected a file to append to" "$scratch/refused"
if "$@" 2 "$program" --milliseconds 1 --other --results "$scratch/other.jsonl" >/dev/null 2>"$scratch/refused"; then
    echo "ranks.sh: expected ranks with other points to be refused" >&2
    exit 1
fi
grep -q "expected the same points on every rank" "$scratch/refused"
