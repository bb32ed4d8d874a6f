# What `./janus run exo -- /bin/busybox sh` puts into the boot archive (docs/boot.md, docs/unix/exo.md).  What follows -- is the first Unix process.
append console=user
file bin/unix    @build@/libos/unix/unix
file bin/busybox /bin/busybox
program unix bin/unix
