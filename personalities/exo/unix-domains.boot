# Two domains of Unix programs under init, which know nothing of each other, and the console of neither (docs/unix/exo.md).  What follows -- is for the first.
file bin/init    @build@/libos/init/init
file bin/unix    @build@/libos/unix/unix
file bin/busybox /bin/busybox
program init  bin/init
program one   bin/unix memory=40M kmem=1000 main=yes archive=yes
program two   bin/unix /bin/busybox echo two memory=40M kmem=1000 main=yes archive=yes
