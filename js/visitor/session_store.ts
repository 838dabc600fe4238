/**
 * What a session needs to go on after a page change (wire sheet, section 6.3).
 *
 * Kept in the tab's own `sessionStorage`, where real clients use a cookie or `localStorage`: a session belongs to the tab
 * in which the visitor said yes. Another tab of the same site would otherwise be shared without having been asked, and
 * the state would outlive the tab.
 */
import { isObject, textOf } from "../protocol/json_values";

const STORE_KEY = "glance_ssn_info";
/** Milliseconds for which a session may go on without being refreshed: 8 hours (wire sheet, section 6.3). */
const MAX_AGE = 8 * 3600 * 1000;

/** A running session as it is kept between pages. */
export interface StoredSession {
  readonly ssnid: string;
  readonly tok: string;
  readonly server: string;
  readonly sessionKey: string;
  readonly callId: string;
  readonly groupid: number;
  /** Whether the service chose the key. */
  readonly random: boolean;
  /** Whether the visitor has to tell the key: no agent asked for this session. */
  readonly tellKey: boolean;
  /** Version of the terms that the visitor accepted; empty when the page itself started the session. */
  readonly terms: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Who paused the session; what the visitor paused is resumed by nobody else. */
  readonly pause?: Pauser | undefined;
}

/** The visitor by hand, or the page by its own code. */
export type Pauser = "visitor" | "page";

/** Keeps the session for the next page. Without storage it ends with this page, which is no reason to fail. */
export function storeSession(session: StoredSession): void {
  try {
    sessionStorage.setItem(STORE_KEY, JSON.stringify(session));
  } catch {
    // Storage is forbidden or full.
  }
}

export function forgetSession(): void {
  try {
    sessionStorage.removeItem(STORE_KEY);
  } catch {
    // Storage is forbidden.
  }
}

/** The session of the page before; `null` when there is none that may go on. */
export function storedSession(now = Date.now()): StoredSession | null {
  try {
    const session = parse(JSON.parse(sessionStorage.getItem(STORE_KEY) ?? "null"));
    return session && now - session.since < MAX_AGE ? session : null;
  } catch {
    return null;
  }
}

const TEXTS = ["ssnid", "tok", "server", "sessionKey"] as const;

function parse(value: unknown): StoredSession | null {
  if (!isObject(value) || TEXTS.some((name) => !textOf(value[name]))) return null;
  const known = typeof value["terms"] === "string" && typeof value["callId"] === "string";
  const counted = Number.isInteger(value["groupid"]) && Number.isFinite(value["since"]);
  return known && counted ? (value as unknown as StoredSession) : null;
}

/** Milliseconds that a page waits for the tab's previous page to let go of the session. */
const LOCK_PATIENCE = 3000;

/**
 * Makes sure that this tab alone goes on with a session: a tab opened from it gets a copy of its storage, and would be
 * shared as well. Resolves to `false` in such a copy. Where the browser has no locks (pages without https), `true`.
 */
export function holdSession(ssnid: string): Promise<boolean> {
  if (!("locks" in navigator) || !navigator.locks) return Promise.resolve(true);
  const signal = AbortSignal.timeout(LOCK_PATIENCE);
  return new Promise((resolve) => {
    const held = navigator.locks.request(`glance-session-${ssnid}`, { signal }, () => {
      resolve(true);
      // Held until the page goes away; the browser then gives it to the next one.
      return new Promise<void>(() => undefined);
    });
    held.catch(() => resolve(false));
  });
}
