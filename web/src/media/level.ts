/** How loud a microphone is. */

/** Quieter than this is room noise, louder than the top is shouting; dB relative to full scale. */
const FLOOR_DB = -55;
const TOP_DB = -10;

/** The level of samples in -1..1 as a share 0..1 of the meter. */
export function meterOf(samples: Float32Array): number {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  if (samples.length === 0 || power === 0) return 0;
  const db = 10 * Math.log10(power / samples.length);
  return Math.min(1, Math.max(0, (db - FLOOR_DB) / (TOP_DB - FLOOR_DB)));
}

/** Samples per reading: about 40 ms at 48 kHz, so that one reading holds a whole period of a low voice. */
const WINDOW = 2048;

/** Calls `report` once per animation frame with the track's level until the returned function is called. */
export function watchLevel(track: MediaStreamTrack, report: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = WINDOW;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(WINDOW);
  let frame = 0;
  const tick = () => {
    // Without a click on the page yet the context waits; trying again costs nothing.
    if (context.state === "suspended") context.resume().catch(() => undefined);
    analyser.getFloatTimeDomainData(samples);
    report(meterOf(samples));
    frame = requestAnimationFrame(tick);
  };
  frame = requestAnimationFrame(tick);
  return () => {
    cancelAnimationFrame(frame);
    context.close().catch(() => undefined);
  };
}
