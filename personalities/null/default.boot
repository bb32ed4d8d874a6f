# What `./janus run null` puts into the boot archive (docs/boot.md).
file bin/refused @build@/tests/kernel/null/null-refused
program refused bin/refused
