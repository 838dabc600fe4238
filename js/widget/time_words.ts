/** Spans of time in words. Clocks of two machines differ, so a span is never less than nothing. */
import type { Phrases } from "./phrases";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const JUST_NOW = 10;

/** Whole seconds between two moments given in milliseconds. */
export function secondsBetween(start: number, end: number): number {
  return Math.max(0, Math.floor((end - start) / 1000));
}

/** A running clock, such as `2:05` or `1:02:05`. */
export function clock(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [
    Math.floor(seconds / HOUR),
    Math.floor(seconds / MINUTE) % 60,
    seconds % 60,
  ];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** An exact span, such as `2 min 20 s`. */
export function exactly(seconds: number, phrases: Phrases): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    { count: Math.floor(whole / HOUR), say: phrases.hours },
    { count: Math.floor(whole / MINUTE) % 60, say: phrases.minutes },
    { count: whole % 60, say: phrases.seconds },
  ].filter(({ count }) => count > 0);
  return parts.length ? parts.map(({ count, say }) => say(count)).join(" ") : phrases.seconds(0);
}

/** A rough span, such as `5 min`; empty when it is too short to speak of. */
export function roughly(seconds: number, phrases: Phrases): string {
  if (seconds < JUST_NOW) return "";
  if (seconds < MINUTE) return phrases.seconds(seconds - (seconds % JUST_NOW));
  if (seconds < HOUR) return phrases.minutes(Math.floor(seconds / MINUTE));
  if (seconds < DAY) return phrases.hours(Math.floor(seconds / HOUR));
  return phrases.days(Math.floor(seconds / DAY));
}
