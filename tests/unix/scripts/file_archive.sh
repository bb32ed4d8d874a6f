#!/bin/busybox sh
# Archives: what goes in comes out.
mkdir -p tree/sub
echo one > tree/one
echo two > tree/sub/two
ln -s one tree/link
chmod 750 tree/sub
chmod 600 tree/one
i=0
while [ $i -lt 2000 ]; do echo "$i some text that compresses"; i=$((i + 1)); done > tree/large
touch -d '2021-06-07 08:09:10' tree/one tree/large tree/sub/two
tar cf a.tar tree
tar tf a.tar | sort
mkdir out
tar xf a.tar -C out
diff -r tree out/tree && echo tar
stat -c '%a %Y %n' out/tree/one out/tree/sub out/tree/large | sed 's/ [0-9]* out.tree.sub/ out\/tree\/sub/'
gzip -c tree/large > large.gz
gunzip -c large.gz | cmp - tree/large && echo gzip
find tree | sort | cpio -o -H newc > a.cpio 2>/dev/null
mkdir in
(cd in && cpio -id < ../a.cpio 2>/dev/null)
diff -r tree in/tree && echo cpio
tar czf a.tgz -C tree .
tar tzf a.tgz | sort
gunzip -c a.tar 2>&1 | head -c 100
rm -r a.tar a.tgz large.gz a.cpio
