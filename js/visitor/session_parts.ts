/** What a session on a visitor's page works with. */
import type { Page, WatchingAgent } from "../protocol/live_view";
import type { Assist, AssistLine } from "./assist";
import type { BarState } from "./bar";
import type { Emitter } from "./emitter";
import type { LiveLink } from "./live_link";
import type { Presence } from "./presence";
import type { StoredSession } from "./session_store";
import type { Settings } from "./settings";

/** The recorder as the session uses it. */
export interface PageRecorder {
  readonly running: boolean;
  start(): void;
  stop(): void;
  snapshot(): void;
}

/** What a session works with. */
export interface SessionParts {
  readonly settings: Settings;
  readonly events: Emitter;
  readonly presence: () => Presence | null;
  readonly show: (state: BarState) => void;
  readonly ended: (reason: string) => void;
  readonly recorder: (send: (frame: string) => boolean, backlog: () => number) => PageRecorder;
  readonly assist: (line: AssistLine) => Assist;
}

/** How the visitor agreed: through the dialog of this script, or through the page's own words. */
export type Agreement = "dialog" | "page";

/** A session that is running on this page. */
export interface Running {
  stored: StoredSession;
  readonly link: LiveLink;
  readonly recorder: PageRecorder;
  readonly look: ReturnType<typeof setInterval>;
  readonly assist: Assist;
  /** Who watches; there may be more than are listed. */
  watching: { readonly count: number; readonly agentlist: readonly WatchingAgent[] };
  connection: BarState["connection"];
  page: Page;
}
