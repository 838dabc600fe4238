/**
 * What the viewer page tells the page that opened it (wire sheet, section 2.6; the payloads are ours, section 12.5).
 * The receiver must check that the message's origin is the service's.
 */
import { isObject, type JsonObject, textOf } from "./json_values";

/** The events of a viewer, in the order in which they can happen. */
export const VIEWER_EVENTS = ["agentJoined", "sessionStarted", "sessionEnded", "joinFailed"] as const;

export type ViewerEvent = (typeof VIEWER_EVENTS)[number];

/** A message of a viewer window: `agentJoined` and `sessionStarted` carry `ssnkey`, the others `reason`. */
export interface ViewerMessage {
  readonly glanceEvent: ViewerEvent;
  readonly data: JsonObject;
}

/** Reads the data of a window message; `null` when it is none of a viewer. */
export function parseViewerMessage(value: unknown): ViewerMessage | null {
  if (!isObject(value)) return null;
  const { glanceEvent, data } = value;
  const name = textOf(glanceEvent, 32);
  const event = VIEWER_EVENTS.find((known) => known === name);
  return event ? { glanceEvent: event, data: isObject(data) ? data : {} } : null;
}
