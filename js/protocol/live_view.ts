/** The live view's own messages, drawn in `docs/architecture.md` (ours; wire sheet, section 12). */
import type { eventWithTime } from "@rrweb/types";
import { isObject, type JsonObject, numberOf, parseObject, textOf } from "./json_values";

/** Bytes that one frame with page content may have. */
export const MAX_FRAME = 8 * 1024 * 1024;
export const MAX_HREF_LENGTH = 2048;
export const MAX_TITLE_LENGTH = 512;
/** The version of the terms text that the visitor script shows. */
export const CONSENT_VERSION = "1";
/** Tag of the custom event that carries a canvas as an image: payload `{id, dataUrl}`. */
export const CANVAS_TAG = "glance-canvas";

/** The page on which a visitor is; `href` without query and hash. */
export interface Page {
  readonly href: string;
  readonly title: string;
}

/** An agent who watches. */
export interface WatchingAgent {
  readonly partneruserid: string;
  readonly name: string;
}

/** Frames of the visitor script. `events` is not among them: it is put together from ready-made JSON. */
export type VisitorFrame =
  | ({ type: "hello"; ssnid: string; token: string } & Page)
  | { type: "consent"; status: "accepted"; version: string; language: string }
  | ({ type: "page" } & Page)
  | { type: "end" };

/** Frames that the service sends to the visitor script. */
export type ToVisitor =
  | { type: "ready"; consent: boolean }
  | { type: "agents"; count: number; agentlist: WatchingAgent[] }
  | { type: "snapshot" }
  | { type: "ended"; reason: string }
  | { type: "refused"; code: string; message: string };

/** Frames of the viewer page. */
export type ViewerFrame = { type: "hello"; ticket: string } | { type: "snapshot" } | { type: "end" };

/** The session that a viewer shows. `startedAt` is ISO-8601 UTC. */
export interface SessionFacts {
  readonly key: string;
  readonly sessionId: string;
  readonly startedAt: string;
  readonly visitorid: string;
  readonly name: string;
  readonly page: Page;
  readonly connected: boolean;
}

/** Frames that the service sends to the viewer page. `grace` and `duration` are seconds. */
export type ToViewer =
  | { type: "waiting" }
  | { type: "session"; session: SessionFacts }
  | { type: "page"; page: Page }
  | { type: "visitor"; connected: boolean; grace: number }
  | { type: "events"; seq: number; events: eventWithTime[] }
  | { type: "ended"; reason: string; duration: number | null }
  | { type: "refused"; code: string; message: string; hint: string };

/** An address as it may be told to others: without query, hash and credentials. */
export function plainHref(href: string): string {
  try {
    const { origin, pathname, protocol } = new URL(href);
    return (origin === "null" ? protocol + pathname : origin + pathname).slice(0, MAX_HREF_LENGTH);
  } catch {
    return "";
  }
}

/** Reads a frame of `/live/visitor`; `null` when it is unknown or has the wrong shape. */
export function parseToVisitor(frame: unknown): ToVisitor | null {
  const message = parseObject(frame);
  if (!message) return null;
  const { type, consent, reason, code, message: sentence } = message;
  switch (type) {
    case "ready":
      return typeof consent === "boolean" ? { type, consent } : null;
    case "agents":
      return parseAgents(message);
    case "snapshot":
      return { type };
    case "ended":
      return { type, reason: textOf(reason, 64) ?? "" };
    case "refused":
      return { type, code: textOf(code, 64) ?? "", message: textOf(sentence) ?? "" };
    default:
      return null;
  }
}

function parseAgents({ count, agentlist }: JsonObject): ToVisitor | null {
  const number = numberOf(count);
  if (number === null || number < 0) return null;
  const listed = Array.isArray(agentlist) ? agentlist.filter(isObject) : [];
  const agents = listed.map(({ partneruserid, name }) => ({
    partneruserid: textOf(partneruserid, 255) ?? "",
    name: textOf(name, 255) ?? "",
  }));
  return { type: "agents", count: number, agentlist: agents };
}

/** Reads a frame of `/live/agent`; `null` when it is unknown or has the wrong shape. */
export function parseToViewer(frame: unknown): ToViewer | null {
  const message = parseObject(frame);
  if (!message) return null;
  const { type, connected, grace, seq, events, reason, duration, code, message: sentence, hint } = message;
  switch (type) {
    case "waiting":
      return { type };
    case "session":
      return parseSession(message);
    case "page":
      return { type, page: parsePage(message) };
    case "visitor":
      return typeof connected === "boolean" ? { type, connected, grace: numberOf(grace) ?? 0 } : null;
    case "events":
      return parseEvents(seq, events);
    case "ended":
      return { type, reason: textOf(reason, 64) ?? "", duration: numberOf(duration) };
    case "refused":
      return {
        type,
        code: textOf(code, 64) ?? "",
        message: textOf(sentence) ?? "",
        hint: textOf(hint) ?? "",
      };
    default:
      return null;
  }
}

function parsePage(value: unknown): Page {
  const { href, title } = isObject(value) ? value : {};
  return { href: textOf(href, MAX_HREF_LENGTH) ?? "", title: textOf(title, MAX_TITLE_LENGTH) ?? "" };
}

function parseSession(message: JsonObject): ToViewer | null {
  const { key, sessionId, startedAt, visitor, page, connected } = message;
  const { visitorid, name } = isObject(visitor) ? visitor : {};
  const ssnkey = textOf(key, 255);
  if (ssnkey === null) return null;
  const session: SessionFacts = {
    key: ssnkey,
    sessionId: typeof sessionId === "number" ? String(sessionId) : (textOf(sessionId, 255) ?? ""),
    startedAt: textOf(startedAt, 64) ?? "",
    visitorid: textOf(visitorid, 255) ?? "",
    name: textOf(name, 255) ?? "",
    page: parsePage(page),
    connected: connected !== false,
  };
  return { type: "session", session };
}

function parseEvents(seq: unknown, events: unknown): ToViewer | null {
  const number = numberOf(seq);
  if (number === null || !Array.isArray(events) || !events.every(isEvent)) return null;
  return { type: "events", seq: number, events };
}

/** Whether a value has the outer shape of a recorded event; what is inside is the replayer's to refuse. */
function isEvent(value: unknown): value is eventWithTime {
  if (!isObject(value)) return false;
  const { type, data } = value;
  return Number.isInteger(type) && Number(type) >= 0 && Number(type) <= 6 && isObject(data);
}
