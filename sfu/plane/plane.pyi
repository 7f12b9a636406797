"""What Python tells a plane and asks it; `thread.pyi` has the rules and the class that runs in the product.

Commands on a handle that is not known (any more) do nothing; adding to one raises ValueError.
"""

from sfu.plane.model import (
    Event,
    ExtensionIds,
    FeedbackSample,
    Publication,
    PublicationStats,
    SrtpProfile,
    Subscription,
    SubscriptionStats,
    TransportStats,
)

class Plane:
    """Transports, publications and subscriptions of one forwarder."""

    def poll(self, limit: int = 256) -> list[Event]:
        """Events in the order in which they happened. Datagrams are lost when 4096 wait; other events never."""

    def add_transport(self, transport: int, extensions: ExtensionIds = ...) -> None: ...
    def set_extensions(self, transport: int, extensions: ExtensionIds) -> None: ...
    def set_remote(self, transport: int, socket: int, address: tuple[str, int]) -> None:
        """Send to this address from now on; packets from it (and from the last few) belong to `transport`."""

    def set_srtp(self, transport: int, profile: SrtpProfile, local_key: bytes, remote_key: bytes) -> None:
        """Keys with salt appended, as RFC 5764 section 4.2 exports them. Raises ValueError for a wrong length."""

    def remove_transport(self, transport: int) -> None:
        """Also removes its publications and subscriptions, and the subscriptions to its publications."""

    def add_publication(self, publication: Publication) -> None: ...
    def set_publication(self, publication: Publication) -> None:
        """New payload types, mid or layers after a renegotiation; layers already learnt (by rid) keep their state.

        Subscriptions follow their layer to its new index; those to a layer that is gone are paused.
        """

    def remove_publication(self, publication: int) -> None: ...
    def pause_publication(self, publication: int, paused: bool) -> None:
        """Muted: nothing is forwarded and no key frames are asked for."""

    def add_subscription(self, subscription: Subscription) -> None:
        """Starts paused; `select` opens it. Raises ValueError for an SSRC that this transport's keys have seen."""

    def remove_subscription(self, subscription: int) -> None: ...
    def select(self, subscription: int, layer: int, temporal: int = 7) -> None:
        """The wanted layer (-1 pauses at once) and highest temporal layer (of VP8).

        Video switches at the next key frame of that layer, which is asked for; audio begins at once. What is forwarded
        until then goes on. A layer that the publication does not have is ignored.
        """

    def request_key_frame(self, publication: int, layer: int) -> None: ...
    def limit_publisher(self, transport: int, bitrate: int) -> None:
        """Send REMB with this many bit/s to the peer; 0 stops it. For peers without transport-wide feedback."""

    def publication_stats(self, publication: int) -> PublicationStats | None: ...
    def subscription_stats(self, subscription: int) -> SubscriptionStats | None: ...
    def transport_stats(self, transport: int) -> TransportStats | None: ...
    def take_feedback(self, transport: int, limit: int = 4096) -> list[FeedbackSample]:
        """Transport-wide feedback of the receiver since the last call, oldest first (bounded; oldest are lost)."""

    def counters(self) -> dict[str, int]:
        """Every packet in and out and every drop reason by name; names are Prometheus-safe."""
