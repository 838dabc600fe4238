/** Puts the viewer's parts together. */
import type { eventWithTime } from "@rrweb/types";
import type { ToViewer } from "../protocol/live_view";
import { CHANGE, EVENT } from "../protocol/recording";
import { assistButton } from "./assist";
import { CameraView } from "./camera_view";
import { Fit } from "./fit";
import { build, setText } from "./layout";
import { ViewerLink } from "./link";
import { teller } from "./opener";
import { say } from "./phrases";
import { QualityMeter } from "./quality";
import { RemoteLayer } from "./remote_layer";
import { Replica } from "./replica";
import { draw } from "./screen";
import type { ViewerSettings } from "./settings";
import { firstState, step, type ViewerState, type ViewerStep } from "./state";
import { EventStream } from "./stream";

/** Kind of mouse interaction by which the recorder tells that an element got the focus. */
const FOCUS = 5;
/** Milliseconds between two repairs of a replica that keeps failing: longer each time, up to the last. */
const REPAIR_GAPS = [2000, 4000, 8000, 16_000, 30_000];
/** Milliseconds without a fault after which a replica counts as sound again. */
const SOUND_AFTER = 60_000;
/** Faults in a row from which on the agent is told. */
const FAULTS_TOLD = 3;

/** One viewer window. */
export class Viewer {
  readonly #settings: ViewerSettings;
  readonly #layout;
  readonly #fit;
  readonly #replica;
  readonly #camera;
  readonly #stream;
  readonly #layer;
  readonly #meter = new QualityMeter();
  readonly #tell;
  readonly #link: ViewerLink | null;
  #state: ViewerState;
  #faults = 0;
  #lastFault = 0;
  #repair: ReturnType<typeof setTimeout> | undefined;
  #joined = false;

  constructor(root: HTMLElement, settings: ViewerSettings) {
    this.#settings = settings;
    this.#layout = build(root);
    this.#fit = new Fit(this.#layout);
    this.#tell = teller(window, settings.openerOrigin);
    this.#state = firstState(settings.sessionKey, settings.error, Date.now());
    this.#replica = new Replica(this.#layout.replica, {
      onshown: () => this.#step({ type: "shown" }),
      onresize: (size) => this.#fit.resize(size),
      ontold: (sentence) => setText(this.#layout.spokenPage, sentence),
      onfault: () => this.#fault(),
    });
    this.#camera = new CameraView(this.#layout.replica, {
      onshown: () => this.#state.paused || this.#step({ type: "shown" }),
      onresize: (size) => this.#fit.resize(size, true),
    });
    this.#stream = new EventStream({
      onevents: (events, fresh) => this.#show(events, fresh),
      ask: () => this.#link?.send({ type: "snapshot" }) ?? false,
    });
    this.#layer = new RemoteLayer(
      this.#layout,
      () => this.#replica.inside,
      (action) => this.#link?.send({ type: "control", action }),
    );
    this.#layout.assist.onclick = () => this.#assist();
    this.#layout.end.onclick = () => this.#end();
    setInterval(() => this.#draw(), 1000);
    this.#draw();
    this.#link = settings.error ? null : this.#connect();
    if (settings.error) this.#tell("joinFailed", { reason: settings.error.code });
  }

  #connect(): ViewerLink {
    const address = new URL("../live/agent", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    return new ViewerLink(address.href, this.#settings.ticket, {
      onframe: (frame) => this.#received(frame),
      onlost: (seconds, attempt) => {
        this.#stream.stop();
        this.#step({ type: "lost", seconds, attempt });
      },
      onattempt: () => this.#step({ type: "attempt" }),
    });
  }

  #received(frame: ToViewer): void {
    if (frame.type === "events") {
      const last = frame.events.at(-1);
      if (last) this.#meter.note(last.timestamp, Date.now());
      this.#stream.receive(frame.seq, frame.events);
      return;
    }
    if (frame.type === "picture") {
      this.#meter.note(frame.at, Date.now());
      this.#camera.show(frame.jpeg);
      return;
    }
    const started = this.#state.session !== null;
    this.#step({ type: "frame", frame });
    this.#report(frame, started);
    // The page that is gone sends nothing more; the next one begins anew.
    if (frame.type === "visitor" && !frame.connected) this.#stream.stop();
    // The service asks for a fresh start when the visitor resumes.
    if (frame.type === "paused") this.#stream.stop();
    if (frame.type === "ended" || frame.type === "refused") this.#close();
  }

  /** What the page that opened this one is told (wire sheet, section 2.6). */
  #report(frame: ToViewer, started: boolean): void {
    const ssnkey = this.#state.session?.key ?? this.#settings.sessionKey;
    if (!this.#joined && (frame.type === "waiting" || frame.type === "session")) {
      this.#joined = true;
      this.#tell("agentJoined", { ssnkey });
    }
    if (frame.type === "session" && !started) this.#tell("sessionStarted", { ssnkey });
    if (frame.type === "refused") this.#tell("joinFailed", { reason: frame.code });
    if (frame.type === "ended") this.#tell(started ? "sessionEnded" : "joinFailed", { reason: frame.reason });
  }

  #show(events: readonly eventWithTime[], fresh: boolean): void {
    if (fresh) this.#meter.reset();
    this.#replica.show(events, fresh);
    for (const { type, data } of events)
      if (type === EVENT.change && data.source === CHANGE.mouseInteraction && data.type === FOCUS)
        this.#layer.focused(data.id);
  }

  #assist(): void {
    const [, action] = assistButton(this.#state.assist);
    if (action) this.#link?.send({ type: action });
  }

  #end(): void {
    this.#link?.end();
    this.#step({ type: "end" });
  }

  #close(): void {
    clearTimeout(this.#repair);
    this.#stream.stop();
    // Nothing of the visitor's page stays on the agent's screen.
    this.#replica.clear();
    this.#camera.clear();
    this.#fit.resize({ width: 0, height: 0 });
    // The button that had the focus may be gone now.
    this.#layout.cardTitle.focus();
  }

  /** The replica may be wrong: a fresh start repairs it, but not one after the other for ever. */
  #fault(): void {
    const now = Date.now();
    if (now - this.#lastFault > SOUND_AFTER) this.#faults = 0;
    this.#lastFault = now;
    if (this.#repair !== undefined) return;
    const gap = REPAIR_GAPS[Math.min(this.#faults, REPAIR_GAPS.length - 1)];
    this.#faults += 1;
    this.#link?.send({ type: "snapshot" });
    this.#repair = setTimeout(() => {
      this.#repair = undefined;
      this.#draw();
    }, gap);
    this.#draw();
  }

  #step(event: ViewerStep): void {
    this.#state = step(this.#state, event, Date.now());
    this.#draw();
  }

  #draw(): void {
    const now = Date.now();
    const { assist, phase, paused } = this.#state;
    draw(this.#layout, this.#state, this.#meter.quality, now);
    const on = assist.state === "on" && phase === "live" && !paused;
    this.#layer.set(on || assist.state === "held", on);
    const troubled =
      this.#faults >= FAULTS_TOLD && now - this.#lastFault < SOUND_AFTER && this.#state.phase === "live";
    this.#layout.trouble.hidden = !troubled;
    const words = say("page.faults", { count: String(this.#faults) });
    setText(this.#layout.trouble, troubled ? words : "");
  }
}
