#!/bin/busybox sh
# A tree is made, copied, moved, searched, removed.
mkdir -p a/b/c a/d
for i in 1 2 3 4 5; do
	echo "file $i" > a/b/f$i
	ln -s ../b/f$i a/d/l$i
done
ln a/b/f1 a/b/c/hard
cp -r a copy
cp -a a archive
mv copy/b copy/moved
find . | sort
find . -type l | sort | while read l; do echo "$l $(readlink $l)"; done
find a -name 'f[2-4]' -exec cat {} \; | sort
find . -type f -size -2 | wc -l
diff -r a archive && echo same
rm -r copy/moved/c
rmdir a 2>&1
rm a 2>&1
rm -r archive
mkdir a 2>&1
cat missing 2>&1
cp a b 2>&1
ls a/missing 2>&1
touch -d '2020-01-02 03:04:05' dated
stat -c '%Y %s %a %F %h' dated
ls -R a
