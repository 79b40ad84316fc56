"""The example that ships with coopkit: a made-up Hải Phòng of 2023, as sixteen workbooks."""

from __future__ import annotations

from pathlib import Path

from coopkit.workspace import Desk, Plugins, Preview, Progress

PLUGINS = ("haiphong", "cathai", "vinhbao", "thuynguyen")
"""The plugins that the example is shown with, where they are installed."""

_INSTALLED = Path(__file__).parent / "workbooks"
_CHECKOUT = Path(__file__).parents[3] / "examples" / "haiphong_2023" / "workbooks"


def demo_files() -> dict[str, bytes]:
    """The example's workbooks by file name, in order."""
    folder = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.xlsx"))}


def load_demo(desk: Desk, progress: Progress | None = None) -> Preview:
    """Load the example into a ledger; a second time changes nothing. Gives what was new, changed, unchanged, refused.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db") as workspace:
    ...     load_demo(workspace.as_(Actor.office("an"))).problems
    ()
    """
    return desk.import_files(demo_files(), reason="Nạp dữ liệu mẫu Hải Phòng 2023", progress=progress)


def switch_on_plugins(desk: Desk) -> dict[str, str]:
    """Switch on the example's plugins that are installed, as one journalled batch; gives what kept others off, by name.

    >>> import tempfile
    >>> from coopkit.access import Actor
    >>> from coopkit.registry import Registry
    >>> from coopkit.workspace import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(f"sqlite:///{folder.name}/so.db", registry=Registry.load()) as workspace:
    ...     switch_on_plugins(workspace.as_(Actor.office("an")))
    {}
    """
    return Plugins(desk).on_together(*PLUGINS, reason="Bật các tiện ích của dữ liệu mẫu")
