# SPDX-License-Identifier: BSD-2-Clause
# A tree of files made, searched, packed, unpacked, compared and removed: some 80 processes.
set -e
b=/busybox
cd /tmp
$b rm -rf tree copy tree.tar
$b mkdir -p tree
for d in a b c d e; do
	$b mkdir -p tree/$d/deep
	for f in 1 2 3 4 5 6; do
		i=0
		while [ $i -lt 20 ]; do
			echo "line $i of file $f in folder $d"
			i=$((i + 1))
		done > tree/$d/deep/$f
	done
	$b sort -r tree/$d/deep/1 > tree/$d/sorted
	$b grep -c "1[0-9]" tree/$d/deep/2 > tree/$d/counted
	$b sed "s/line/LINE/" tree/$d/deep/3 > tree/$d/changed
	$b awk '{ n += NF } END { print n }' tree/$d/deep/4 > tree/$d/words
	$b wc -l tree/$d/deep/5 | $b cut -d " " -f 1 > tree/$d/lines
done
$b find tree -type f | $b sort > list
$b tar cf tree.tar tree
$b mkdir -p copy
$b tar xf tree.tar -C copy
$b diff -r tree copy/tree
$b find copy -type f -exec $b md5sum {} + > sums
$b md5sum -c sums > checked
$b rm -rf tree copy tree.tar list sums checked
