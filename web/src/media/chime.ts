/** A school bell of two notes, to hear whether the chosen speaker works. */

/** The interval of a door bell: E5 then C5, hertz. */
const NOTES = [659.3, 523.3];
const NOTE_SECONDS = 0.45;
const LOUDNESS = 0.25;

/** Plays the bell through the speaker with the given id ("" = the system's default). Rejects where that is refused. */
export async function playChime(speakerId: string): Promise<void> {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  NOTES.forEach((frequency, index) => {
    const start = context.currentTime + index * NOTE_SECONDS;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(LOUDNESS, start);
    gain.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS * 1.8);
    tone.connect(gain).connect(output);
    tone.start(start);
    tone.stop(start + NOTE_SECONDS * 2);
    if (index === NOTES.length - 1) tone.onended = () => void context.close();
  });
  const element = new Audio();
  element.srcObject = output.stream;
  if (speakerId !== "" && "setSinkId" in element) await element.setSinkId(speakerId);
  await element.play();
}
