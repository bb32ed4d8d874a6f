# What `./janus run exo` puts into the boot archive (docs/boot.md, docs/exo/libos.md).  What follows -- is for hello.
file bin/init    @build@/libos/init/init
file bin/console @build@/libos/console/console
file bin/hello   @build@/tests/kernel/hello/hello-exo
program init    bin/init
program console bin/console
program hello   bin/hello uses=console main=yes
