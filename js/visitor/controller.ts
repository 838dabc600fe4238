/** Puts the visitor's parts together: who asks, what the visitor answers, what then happens. */

import { isObject, type JsonObject } from "../protocol/json_values";
import { AgentPointer } from "./agent_pointer";
import { Assist } from "./assist";
import { AssistQuestion } from "./assist_question";
import { SessionBar } from "./bar";
import { Emitter } from "./emitter";
import { isMarked } from "./masks";
import { OfferButton } from "./offer";
import { isSecret } from "./passwords";
import type { Presence } from "./presence";
import { Recorder } from "./recorder";
import { VisitorSession } from "./session";
import type { Settings } from "./settings";
import { chosenKey, KEYTYPE_RANDOM, type StartParams, startParams } from "./start_session";
import { TermsDialog } from "./terms";
import { UiHost } from "./ui_host";

/** Everything of this script that lives as long as the page. */
export class Controller {
  readonly events = new Emitter();
  readonly session: VisitorSession;
  readonly #settings: Settings;
  readonly #presence: () => Presence | null;
  readonly #dialog: TermsDialog;
  readonly #offer: OfferButton;
  /** Key of the last invitation that was taken back. */
  #withdrawn = "";

  constructor(settings: Settings, presence: () => Presence | null) {
    this.#settings = settings;
    this.#presence = presence;
    const host = new UiHost();
    const bar = new SessionBar(host, {
      end: () => this.session.stop(),
      pause: () => this.session.pause(!this.session.paused, "visitor"),
      stop: () => this.session.endAssist(),
    });
    const helping = {
      events: this.events,
      question: new AssistQuestion(host),
      pointer: new AgentPointer(host),
      custom: settings.ui === "custom",
      barred: (element: Element) =>
        element === host.element || isMarked(element) || (element.localName === "input" && isSecret(element)),
    };
    this.#dialog = new TermsDialog(host);
    this.#offer = new OfferButton(host, () => this.showTerms({}));
    this.session = new VisitorSession({
      settings,
      presence,
      events: this.events,
      show: (state) => bar.show(state),
      ended: (reason) => bar.ended(reason),
      recorder: (send, backlog) =>
        new Recorder({
          send,
          backlog,
          own: () => host.element,
          ontoolarge: () => this.#tooLarge(),
          settings,
          events: this.events,
        }),
      assist: (line) => new Assist(helping, line),
    });
  }

  /** Asks the visitor. What is already shared under the same key is not asked again. */
  showTerms(given: unknown): void {
    const params = startParams(given);
    const key = chosenKey(params, this.#settings);
    const current = this.session.current;
    if (current && (key === current.sessionKey || key === KEYTYPE_RANDOM)) {
      this.session.repeatAnswers();
      return;
    }
    this.#presence()?.terms("displayed");
    this.#dialog.ask({
      companyname: this.#settings.companyname,
      termsurl: this.#termsUrl(),
      key,
      accept: () => this.#accept(params, key),
      decline: () => this.#presence()?.terms("declined"),
    });
  }

  /** An agent takes an invitation back: the question goes away, and a session that has come of it ends. */
  withdrawTerms(given: unknown): void {
    const { sessionKey } = startParams(given);
    if (!sessionKey) return;
    this.#withdrawn = sessionKey;
    this.#dialog.withdraw(sessionKey);
    this.session.withdraw(sessionKey);
  }

  /**
   * Starts a session at the page's own request: the page has asked the visitor in its own words. An agent who invokes this
   * has asked nobody yet, so the terms are shown.
   */
  startSession(given: unknown): void {
    const params = startParams(given);
    if (params.remote) this.showTerms(params);
    else if (!this.session.current) this.session.start(params, "page").catch(() => undefined); // Told by the `error` event.
  }

  /** `{pause}`; the bar says in its own words what a pause means, so that a `message` is not shown. No agent ends a pause. */
  pauseSession(given: unknown): void {
    const { pause, remote }: JsonObject = isObject(given) ? given : {};
    if (pause !== false || remote !== true) this.session.pause(pause !== false, "page");
  }

  showButton(): void {
    this.#offer.show();
  }

  toggleButton(): void {
    this.#offer.toggle();
  }

  async #accept(params: StartParams, key: string): Promise<void> {
    this.#presence()?.terms("accepted");
    await this.session.start(params, "dialog");
    // Taken back while the session was being started.
    if (key === this.#withdrawn) this.session.withdraw(key);
    this.#offer.hide();
  }

  #termsUrl(): string {
    const { termsurl, service, groupid } = this.#settings;
    const url = termsurl && URL.canParse(termsurl, location.href) ? new URL(termsurl, location.href) : null;
    const web = url && /^https?:$/.test(url.protocol) ? url.href : null;
    return web ?? `${service.ws}/cobrowse/terms/?groupid=${groupid}`;
  }

  #tooLarge(): void {
    this.events.emit("error", {
      code: "pagetoolarge",
      msg: "This page is too large to be shown to the agent.",
    });
  }
}
