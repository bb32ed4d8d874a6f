# As unix.boot, and call sites of programs become jumps into the library (docs/unix/exo.md).
append console=user
file bin/unix    @build@/libos/unix/unix
file bin/busybox /bin/busybox
program unix bin/unix rewrite=on
