# As unix.boot, and what programs share is in an environment of its own, which they cannot write (docs/unix/exo.md).
append console=user
file bin/unix    @build@/libos/unix/unix-protected
file bin/busybox /bin/busybox
program unix bin/unix trust=protected
