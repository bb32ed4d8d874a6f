# What `./janus run l4` puts into the boot archive (docs/boot.md, docs/l4/manifest.md).  What follows -- is a line for the prompt.
append console=user
file bin/root    @build@/servers/server-root
file bin/sigma0  @build@/servers/server-sigma0
file bin/names   @build@/servers/server-names
file bin/timer   @build@/servers/server-timer
file bin/console @build@/servers/server-console
file bin/zero    @build@/servers/server-pager-zero
file bin/hello   @build@/tests/kernel/hello/hello-l4
file bin/prompt  @build@/servers/server-prompt
program root    bin/root
program sigma0  bin/sigma0   serves=sigma0 priority=200
program names   bin/names    serves=names priority=150
program timer   bin/timer 20 serves=timer priority=220 device=0xfed00000 irq=20 ports=0x70+2
program console bin/console  serves=console priority=220 ports=0x3f8+8 irq=4
program zero    bin/zero     serves=zero uses=sigma0 priority=150
program hello   bin/hello    uses=console,names,timer pager=zero memory=2M priority=110
program prompt  bin/prompt   uses=console,timer,root pager=zero memory=1M main=yes
