"""A WebRTC client out of aiortc for tests: publishes to, or receives from, a transport of ours."""

import asyncio
from collections.abc import Awaitable

from aiortc import RTCDataChannel, RTCPeerConnection, RTCSessionDescription

from sfu.negotiation.publisher import Answer, PublisherSections
from sfu.negotiation.sdp import parse, render
from sfu.negotiation.subscriber import Accepted, SubscriberSections
from sfu.transport.transport import Transport


async def publish(client: RTCPeerConnection, transport: Transport, sections: PublisherSections) -> Answer:
    """The client offers, the server answers."""
    await client.setLocalDescription(await client.createOffer())
    offer = parse(client.localDescription.sdp)
    answer = sections.answer(offer, transport.local)
    transport.connect(answer.remote)
    await client.setRemoteDescription(RTCSessionDescription(render(answer.description), "answer"))
    return answer


async def receive(client: RTCPeerConnection, transport: Transport, sections: SubscriberSections) -> Accepted:
    """The server offers, the client answers."""
    description, _ = sections.offer(transport.local)
    await client.setRemoteDescription(RTCSessionDescription(render(description), "offer"))
    await client.setLocalDescription(await client.createAnswer())
    accepted = sections.accept(parse(client.localDescription.sdp))
    transport.connect(accepted.remote)
    return accepted


async def opened(channel: RTCDataChannel) -> RTCDataChannel:
    """Wait until a channel is open."""
    if channel.readyState != "open":
        event = asyncio.Event()
        channel.on("open", event.set)
        await asyncio.wait_for(event.wait(), 10)
    return channel


def next_message(channel: RTCDataChannel) -> Awaitable[bytes]:
    """The message that comes next, from now on."""
    future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    channel.once("message", future.set_result)
    return asyncio.wait_for(future, 10)
