"""A new plugin as a project: what `coopkit plugin new` writes, ready to pass its own tests and the check."""

from coopkit.scaffold.project_files import Wanted, owner_of, write_project

__all__ = ["Wanted", "owner_of", "write_project"]
