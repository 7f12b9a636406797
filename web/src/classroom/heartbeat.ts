/** Notices a wire that carries nothing any more: browsers tell pages of a vanished server only minutes later. */

/** Milliseconds between two beats. */
const PERIOD = 5000;
/** Beats without any sign of life after which the wire is dead at the next one. */
const MISSED = 2;

/** Calls `beat` from time to time and `dead` once, unless something is heard; until it is stopped. */
export class Heartbeat {
  private missed = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly beat: () => void,
    private readonly dead: () => void,
  ) {
    this.timer = setInterval(() => this.pass(), PERIOD);
  }

  heard(): void {
    this.missed = 0;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private pass(): void {
    if (this.missed >= MISSED) {
      this.stop();
      this.dead();
      return;
    }
    this.missed += 1;
    this.beat();
  }
}
