# What `./janus run probe` puts into the boot archive (docs/boot.md).
file bin/hello @build@/tests/kernel/hello/hello-probe
program hello bin/hello
