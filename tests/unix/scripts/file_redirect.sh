#!/bin/busybox sh
# Descriptors as a shell uses them.
echo first > f
echo second >> f
exec 3< f 4> g 5<> h
read a <&3
read b <&3
read c <&3 || echo "end of $a, $b"
echo through four >&4
exec 4>&-
echo closed 2>&1 >&4
cat g
echo both >&5
cat h
{ echo out; echo err >&2; } > o 2> e
cat o e
{ echo out; echo err >&2; } > both 2>&1
cat both
cat < missing 2>&1
echo no > missing/x 2>&1
set -C
echo over > f 2>&1
echo over >| f
cat f
cat <<END | tr a-z A-Z
here is $a
END
cat /dev/null > f
[ -s f ] || echo empty
echo to stdout > /dev/stdout
echo piped | cat /dev/stdin
echo to nothing > /dev/null
echo full > /dev/full
echo $?
(exec 7>&1; echo seven >&7)
ls /proc/self/fd | tr '\n' ' '
