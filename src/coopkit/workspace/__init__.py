"""The use cases: an actor, `can`, read, a pure function, one batch. Pages, CLI and library call only these."""

from coopkit.workspace.importing import Preview, Progress, Row, State
from coopkit.workspace.workspace import Desk, Workspace

__all__ = ["Desk", "Preview", "Progress", "Row", "State", "Workspace"]
