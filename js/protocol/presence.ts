/** Presence: service discovery, REST answers and socket messages of a visitor (wire sheet, section 5). */
import { isObject, type JsonObject, numberOf, parseObject, textOf } from "./json_values";

/** The version that this script names on the wire; three-part (wire sheet, section 5.3). */
export const CLIENT_VERSION = "1.0.0";

/** Seconds before each attempt to reconnect; the last is repeated (wire sheet, section 5.3). */
export const RECONNECT_DELAYS = [5, 5, 5, 60] as const;

/** What the visitor did with the terms (wire sheet, section 6.5). */
export type TermsStatus = "displayed" | "accepted" | "declined";

/** Where presence is: the answer of GetVisitorSettings3 (wire sheet, section 5.1). */
export interface PresenceSettings {
  /** Host and port without scheme; empty when the group has no presence. */
  readonly host: string;
  /** Whether that host is itself the direct server. */
  readonly loadBalanced: boolean;
}

/** A message of a presence socket. */
export interface PresenceMessage {
  /** `mtype`, or else `type`. */
  readonly kind: string;
  readonly data: JsonObject;
  /** Seconds between two keep-alives; only `connected` has it. */
  readonly keepalive: number | null;
}

/** The query of GetVisitorSettings3. */
export function settingsQuery(groupid: number, site: string): string {
  return `groupid=${groupid}&site=${encodeURIComponent(site)}&service=presence`;
}

/** The query of every REST call, with the doubled `&` that real clients send (wire sheet, section 5.2). */
export function restQuery(groupid: number, visitorid: string): string {
  return `groupid=${groupid}&visitorid=${encodeURIComponent(visitorid)}&&ver=${CLIENT_VERSION}`;
}

/** Reads the answer of GetVisitorSettings3; `null` when it names no host at all. */
export function parseSettings(answer: unknown): PresenceSettings | null {
  if (!isObject(answer)) return null;
  const { presenceUrl, isPresenceLoadBalanced } = answer;
  const host = textOf(presenceUrl ?? "");
  return host === null ? null : { host, loadBalanced: isPresenceLoadBalanced === true };
}

/** Reads the direct server, as `host:port`, out of any answer of the load balancer (wire sheet, section 5.2). */
export function parseDirectServer(answer: unknown): string | null {
  if (!isObject(answer)) return null;
  const { directserver, httpsport, direct } = answer;
  const host = textOf(directserver);
  if (host) return `${host}:${numberOf(httpsport) ?? 443}`;
  return textOf(direct) || null;
}

/** The first frame on a socket; keys in the order of real clients (wire sheet, section 5.3). */
export function connectMessage(groupid: number, visitorid: string): JsonObject {
  return { type: "connect", groupid: String(groupid), visitorid, version: CLIENT_VERSION };
}

/** Reads a frame of a presence socket; `null` when it has no name. */
export function parseMessage(frame: unknown): PresenceMessage | null {
  const message = parseObject(frame);
  if (!message) return null;
  const { mtype, type, data, keepalive } = message;
  const kind = textOf(mtype ?? type, 64);
  if (!kind) return null;
  return { kind, data: isObject(data) ? data : {}, keepalive: numberOf(keepalive) };
}
