# SPDX-License-Identifier: BSD-2-Clause
"""What a running kernel holds: read from its memory while it stands still, by the layouts that its debugging information says."""
