# What `./janus run l4` puts into the boot archive (docs/boot.md).
file bin/hello @build@/tests/kernel/hello/hello-l4
program hello bin/hello
