/** Opens one camera or one microphone. Used by the check before a call; the call takes the tracks over. */

import { mediaDevices } from "./devices";
import { faultOf, type Device } from "./faults";
import { FIRST_PREFERENCES, type Voice } from "./preferences";

/** 720p gives three simulcast layers (180p, 360p, 720p); the upper ones are sent only while somebody shows them large. */
const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } };

/** What the browser is to do with a voice. */
export function voiceOf({ echoCancellation, noiseSuppression, autoGainControl }: Voice): Voice {
  return { echoCancellation, noiseSuppression, autoGainControl };
}

/** Constraints of the device with the given id ("" = the system's default). */
export function constraintsOf(device: Device, id: string, voice: Voice = FIRST_PREFERENCES): MediaTrackConstraints {
  const chosen = id === "" ? {} : { deviceId: { exact: id } };
  return { ...(device === "camera" ? CAMERA : voiceOf(voice)), ...chosen };
}

async function open(device: Device, id: string): Promise<MediaStreamTrack> {
  const constraints = constraintsOf(device, id);
  const stream = await mediaDevices().getUserMedia(
    device === "camera" ? { video: constraints } : { audio: constraints },
  );
  const track = stream.getTracks()[0];
  if (!track) throw Object.assign(new Error("no track"), { name: "NotFoundError" });
  return track;
}

/** A live track; the default device where the chosen one is gone. Rejects with the browser's error. */
export async function openDevice(device: Device, id: string): Promise<MediaStreamTrack> {
  try {
    return await open(device, id);
  } catch (error) {
    if (id === "" || faultOf(error) !== "missing") throw error;
    return open(device, "");
  }
}

/** Both default or chosen devices by one question to the person. Rejects when either cannot be opened. */
export async function openBoth(cameraId: string, microphoneId: string): Promise<Record<Device, MediaStreamTrack>> {
  const stream = await mediaDevices().getUserMedia({
    video: constraintsOf("camera", cameraId),
    audio: constraintsOf("microphone", microphoneId),
  });
  const camera = stream.getVideoTracks()[0];
  const microphone = stream.getAudioTracks()[0];
  if (camera && microphone) return { camera, microphone };
  for (const track of stream.getTracks()) track.stop();
  throw Object.assign(new Error("no track"), { name: "NotFoundError" });
}
