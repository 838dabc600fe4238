/** Glance's public names on a visitor's page (wire sheet, sections 5.6 and 6.5). */
import type { Controller } from "./controller";
import type { Listener } from "./emitter";
import type { PresenceClass } from "./presence";

/** `GLANCE.Cobrowse.Visitor`. */
export interface CobrowseVisitor {
  startSession(given?: unknown): void;
  stopSession(): void;
  inSession(): boolean;
  getKey(): string | null;
  getCallId(): string | null;
  isRandomKey(): boolean;
  showTerms(given?: unknown): void;
  /** `{pause}`: stops and resumes what the agent sees. */
  pauseSession(given?: unknown): void;
  isSessionPaused(): boolean;
  addEventListener(name: string, listener: Listener): void;
  removeEventListener(name: string, listener: Listener): void;
}

/** `GLANCE.Cobrowse.VisitorUI`. */
export interface CobrowseVisitorUI {
  showTerms(given?: unknown): void;
  /** Ours: an agent takes an invitation back, with its `sessionKey`. */
  withdrawTerms(given?: unknown): void;
  showButton(): void;
  toggleButton(): void;
}

export interface GlanceNames {
  readonly Cobrowse: { readonly Visitor: CobrowseVisitor; readonly VisitorUI: CobrowseVisitorUI };
  readonly Presence: { readonly Visitor: PresenceClass };
}

export function cobrowseVisitor(controller: Controller): CobrowseVisitor {
  const { session, events } = controller;
  return {
    startSession: (given) => controller.startSession(given),
    stopSession: () => session.stop(),
    inSession: () => session.current !== null,
    getKey: () => session.current?.sessionKey ?? null,
    getCallId: () => session.current?.callId ?? null,
    isRandomKey: () => session.current?.random ?? false,
    showTerms: (given) => controller.showTerms(given),
    pauseSession: (given) => controller.pauseSession(given),
    isSessionPaused: () => session.paused,
    addEventListener: (name, listener) => events.on(name, listener),
    removeEventListener: (name, listener) => events.off(name, listener),
  };
}

export function cobrowseVisitorUI(controller: Controller): CobrowseVisitorUI {
  return {
    showTerms: (given) => controller.showTerms(given),
    withdrawTerms: (given) => controller.withdrawTerms(given),
    showButton: () => controller.showButton(),
    toggleButton: () => controller.toggleButton(),
  };
}
