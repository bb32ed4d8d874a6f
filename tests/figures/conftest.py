# SPDX-License-Identifier: BSD-2-Clause
"""The Python package behind ./janus, and the modules of this folder."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools")]
