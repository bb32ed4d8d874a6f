#!/bin/busybox sh
# Tools that read and write: content, places, appending.
i=0
while [ $i -lt 300 ]; do echo "line $i $((i * i % 97))"; i=$((i + 1)); done > text
wc text
head -n 3 text
tail -n 3 text
tail -c 20 text
sort -k3n text | uniq -c -f2 | head -n 4
grep -c '7$' text
sed -n '100,102p;200s/line/LINE/p' text
awk '{ s += $3 } END { print s, NR }' text
cut -d' ' -f2 text | tr '0-9' 'a-j' | tail -n 2
tee copy < text | md5sum
cmp text copy && echo equal
echo more >> copy
cmp text copy 2>&1
diff text copy
sha256sum text copy
od -c text | head -n 2
dd if=text of=part bs=10 skip=3 count=2 2>/dev/null
cat part; echo
dd if=part of=text bs=1 seek=5 conv=notrunc 2>/dev/null
head -n 2 text
split -l 100 text piece-
cat piece-aa piece-ab piece-ac | cmp - text && echo whole
sed -i 's/line/LINE/' piece-aa
head -n 1 piece-aa
truncate -s 7 part
cat part; echo
: > part
test -s part || echo empty
xargs -n 3 echo < piece-ac | tail -n 1
cat text > text 2>&1
wc -c < text
