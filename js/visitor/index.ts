/** The script that a web page carries: presence, terms, session, recorder. */
import { cobrowseVisitor, cobrowseVisitorUI, type GlanceNames } from "./api";
import { listenToButtons } from "./buttons";
import { Controller } from "./controller";
import { complain, remark } from "./log";
import { watchPasswords } from "./passwords";
import { presenceClass } from "./presence";
import { findTag, readSettings, type Settings } from "./settings";

declare global {
  interface Window {
    GLANCE?: Partial<GlanceNames>;
    GLANCE_COBROWSE?: unknown;
  }
}

/** Makes the page's one set of objects and puts Glance's names on the window. */
function install(settings: Settings): void {
  const roots = () => ({ GLANCE: window.GLANCE, GLANCE_COBROWSE: window.GLANCE_COBROWSE });
  const Visitor = presenceClass(settings, roots);
  const controller = new Controller(settings, () => Visitor.instance);
  window.GLANCE = {
    ...window.GLANCE,
    Cobrowse: { Visitor: cobrowseVisitor(controller), VisitorUI: cobrowseVisitorUI(controller) },
    Presence: { Visitor },
  };
  listenToButtons(controller);
  // Presence first, so that what the session has to tell finds its way.
  if (settings.presence === "on" && settings.visitorid) new Visitor().presence();
  else if (settings.presence === "on") complain('data-presence="on" needs a data-visitorid.');
  void controller.session.resume();
}

/** Runs once per page, and only in its top window: a page inside a frame is part of what the top one shows. */
function start(): void {
  if (window.top !== window.self) return;
  watchPasswords();
  if (window.GLANCE?.Cobrowse) {
    remark("The visitor script is on this page twice.");
    return;
  }
  try {
    install(readSettings(findTag(document), window.GLANCE_COBROWSE, location));
  } catch (error) {
    complain(error instanceof Error ? error.message : error);
  }
}

start();
