# SPDX-License-Identifier: BSD-2-Clause
"""The command ./janus and the Python interface that the tests use.

`janus.qemu.boot` starts a guest and returns what it said and how it ended;
`janus.archive` writes boot archives; `janus.machine` is the standard machine.
"""
