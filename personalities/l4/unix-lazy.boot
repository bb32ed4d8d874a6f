# As unix.boot, and Unix writes down only those of programs' pages that cannot be found again (docs/unix/l4.md).
append console=user
file bin/root    @build@/servers/server-root
file bin/sigma0  @build@/servers/server-sigma0
file bin/console @build@/servers/server-console
file bin/timer   @build@/servers/server-timer
file bin/unix    @build@/servers/server-unix
file bin/busybox /bin/busybox
program root    bin/root
program sigma0  bin/sigma0   serves=sigma0 priority=200
program console bin/console  serves=console priority=220 ports=0x3f8+8 irq=4
program timer   bin/timer 20 serves=timer priority=220 device=0xfed00000 irq=20 ports=0x70+2
program unix    bin/unix     serves=unix uses=sigma0,console,timer priority=110 kmem=24% memory=75% archive=yes main=yes restart=always own_shadow=lazy
