/** How well the visitor's events come through. */
import { say } from "./phrases";

export type Quality = "good" | "slow" | "bad";

/** Milliseconds of extra delay above which a connection is called slow, and bad. */
const SLOW = 400;
const BAD = 2000;

/**
 * Measures delay without a common clock: the smallest difference ever seen between the visitor's time of an event and the
 * time of its arrival counts as no delay at all.
 */
export class QualityMeter {
  #least = Number.POSITIVE_INFINITY;
  #extra = 0;

  /** Notes a batch by the time of its last event. Both times are milliseconds, each on its own clock. */
  note(recorded: number, arrived: number): void {
    const difference = arrived - recorded;
    if (!Number.isFinite(difference)) return;
    this.#least = Math.min(this.#least, difference);
    // Half of it is the newest batch: one late batch is seen, and forgotten soon.
    this.#extra = (this.#extra + (difference - this.#least)) / 2;
  }

  /** A new page may have another clock. */
  reset(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#extra = 0;
  }

  get quality(): Quality {
    if (this.#extra >= BAD) return "bad";
    return this.#extra >= SLOW ? "slow" : "good";
  }
}

export function qualityWords(quality: Quality): string {
  return say(`quality.${quality}`);
}
