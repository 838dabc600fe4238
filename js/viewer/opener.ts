/** Tells the page that opened the viewer what happens (wire sheet, section 2.6). */
import type { ViewerEvent, ViewerMessage } from "../protocol/viewer_events";

interface Listening {
  postMessage(message: unknown, targetOrigin: string): void;
}

/** The part of a window that is needed here. */
export interface Surroundings {
  readonly opener: Listening | null;
  /** The window itself, when there is no page around it. */
  readonly parent: unknown;
  readonly self: unknown;
}

/**
 * Makes the function that tells it. The message goes to the opener, or to the page around a frame, and only when that page
 * has the origin from which the viewer was asked for: a window's opener may have gone elsewhere meanwhile.
 */
export function teller(around: Surroundings, origin: string | null) {
  const outside = around.opener ?? (around.parent === around.self ? null : (around.parent as Listening));
  return (glanceEvent: ViewerEvent, data: Record<string, string>): void => {
    if (origin === null || outside === null) return;
    const message: ViewerMessage = { glanceEvent, data };
    outside.postMessage(message, origin);
  };
}
