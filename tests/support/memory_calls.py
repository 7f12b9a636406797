"""A store of calls that is in memory and can be away."""

from signalling.ports import Kept, NotKeptError


class MemoryCallStore:
    """Implements signalling's `CallStore`."""

    def __init__(self) -> None:
        self.states: dict[str, bytes] = {}
        self.templates: dict[str, bytes] = {}
        self.groups: dict[tuple[str, str], bytes] = {}
        self.is_away = False

    def _look(self) -> None:
        if self.is_away:
            raise NotKeptError("the database does not answer")

    async def load(self, call: str, group: str) -> Kept:
        self._look()
        groups = {name: kept for (of, name), kept in self.groups.items() if of == group}
        return Kept(self.states.get(call), self.templates.get(group), groups)

    async def save(self, call: str, state: bytes) -> None:
        self._look()
        self.states[call] = state

    async def save_template(self, group: str, template: bytes) -> None:
        self._look()
        self.templates[group] = template

    async def save_groups(self, group: str, name: str, groups: bytes | None) -> None:
        self._look()
        if groups is None:
            self.groups.pop((group, name), None)
        else:
            self.groups[group, name] = groups

    async def forget(self, before: float) -> None:
        self._look()
