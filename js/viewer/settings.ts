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

/** Reads the settings out of the page. Without them there is nothing to show but that. */
export function readSettings(doc: Document): ViewerSettings {
  const { ticket, openerOrigin, sessionKey, error, phrases } =
    parseObject(doc.getElementById(SETTINGS_ID)?.textContent) ?? {};
  speak(phrases, doc.documentElement);
  const shown = textOf(ticket, 4096) ?? "";
  const missing = shown || isObject(error) ? null : withoutSession();
  return {
    ticket: shown,
    openerOrigin: originOf(openerOrigin),
    sessionKey: textOf(sessionKey, 255) ?? "",
    error: isObject(error) ? refusalOf(error) : missing,
  };
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
