# SPDX-License-Identifier: BSD-2-Clause
"""The matrix: every row on every system, and what is made of it (docs/benchmarks.md)."""
