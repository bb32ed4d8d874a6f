# What `./janus run exo` puts into the boot archive (docs/boot.md).
file bin/hello @build@/tests/kernel/hello/hello-exo
program hello bin/hello
