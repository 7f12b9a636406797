/** A LiveKit room as the people the page shows. Reads only. */

import type { Participant, Room, TrackPublication } from "livekit-client";

import type { CallRole, CallState, Person, Quality } from "../call/port";
import type { LiveKit } from "./livekit";

const ROLES: ReadonlySet<string> = new Set<CallRole>(["administrator", "teacher", "student", "parent"]);
const QUALITIES: ReadonlySet<string> = new Set<Quality>(["excellent", "good", "poor", "lost", "unknown"]);

function roleOf(participant: Participant): CallRole | null {
  const role = participant.attributes.role;
  return role !== undefined && ROLES.has(role) ? (role as CallRole) : null;
}

function qualityOf(quality: string): Quality {
  return QUALITIES.has(quality) ? (quality as Quality) : "unknown";
}

/** The publication's picture when there is one to show. */
function shown(livekit: LiveKit, publication: TrackPublication | undefined): { on: boolean; key: string; paused: boolean } {
  const track = publication?.track;
  if (!publication || publication.isMuted) return { on: false, key: "", paused: false };
  const key = track ? `${publication.trackSid} ${track.mediaStreamTrack.id}` : "";
  const paused = track instanceof livekit.RemoteTrack && track.streamState === livekit.Track.StreamState.Paused;
  return { on: true, key, paused };
}

function personOf(livekit: LiveKit, participant: Participant, own: boolean): Person {
  const { Camera, ScreenShare } = livekit.Track.Source;
  const camera = shown(livekit, participant.getTrackPublication(Camera));
  const screen = shown(livekit, participant.getTrackPublication(ScreenShare));
  return {
    identity: participant.identity,
    name: participant.name || participant.identity,
    role: roleOf(participant),
    own,
    speaking: participant.isSpeaking,
    spokeAt: participant.lastSpokeAt?.getTime() ?? 0,
    microphone: participant.isMicrophoneEnabled,
    camera: camera.on,
    screen: screen.on,
    cameraKey: camera.key,
    screenKey: screen.key,
    paused: camera.paused,
    quality: qualityOf(participant.connectionQuality),
  };
}

/** Everybody in the room, by the time of joining. */
export function peopleOf(livekit: LiveKit, room: Room): Person[] {
  const joined = (participant: Participant) => participant.joinedAt?.getTime() ?? 0;
  const remote = [...room.remoteParticipants.values()].sort(
    (a, b) => joined(a) - joined(b) || a.identity.localeCompare(b.identity),
  );
  return [
    personOf(livekit, room.localParticipant, true),
    ...remote.map((participant) => personOf(livekit, participant, false)),
  ];
}

/** People whose media is not coming for now: names stay, pictures and voices do not. */
export function frozen(people: readonly Person[]): Person[] {
  return people.map((person) =>
    person.own ? person : { ...person, speaking: false, camera: false, screen: false, cameraKey: "", screenKey: "" },
  );
}

/** TrackSource numbers of the protocol. */
const SOURCE = { camera: 1, microphone: 2, screen: 3, screenSound: 4 };

/** What the room's permissions let this person publish; an empty list of sources means all of them. */
function may(room: Room, source: keyof typeof SOURCE): boolean {
  const permissions = room.localParticipant.permissions;
  if (!permissions) return true;
  const sources = permissions.canPublishSources.map(Number);
  return permissions.canPublish && (sources.length === 0 || sources.includes(SOURCE[source]));
}

export function rightsOf(room: Room): CallState["may"] {
  return { camera: may(room, "camera"), microphone: may(room, "microphone"), screen: may(room, "screen") };
}

/** Whether a shared screen may have sound: not for those who may not unmute by themselves. */
export function mayShareSound(room: Room): boolean {
  return may(room, "screenSound");
}
