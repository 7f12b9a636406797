"""Names of a call's rooms on the wire: the call's id, and with it a breakout room's number or whose wall it is."""

MAIN = 0
"""Number of the main room."""

SEPARATOR = ":"
WALL = "wall"


def room_name(call: str, room: int) -> str:
    """The name of a room of a call."""
    return call if room == MAIN else f"{call}{SEPARATOR}{room}"


def wall_name(call: str, moderator: str) -> str:
    """The name of the room in which a moderator sees everybody in breakout rooms."""
    return f"{call}{SEPARATOR}{WALL}{SEPARATOR}{moderator}"


def is_wall(name: str) -> bool:
    """Whether a room of a call is somebody's wall."""
    return name.partition(SEPARATOR)[2].startswith(WALL + SEPARATOR)


def call_part(name: str) -> str:
    """The id of the call that a room with this name would belong to."""
    return name.partition(SEPARATOR)[0]


def room_number(call: str, name: str) -> int | None:
    """The number of a room of the call; None for walls and for everything else."""
    if name == call:
        return MAIN
    rest = name.removeprefix(call + SEPARATOR)
    return int(rest) if rest != name and rest.isascii() and rest.isdigit() else None
