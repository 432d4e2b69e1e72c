#!/bin/sh
# Run benchmarks/: are tasks right, do they give themselves away, how fast are they made?
# N says how many tasks to judge (10,000) and half of it how many to fit guessers on and score.
set -eu
cd "$(dirname "$0")/.."

annotations=${TMA_V1_ANNOTATIONS:-../shared/data/tma-v1-annotations}
[ -f "$annotations/taxonomy.json" ] || {
    echo "bench: no published annotations in $annotations: set TMA_V1_ANNOTATIONS" >&2
    exit 2
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
n=${N:-10000}
bin=.venv/bin

make_tasks() { # seed, how many, folder
    "$bin/tma" generate --assets "objaverse?root=$annotations" --tasks 'grid2d/*' --no-media \
        --seed "$1" -n "$2" --out "$scratch/$3" >/dev/null
}

make_tasks 1 "$n" judged
"$bin/python" benchmarks/soundness.py "$scratch/judged" --annotations "$annotations"
make_tasks 2 $((n / 2)) fitted
make_tasks 3 $((n / 2)) scored
"$bin/python" benchmarks/guesser.py "$scratch/fitted" "$scratch/scored" -n $((n / 2))
"$bin/python" benchmarks/grid2d.py --annotations "$annotations"
"$bin/python" benchmarks/graphs.py --pictures $((n > 10696 ? 10696 : n))
