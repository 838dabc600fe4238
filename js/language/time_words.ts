/** Spans of time in words. Clocks of two machines differ, so a span is never less than nothing. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const JUST_NOW = 10;

/** A rough span: so many of a unit. */
export interface Span {
  readonly count: number;
  readonly unit: "day" | "hour" | "minute" | "second";
}

type Display = "short" | "long";

/** Whole seconds between two moments given in milliseconds. */
export function secondsBetween(start: number, end: number): number {
  return Math.max(0, Math.floor((end - start) / 1000));
}

/** A running clock, such as `2:05` or `1:02:05`. */
export function clock(seconds: number, lang: string): string {
  const digits = (least: number, value: number): string =>
    new Intl.NumberFormat(lang, { minimumIntegerDigits: least, useGrouping: false }).format(value);
  const hours = Math.floor(seconds / HOUR);
  const minutes = digits(hours ? 2 : 1, Math.floor(seconds / MINUTE) % 60);
  const rest = digits(2, seconds % 60);
  return hours ? `${digits(1, hours)}:${minutes}:${rest}` : `${minutes}:${rest}`;
}

/** An exact span, such as `2 min 20 sec`; `long` as in `2 minutes 20 seconds`, to stand at the end of a sentence. */
export function exactly(seconds: number, lang: string, display: Display = "short"): string {
  const whole = Math.max(0, Math.round(seconds));
  const spans: Span[] = [
    { count: Math.floor(whole / HOUR), unit: "hour" },
    { count: Math.floor(whole / MINUTE) % 60, unit: "minute" },
    { count: whole % 60, unit: "second" },
  ];
  const parts = spans.filter(({ count, unit }) => count > 0 || (unit === "second" && whole === 0));
  const words = parts.map((span) => inWords(span, lang, display));
  return new Intl.ListFormat(lang, { type: "unit", style: "narrow" }).format(words);
}

/** A rough span; `null` when it is too short to speak of. */
export function roughly(seconds: number): Span | null {
  if (seconds < JUST_NOW) return null;
  if (seconds < MINUTE) return { count: seconds - (seconds % JUST_NOW), unit: "second" };
  if (seconds < HOUR) return { count: Math.floor(seconds / MINUTE), unit: "minute" };
  if (seconds < DAY) return { count: Math.floor(seconds / HOUR), unit: "hour" };
  return { count: Math.floor(seconds / DAY), unit: "day" };
}

/** A span, such as `5 min`; `long` as in `5 minutes`. */
export function inWords({ count, unit }: Span, lang: string, display: Display = "short"): string {
  return new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: display }).format(count);
}

/** How long ago, such as `5 minutes ago`. */
export function ago({ count, unit }: Span, lang: string): string {
  return new Intl.RelativeTimeFormat(lang).format(-count, unit);
}

/** A moment, given in milliseconds, such as `Nov 22, 2026, 10:00 AM`. */
export function moment(at: number, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" }).format(at);
}
