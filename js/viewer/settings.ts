/** What the service writes into the viewer's page. */
import { isObject, parseObject, textOf } from "../protocol/json_values";
import { say, speak } from "./phrases";

/** A failure that was known before the page was sent, or that the service told later. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface ViewerSettings {
  /** What `hello` shows to the service; good for one session. */
  readonly ticket: string;
  /** The only origin that is told what happens here; `null`: nobody is. */
  readonly openerOrigin: string | null;
  readonly sessionKey: string;
  readonly error: Refusal | null;
}

const SETTINGS_ID = "glance-viewer-settings";
const KEPT = "glance-viewer";

/**
 * The settings of a viewer that was opened by a ticket. Its address is good once; so that the tab can be loaded again, the
 * tab alone keeps what it got for it.
 */
export function keptSettings(
  settings: ViewerSettings,
  { search }: Pick<Location, "search">,
  tab: () => Pick<Storage, "getItem" | "setItem">,
): ViewerSettings {
  const { ticket, sessionKey, error } = settings;
  if (!/[?&]ticket=/i.test(search)) return settings;
  try {
    if (ticket) tab().setItem(KEPT, JSON.stringify({ search, ticket, sessionKey }));
    if (error?.code !== "viewer_ticket") return settings;
    const kept = parseObject(tab().getItem(KEPT)) ?? {};
    if (kept["search"] !== search) return settings;
    return {
      ...settings,
      error: null,
      ticket: asTicket(kept["ticket"]),
      sessionKey: asKey(kept["sessionKey"]),
    };
  } catch {
    // The browser keeps nothing for this website.
    return settings;
  }
}

/** Reads the settings out of the page. Without them there is nothing to show but that. */
export function readSettings(doc: Document): ViewerSettings {
  const { ticket, openerOrigin, sessionKey, error, phrases } =
    parseObject(doc.getElementById(SETTINGS_ID)?.textContent) ?? {};
  speak(phrases, doc.documentElement);
  const shown = asTicket(ticket);
  const missing = shown || isObject(error) ? null : withoutSession();
  return {
    ticket: shown,
    openerOrigin: originOf(openerOrigin),
    sessionKey: asKey(sessionKey),
    error: isObject(error) ? refusalOf(error) : missing,
  };
}

function asTicket(value: unknown): string {
  return textOf(value, 4096) ?? "";
}

function asKey(value: unknown): string {
  return textOf(value, 255) ?? "";
}

function withoutSession(): Refusal {
  return { code: "settings", message: say("refused.settings"), hint: say("refused.settingsHint") };
}

function refusalOf({ code, message, hint }: Record<string, unknown>): Refusal {
  const sentence = textOf(message) || say("refused.title");
  return { code: textOf(code, 64) || "error", message: sentence, hint: textOf(hint) ?? "" };
}

/** An origin in its plain form; anything else, such as `*` or an address with a path, is nobody. */
function originOf(value: unknown): string | null {
  const text = textOf(value, 255);
  if (!text || !URL.canParse(text)) return null;
  const { origin } = new URL(text);
  return origin === text && origin !== "null" ? origin : null;
}
