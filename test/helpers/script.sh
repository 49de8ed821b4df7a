#!/bin/sh
# What people's pipelines do, in a work tree of its own of the same clone: script.sh NAME COUNT
set -eu
i=0
while [ "$i" -lt "$2" ]; do
  git fetch -q origin 2>/dev/null || continue
  git reset -q --hard origin/main
  mkdir -p theirs
  echo "n: $i" >"theirs/$1-$i.yaml"
  git add theirs
  git commit -q -m "$1 $i"
  if git push -q origin HEAD:main 2>/dev/null; then i=$((i + 1)); fi
done
