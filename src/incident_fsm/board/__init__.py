"""The board: HTML pages of what is going on, as files or live on loopback. Read only. Needs the extra `documents`.

`Board` makes the pages of a desk; `write` puts them into a folder; `serve` shows them live to this machine alone.
"""

from incident_fsm.board.files import Written, write
from incident_fsm.board.pages import Board
from incident_fsm.board.server import serve

__all__ = ["Board", "Written", "serve", "write"]
