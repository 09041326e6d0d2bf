"""The embedded stack: PostgreSQL, Temporal, a worker and the API as children of one supervisor.

`supervise(Stack(settings))` is `bancheng up`; `launched(home)` runs that in a child process, for tests and
demonstrations; `running(home)` finds a stack that somebody else has started.
"""

from cli.embedded.launch import launched
from cli.embedded.ports import Ports
from cli.embedded.stack import Programs, Stack
from cli.embedded.state import Running, running
from cli.embedded.supervise import supervise
from cli.embedded.trouble import Trouble

__all__ = ["Ports", "Programs", "Running", "Stack", "Trouble", "launched", "running", "supervise"]
