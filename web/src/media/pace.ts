/** Whether this device keeps up with work that is done for every picture: durations in, the answer out. */

/** Pictures that are passed over first, while the browser still compiles. */
const WARM_UP = 5;
/** Milliseconds of work that are judged together, and the fewest pictures: a computer that slept has one long picture. */
const SPAN = 5000;
const LEAST = 10;
/** Milliseconds for one picture: above this the person is shown in fewer than four pictures a second. */
const LIMIT = 250;

export class Pace {
  private seen = 0;
  private count = 0;
  private sum = 0;

  /** Takes in how long one picture took, in milliseconds; true when the device is too slow. */
  tooSlow(took: number): boolean {
    this.seen += 1;
    if (this.seen <= WARM_UP) return false;
    this.count += 1;
    this.sum += took;
    if (this.sum < SPAN || this.count < LEAST) return false;
    const mean = this.sum / this.count;
    this.count = this.sum = 0;
    return mean > LIMIT;
  }
}
