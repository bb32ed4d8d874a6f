# SPDX-License-Identifier: BSD-2-Clause
"""One module a command of ./janus; a new file here is a new command.

A module has `add_parser(subparsers)`, which adds an argparse parser under the
command's name, and `run(args) -> int`, which returns an exit code or raises a
JanusError. At its top it imports only Python's own library and this package:
what else it needs, `run` imports after janus.packages.require has seen to it,
so that `./janus --help` and `./janus setup` work on a bare machine.
"""
