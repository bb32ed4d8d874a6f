#!/bin/busybox sh
# Modes as the tools show and set them.
umask
umask 027
touch f
mkdir d
stat -c '%a %A %n' f d
chmod u+x,g=r,o= f
stat -c '%a %A' f
chmod -R a+rX d
stat -c '%a %A' d
chmod 4755 f
ls -l f | cut -c 1-10
chmod g+s,+t d
ls -ld d | cut -c 1-10
umask 0
touch open
stat -c %a open
chmod 0 open
test -r open && echo "the superuser may read"
test -x open || echo "but not execute"
chmod +x none 2>&1
mkfifo pipe
ls -l pipe | cut -c 1-10
[ -p pipe ] && echo fifo
[ -L pipe ] || echo "no link"
ln -s f s
[ -L s ] && [ -f s ] && echo "a link to a file"
install -m 711 f installed 2>/dev/null
stat -c '%a' installed
cp -p f kept
stat -c %a kept
./open 2>&1
echo $?
