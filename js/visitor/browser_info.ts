/** What a presence record and a session start say about the browser (wire sheet, sections 5.6 and 6.3). */

export interface BrowserInfo {
  readonly browser: string;
  readonly browserver: number;
  readonly platform: string;
}

// In this order: Edge and Opera also call themselves Chrome, and Chrome also calls itself Safari.
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ["edge", /Edg(?:e|A|iOS)?\/(\d+)/],
  ["opera", /OPR\/(\d+)/],
  ["firefox", /(?:Firefox|FxiOS)\/(\d+)/],
  ["chrome", /(?:Chrome|CriOS)\/(\d+)/],
  ["safari", /Version\/(\d+).*Safari/],
];

const PLATFORMS: readonly (readonly [string, RegExp])[] = [
  ["android", /Android/],
  ["ios", /iPhone|iPad|iPod/],
  ["mac", /Mac OS X|Macintosh/],
  ["win", /Windows/],
  ["linux", /Linux|X11|CrOS/],
];

/** Reads browser, version (a number) and platform out of a user agent text. */
export function browserInfo(userAgent: string): BrowserInfo {
  const platform = PLATFORMS.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? "other";
  for (const [browser, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return { browser, browserver: Number(version), platform };
  }
  return { browser: "other", browserver: 0, platform };
}

/** The platform words that StartSession2 knows; Linux says `win`, as real clients do (wire sheet, section 6.3). */
export function sessionPlatform(platform: string): string {
  return ["ios", "mac", "android"].includes(platform) ? platform : "win";
}
