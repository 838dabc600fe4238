/**
 * What the identity provider's page tells the page that opened it (wire sheet, section 2.2). The receiver must check the
 * message's origin and source.
 */
import { isObject } from "./json_values";

/** How the page is shown: in a frame that nobody sees, or in a window in which the agent can type. */
export const SAML_WAYS = ["frame", "popup"] as const;

export type SamlWay = (typeof SAML_WAYS)[number];

/** What comes of a request to sign in: `started` first, then one of the others. */
export const SAML_EVENTS = ["started", "done", "timedout", "refused", "malformed"] as const;

export type SamlEvent = (typeof SAML_EVENTS)[number];

/** Longest text that says who the agent is. */
export const MAX_IDENTITY = 1024;

/** A message of the page; `identity` holds the login key. */
export type SamlMessage =
  | { readonly event: "done"; readonly identity: string }
  | { readonly event: "refused" | "malformed" };

/** Reads the data of a window message; `null` when it is none of an identity provider's page. */
export function parseSamlMessage(value: unknown): SamlMessage | null {
  if (!isObject(value)) return null;
  if (value["glanceEvent"] === "authenticateFailed") return { event: "refused" };
  if (value["glanceEvent"] !== "authenticateSucceeded") return null;
  const identity = isObject(value["data"]) ? value["data"]["loginKey"] : null;
  if (typeof identity !== "string" || identity === "" || identity.length > MAX_IDENTITY) {
    return { event: "malformed" };
  }
  return { event: "done", identity };
}
