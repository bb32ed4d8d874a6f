# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's monitor, over a socket pair, which needs no name in the file system."""

from __future__ import annotations

import contextlib
import json
import re
import socket
from pathlib import Path
from typing import Any

from janus.errors import SetupError

ANSWER_LIMIT = 10.0  # seconds

_VALUE = re.compile(r" 0x([0-9a-f]+)")


class Gone(SetupError):
    """QEMU closed the connection or does not answer."""

    def __init__(self, reason: str = "it has ended") -> None:
        super().__init__(f"QEMU's monitor does not answer: {reason}")


class Monitor:
    """One end is kept, the other is `remote`, which QEMU inherits."""

    def __init__(self) -> None:
        self._socket, self.remote = socket.socketpair()
        self._socket.settimeout(ANSWER_LIMIT)
        self._received = b""
        self._events: list[dict[str, Any]] = []

    def arguments(self) -> list[str]:
        number = self.remote.fileno()
        return ["-S", "-chardev", f"socket,id=qmp,fd={number}", "-mon", "chardev=qmp,mode=control"]

    def open(self) -> None:
        """Leave the greeting behind, once QEMU runs and holds its end, and only then let the guest begin: a short one could end before."""
        self.remote.close()
        self._message()
        self.execute("qmp_capabilities")
        with contextlib.suppress(Gone):  # it may have ended before the answer comes
            self.execute("cont")

    def close(self) -> None:
        self.remote.close()
        self._socket.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    def events(self) -> list[str]:
        """The names of the events so far; waits for one where there is none."""
        if not self._events:
            self._events.append(self._message())
        names = [event["event"] for event in self._events]
        self._events.clear()
        return names

    def execute(self, command: str, **arguments: Any) -> Any:
        request = {"execute": command, "arguments": arguments}
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        except OSError as error:
            raise Gone(str(error)) from error
        while True:
            message = self._message()
            if "error" in message:
                raise Gone(message["error"]["desc"])
            if "return" in message:
                return message["return"]
            self._events.append(message)

    def human(self, command: str) -> str:
        """The answer of the monitor that people use."""
        return str(self.execute("human-monitor-command", **{"command-line": command}))

    def registers(self) -> str:
        """The general and control registers."""
        listing = self.human("info registers").replace("\r", "")
        general, _, _ = listing.partition("FCW=")
        return "\n".join(line.rstrip() for line in general.splitlines() if line and not line.startswith("CPU#"))

    def register(self, name: str) -> int:
        """One of those that `info registers` names NAME=hexadecimal."""
        found = re.search(rf"\b{name}=([0-9a-f]+)", self.human("info registers"))
        return int(found[1], 16) if found else 0

    def physical_memory(self, path: Path) -> bytes:
        """All memory, which QEMU writes into a file first."""
        size = self.execute("query-memory-size-summary")["base-memory"]
        self.execute("pmemsave", val=0, size=size, filename=str(path))
        return path.read_bytes()

    def memory(self, address: int, size: int) -> bytes:
        listing = self.human(f"x /{size}xb {address:#x}")
        return bytes(int(value, 16) for value in _VALUE.findall(listing))

    def _message(self) -> dict[str, Any]:
        while b"\n" not in self._received:
            try:
                received = self._socket.recv(65536)
            except OSError as error:
                raise Gone(str(error)) from error
            if not received:
                raise Gone
            self._received += received
        line, _, self._received = self._received.partition(b"\n")
        return dict(json.loads(line))
