# SPDX-License-Identifier: BSD-2-Clause
"""Figures: rows of bench/ measured on the standard machine (docs/measuring.md)."""
