"""What strangers upload, met at arm's length: names, zips looked over before they are read, reading in a child process.

Nothing here knows what a file is for. What is refused is a `BadText`, which says what is wrong and how to mend it.
"""

from coopkit.untrusted.child import Limits, acting, run, stream
from coopkit.untrusted.names import hidden, safe_name
from coopkit.untrusted.zips import Caps, parts

__all__ = ["Caps", "Limits", "acting", "hidden", "parts", "run", "safe_name", "stream"]
