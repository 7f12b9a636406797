"""Who a datagram is for: transports by handle, by ufrag and by the addresses of their peers."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from sfu.transport.ice import Path

MAX_PATHS = 16  # addresses of one peer; browsers try each of their interfaces against each of ours

_Owner = TypeVar("_Owner")


class Registry(Generic[_Owner]):
    """All transports of one plane thread."""

    def __init__(self) -> None:
        self._by_handle: dict[int, _Owner] = {}
        self._by_ufrag: dict[bytes, int] = {}
        self._by_path: dict[Path, int] = {}
        self._paths: dict[int, list[Path]] = {}
        self._ufrags: dict[int, set[bytes]] = {}

    def __iter__(self) -> Iterator[_Owner]:
        return iter(list(self._by_handle.values()))

    def add(self, handle: int, owner: _Owner) -> None:
        self._by_handle[handle] = owner
        self._paths[handle] = []
        self._ufrags[handle] = set()

    def remove(self, handle: int) -> None:
        """Forget the transport with its ufrags and addresses."""
        self._by_handle.pop(handle, None)
        for ufrag in self._ufrags.pop(handle, ()):
            self._by_ufrag.pop(ufrag, None)
        for path in self._paths.pop(handle, ()):
            self._drop_path(handle, path)

    def add_ufrag(self, handle: int, ufrag: str) -> None:
        self._by_ufrag[ufrag.encode()] = handle
        self._ufrags[handle].add(ufrag.encode())

    def remove_ufrag(self, handle: int, ufrag: str) -> None:
        self._by_ufrag.pop(ufrag.encode(), None)
        self._ufrags[handle].discard(ufrag.encode())

    def add_path(self, handle: int, path: Path) -> None:
        """The transport's peer proved to be there; an address belongs to whom proved it last."""
        paths = self._paths[handle]
        if path in paths:
            paths.remove(path)
        paths.append(path)
        self._by_path[path] = handle
        if len(paths) > MAX_PATHS:
            self._drop_path(handle, paths.pop(0))

    def of_handle(self, handle: int) -> _Owner | None:
        return self._by_handle.get(handle)

    def of_ufrag(self, ufrag: bytes) -> _Owner | None:
        return self._by_handle.get(self._by_ufrag.get(ufrag, 0))

    def of_path(self, path: Path) -> _Owner | None:
        return self._by_handle.get(self._by_path.get(path, 0))

    def _drop_path(self, handle: int, path: Path) -> None:
        if self._by_path.get(path) == handle:
            del self._by_path[path]
