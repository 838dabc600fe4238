/** Our own drawings, as paths in a box of 16 by 16. A shape of its own for each mood: colour alone says nothing. */
import type { Mood } from "./face";

const RING = "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11z";
const DISC = "M8 2.25a5.75 5.75 0 1 0 0 11.5 5.75 5.75 0 1 0 0-11.5z";

/** The icon of each mood. Shapes that are to be filled are listed in the style sheet. */
export const MOOD_ICONS: Readonly<Record<Mood, readonly string[]>> = {
  off: [RING, "M4.1 11.9 11.9 4.1"],
  away: [RING],
  online: [DISC],
  busy: [RING, "M8 5v3.2l2.2 1.6"],
  live: ["M8 5a3 3 0 1 0 0 6 3 3 0 1 0 0-6z", "M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 1 0 0-12.5z"],
  done: [RING, "m5.4 8.2 1.9 1.9 3.4-3.9"],
  problem: ["M8 2 14.6 13.6H1.4z", "M8 6.4v3.2", "M8 11.6v.1"],
};

/** Two windows that share a spot: what the agent sees is what the visitor sees. */
export const MARK = [
  "M3 1.75h6A1.25 1.25 0 0 1 10.25 3v6A1.25 1.25 0 0 1 9 10.25H3A1.25 1.25 0 0 1 1.75 9V3A1.25 1.25 0 0 1 3 1.75z",
  "M7 5.75h6A1.25 1.25 0 0 1 14.25 7v6A1.25 1.25 0 0 1 13 14.25H7A1.25 1.25 0 0 1 5.75 13V7A1.25 1.25 0 0 1 7 5.75z",
  "M8 7a1 1 0 1 0 0 2 1 1 0 1 0 0-2z",
] as const;
