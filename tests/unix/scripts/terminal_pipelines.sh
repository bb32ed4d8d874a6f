#!/bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
# Pipelines of ten stages, background jobs, and what becomes of those whose readers or writers end.
seq 1 200 | sort -r | tac | grep -v 7 | sed 's/^/n/' | tr n N | awk '{ print $1, length($1) }' | cut -d' ' -f1 | tail -n 5 | wc -l
echo "pipeline: $?"
yes | head -n 3
echo "yes: $?"
seq 1 100000 | head -n 1
true | false
echo "last: $?"
(echo one; sleep 0.01; echo two) | while read -r word; do echo "<$word>"; done
echo data | tee copy | md5sum
cat copy | cat | cat | cat | cat | cat | cat | cat | cat | cat
head -c 300000 /dev/zero | tr '\0' x | gzip | gunzip | wc -c
mkfifo fifo
cat fifo > from_fifo &
echo "through it" > fifo
wait $!
cat from_fifo
for i in 1 2 3 4 5; do (sleep 0.$i; echo "job $i") & done
wait
sleep 100 &
kill $!
wait $! 2> /dev/null	# whether the shell has noticed before is a matter of time
echo "killed: $?"
{ echo out; echo err >&2; } 2>&1 | sort
cat <<end | tr a-z A-Z
a here document
end
exec 3>&1
(echo to three >&3) | cat > /dev/null
cat < /dev/null | wc -c
trap 'echo term' TERM
kill -TERM $$
echo "goes on"
trap - TERM
kill -TERM $$
echo "not reached"
