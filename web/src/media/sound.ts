/** Plays every remote voice: one hidden audio element per track, for as long as it is subscribed. */

import type { RemoteParticipant, RemoteTrack, Room } from "livekit-client";

import type { LiveKit } from "./livekit";

/** Starts playing the room's sound; the returned function ends it. */
export function playSound(livekit: LiveKit, room: Room): () => void {
  const shelf = document.createElement("div");
  shelf.hidden = true;
  document.body.append(shelf);

  const add = (track: RemoteTrack, _: unknown, participant: RemoteParticipant) => {
    if (track.kind !== livekit.Track.Kind.Audio) return;
    const element = track.attach();
    element.dataset.testid = "remote-audio";
    element.dataset.identity = participant.identity;
    shelf.append(element);
  };
  const remove = (track: RemoteTrack) => {
    if (track.kind !== livekit.Track.Kind.Audio) return;
    for (const element of track.detach()) element.remove();
  };
  room.on(livekit.RoomEvent.TrackSubscribed, add).on(livekit.RoomEvent.TrackUnsubscribed, remove);
  return () => {
    room.off(livekit.RoomEvent.TrackSubscribed, add).off(livekit.RoomEvent.TrackUnsubscribed, remove);
    shelf.remove();
  };
}
