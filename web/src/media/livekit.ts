/** The LiveKit client, loaded when a call is near: the other pages do without its weight. */

import type { ReconnectPolicy, RoomOptions } from "livekit-client";

import { constraintsOf } from "./capture";
import type { Choices } from "./choices";

export type LiveKit = typeof import("livekit-client");

export function loadLiveKit(): Promise<LiveKit> {
  return import("livekit-client");
}

/**
 * Milliseconds before each try to resume or re-join with the token at hand. Afterwards the session enters anew with a
 * fresh token, for as long as the page is open: that also works when the server came back with other keys.
 */
const RECONNECT_DELAYS = [0, 300, 1000, 2000, 3000, 5000];

const reconnectPolicy: ReconnectPolicy = {
  nextRetryDelayInMs: ({ retryCount }) => RECONNECT_DELAYS[retryCount] ?? null,
};

export function roomOptions(livekit: LiveKit, choices: Choices): RoomOptions {
  return {
    adaptiveStream: true,
    dynacast: true,
    // Two peer connections (protocol v0): a late joiner of a big room costs 7 to 20 times less.
    singlePeerConnection: false,
    reconnectPolicy,
    audioCaptureDefaults: constraintsOf("microphone", choices.microphoneId, choices) as object,
    videoCaptureDefaults: {
      ...(choices.cameraId ? { deviceId: choices.cameraId } : {}),
      resolution: livekit.VideoPresets.h720.resolution,
    },
    ...(choices.speakerId ? { audioOutput: { deviceId: choices.speakerId } } : {}),
    publishDefaults: {
      videoCodec: "vp8",
      simulcast: true,
      dtx: true,
      // The forwarder carries plain Opus with its in-band correction.
      red: false,
      screenShareEncoding: livekit.ScreenSharePresets.h1080fps15.encoding,
    },
  };
}
