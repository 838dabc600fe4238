/**
 * The messages between the front end and the kernel; docs/architecture.md says what each means.
 * `tests/contract/frontend_messages.json` holds examples with which this file and `glance_widget/messages.py` are tested.
 */
import { isObject, type JsonObject } from "./json_values";
import { MAX_IDENTITY, SAML_EVENTS, SAML_WAYS, type SamlEvent, type SamlWay } from "./saml";
import { VIEWER_EVENTS } from "./viewer_events";

/** Version of the messages and traits; the kernel's stands in the trait `_protocol`. */
export const PROTOCOL = 1;

/** Length of a pad: the longest viewer form fits, and every form looks alike. */
export const PAD_BYTES = 4096;

/** In place of a tab's name, and none itself: the message is for all of them. */
export const EVERY_TAB = "*";

/** What a person may type as a session key. */
export const SESSION_KEY = /^[A-Za-z0-9_.~-]{1,62}$/;

/** A language tag, such as `de` or `de-AT`. */
export const LANGUAGE = /^(?=.{2,35}$)[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/;

/** How many languages a reader may prefer. */
export const MAX_LANGUAGES = 16;

/** What a person may type as a phone number: 6 to 20 digits and single spaces, and a `+` before them. */
export const PHONE_NUMBER = /^(?=.{6,20}$)\+?\d(?: ?\d){5,19}$/;

/** What happens to the viewer's window, and what the viewer in it says. */
export const VIEWER_REPORTS = ["opened", "blocked", "closed", ...VIEWER_EVENTS] as const;

/** One word of {@link VIEWER_REPORTS}. */
export type ViewerReport = (typeof VIEWER_REPORTS)[number];

interface Envelope {
  readonly v: typeof PROTOCOL;
  /** Counts up per sender. */
  readonly seq: number;
  /** Names one request; its answers carry the same name. */
  readonly req: string;
}

/** What the browser has to say, without the envelope. */
export type Saying =
  | { readonly type: "hello"; readonly languages?: readonly string[]; readonly visible?: boolean }
  | { readonly type: "cancel" }
  | { readonly type: "end" }
  | { readonly type: "retry" }
  | { readonly type: "join"; readonly key?: string; readonly pad?: string }
  | { readonly type: "camera"; readonly phone?: string; readonly pad?: string }
  | { readonly type: "viewer"; readonly pad?: string }
  | { readonly type: "link"; readonly pad: string }
  | { readonly type: "viewer_event"; readonly event: ViewerReport; readonly reason?: string }
  | {
      readonly type: "saml_event";
      /** The kernel's request. */
      readonly ask: string;
      readonly event: SamlEvent;
      /** With `done`: who the agent is, with the login key. */
      readonly identity?: string;
    };

/** A message from the browser to the kernel. */
export type ToKernel = Envelope & { readonly client: string } & Saying;

/** A message from the kernel to one browser tab's model, or to every one. */
export type ToBrowser = Envelope & { readonly to: string } & (
    | { readonly type: "welcome" | "taken" | "saml_over" }
    | { readonly type: "saml"; readonly way: SamlWay; readonly url: string }
    | { readonly type: "viewer"; readonly sealed: string }
    | { readonly type: "invitation"; readonly key: string; readonly text: string }
    | { readonly type: "refused"; readonly code: string; readonly message: string; readonly hint: string }
  );

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const CODE = /^[A-Za-z0-9_.-]{1,64}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const PAD_CHARACTERS = Math.ceil(PAD_BYTES / 3) * 4;
const MAX_SENTENCE = 1000;
const MAX_REASON = 100;
const MAX_URL = 2048;

/** What is left out may also be null. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

function isText(value: unknown, least: number, most: number): boolean {
  return typeof value === "string" && value.length >= least && value.length <= most;
}

function isEnvelope(value: JsonObject): boolean {
  const { v, seq, req } = value;
  return v === PROTOCOL && Number.isSafeInteger(seq) && Number(seq) >= 1 && matches(req, NAME);
}

/** The length in characters leaves two lengths in bytes more; the padding at the end tells them apart. */
function isPad(value: unknown): boolean {
  return isText(value, PAD_CHARACTERS, PAD_CHARACTERS) && matches(value, BASE64) && matches(value, /==$/);
}

function isViewerReport(value: JsonObject): boolean {
  const { event, reason } = value;
  return (
    VIEWER_REPORTS.some((known) => known === event) && (isAbsent(reason) || isText(reason, 1, MAX_REASON))
  );
}

function areLanguages(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length <= MAX_LANGUAGES && value.every((tag) => matches(tag, LANGUAGE))
  );
}

function isSamlReport({ ask, event, identity }: JsonObject): boolean {
  const known = SAML_EVENTS.some((each) => each === event);
  const fits = event === "done" ? isText(identity, 1, MAX_IDENTITY) : isAbsent(identity);
  return known && fits && matches(ask, NAME);
}

function isWebAddress(value: unknown): boolean {
  return isText(value, 1, MAX_URL) && matches(value, /^https?:\/\//) && URL.canParse(String(value));
}

/** Whether a value is a message that the kernel would accept from a browser. Unknown further fields are ignored. */
export function isToKernel(value: unknown): value is ToKernel {
  if (!isObject(value) || !isEnvelope(value)) return false;
  const { client, type, key, phone, pad, languages } = value;
  if (!matches(client, NAME)) return false;
  switch (type) {
    case "hello":
      return isAbsent(languages) || areLanguages(languages);
    case "cancel":
    case "end":
    case "retry":
      return true;
    case "join":
      return (isAbsent(key) || matches(key, SESSION_KEY)) && (isAbsent(pad) || isPad(pad));
    case "camera":
      return (isAbsent(phone) || matches(phone, PHONE_NUMBER)) && (isAbsent(pad) || isPad(pad));
    case "viewer":
      return isAbsent(pad) || isPad(pad);
    case "link":
      return isPad(pad);
    case "viewer_event":
      return isViewerReport(value);
    case "saml_event":
      return isSamlReport(value);
    default:
      return false;
  }
}

/** Whether a value is a message that a browser accepts from the kernel. Unknown further fields are ignored. */
export function isToBrowser(value: unknown): value is ToBrowser {
  if (!isObject(value) || !isEnvelope(value)) return false;
  const { to, type, sealed, code, message, hint, way, url, key, text } = value;
  if (!matches(to, NAME) && !(type === "invitation" && to === EVERY_TAB)) return false;
  switch (type) {
    case "welcome":
    case "taken":
    case "saml_over":
      return true;
    case "saml":
      return SAML_WAYS.some((known) => known === way) && isWebAddress(url);
    case "viewer":
      return isText(sealed, 4, PAD_CHARACTERS) && matches(sealed, BASE64);
    case "invitation":
      return matches(key, SESSION_KEY) && isText(text, 0, MAX_SENTENCE);
    case "refused":
      return matches(code, CODE) && isText(message, 1, MAX_SENTENCE) && isText(hint, 0, MAX_SENTENCE);
    default:
      return false;
  }
}
