/**
 * The phone that shows its camera: key, question, picture, end. Nothing is asked of the camera, and nothing is sent,
 * before the answer is yes; then pictures go out only while somebody watches and the session is not paused.
 */
import type { ToVisitor } from "../protocol/live_view";
import { LiveLink } from "../visitor/live_link";
import { Camera } from "./camera";
import { decline, type Invitation, PhoneError, QUESTION, readInvitation, service } from "./invitation";
import { make, show } from "./screen";
import { type CameraSession, forgetSession, startCamera, storedSession } from "./session";

/** Bytes that may wait in the browser before a picture is left out. */
const BACKLOG = 256 * 1024;
/** Milliseconds between two looks whether the invitation that is asked about still holds. */
const LOOK_EVERY = 3000;
const KEY = /^[A-Za-z0-9_.~-]+$/;
const NO_KEY = "Type the key that the agent reads to you.";
const PROMISES = [
  "They see what the camera sees, live. You also see it here.",
  "No sound is sent, and nothing of it is kept.",
  "You can pause or end at any time.",
];

export class Phone {
  readonly #root: HTMLElement;
  readonly #status = make("p", "");
  readonly #note = make("p", "");
  #link: LiveLink | null = null;
  #camera: Camera | null = null;
  #agent = "The agent";
  #question: ReturnType<typeof setInterval> | undefined;
  #watched = false;
  #paused = false;
  #connected = true;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#status.setAttribute("role", "status");
    this.#status.className = "live";
    this.#note.className = "quiet";
  }

  /**
   * Goes on with the session that this tab had; else reads the key behind the hash, else asks for it. To be called again
   * when another link is opened in the tab, which changes nothing while the camera is shown.
   */
  begin(): void {
    if (this.#camera) return;
    this.#answered();
    const stored = storedSession();
    const key = location.hash.slice(1);
    if (stored && (!key || key === stored.invitation.key)) this.#run(stored);
    else if (KEY.test(key)) void this.#open(key);
    else this.#askKey(key && NO_KEY, key);
  }

  #askKey(problem = "", typed = ""): void {
    const label = make("label", "Key");
    const input = make("input", "");
    input.id = label.htmlFor = "key";
    input.className = "key";
    input.inputMode = "numeric";
    input.autocomplete = "off";
    input.maxLength = 62;
    input.value = typed;
    const alert = make("p", "");
    alert.id = "problem";
    alert.setAttribute("role", "alert");
    alert.className = "problem";
    input.setAttribute("aria-describedby", alert.id);
    const complain = (words: string): void => {
      alert.textContent = words;
      input.setAttribute("aria-invalid", String(words !== ""));
      input.focus();
    };
    const go = (): void => {
      const key = input.value.replace(/\s/g, "");
      if (KEY.test(key)) void this.#open(key);
      else complain(NO_KEY);
    };
    input.onkeydown = ({ key }) => key === "Enter" && go();
    show(this.#root, {
      title: "Show your camera",
      texts: ["The agent who helps you reads a key to you."],
      choices: [{ name: "Continue", act: go }],
    });
    this.#root.querySelector(".row")?.before(label, input, alert);
    complain(problem);
  }

  async #open(key: string): Promise<void> {
    show(this.#root, { title: "One moment…" });
    try {
      this.#ask(await readInvitation(key));
    } catch (error) {
      this.#askKey(sentenceOf(error), key);
    }
  }

  #ask(invitation: Invitation): void {
    this.#question = setInterval(() => void this.#stillAsked(invitation), LOOK_EVERY);
    show(this.#root, {
      title: `Show your camera to ${invitation.agent}?`,
      texts: [`${invitation.agent} asks to see what the camera of this phone sees.`],
      points: PROMISES,
      choices: [
        { name: "Accept", act: () => void this.#accept(invitation) },
        { name: "Decline", act: () => void this.#decline(invitation), look: "plain" },
      ],
      dialog: true,
    });
  }

  /** The agent may have taken the invitation back, or it is too old. */
  async #stillAsked({ key }: Invitation): Promise<void> {
    const question = this.#question;
    try {
      await readInvitation(key);
    } catch (error) {
      const refused = error instanceof PhoneError && ["cancelled", "noinvitation"].includes(error.code);
      if (refused && question === this.#question) this.#over(error.message, "Nothing was sent.");
    }
  }

  #answered(): void {
    clearInterval(this.#question);
    this.#question = undefined;
  }

  async #decline(invitation: Invitation): Promise<void> {
    this.#over("You declined.", `${invitation.agent} is told. Nothing was sent.`);
    // Who cannot be told learns it when the invitation ends.
    await decline(invitation.key).catch(() => undefined);
  }

  async #accept(invitation: Invitation): Promise<void> {
    this.#answered();
    show(this.#root, { title: "Starting…" });
    try {
      this.#run(await startCamera(invitation));
    } catch (error) {
      this.#askKey(sentenceOf(error), invitation.key);
    }
  }

  #run({ invitation, ssnid, token }: CameraSession): void {
    this.#agent = invitation.agent;
    const { protocol, host, pathname } = service();
    const scheme = protocol === "https:" ? "wss:" : "ws:";
    const camera = new Camera(invitation, (jpeg, at) => this.#send(jpeg, at));
    this.#camera = camera;
    camera.canvas.setAttribute("role", "img");
    camera.canvas.setAttribute("aria-label", "What your camera shows");
    this.#link = new LiveLink(
      {
        scheme,
        server: `${host}${pathname.replace(/\/$/, "")}`,
        ssnid,
        tok: token,
      },
      {
        onframe: (frame) => this.#received(frame),
        onconnection: (status) => {
          this.#connected = status === "ok";
          this.#draw();
        },
        onended: (reason, refusal) => this.#ended(reason, refusal?.message),
        onlost: () => this.#over("The connection was lost.", "The session has ended."),
      },
    );
    this.#scene();
    void camera.start(invitation).then(() => this.#draw());
  }

  #received(frame: Exclude<ToVisitor, { type: "refused" | "ended" }>): void {
    if (frame.type === "ready") {
      this.#paused = frame.paused;
      // A session exists only once the answer was yes.
      if (!frame.consent) this.#consent();
      this.#scene();
    } else if (frame.type === "agents") {
      this.#watched = frame.count > 0;
      const [first] = frame.agentlist;
      if (first) this.#agent = first.name || first.partneruserid;
    } else if (frame.type === "paused") this.#pausedNow(frame.paused);
    this.#draw();
  }

  #consent(): void {
    const [power, status] = ["view", "accepted"] as const;
    this.#link?.send({ type: "consent", power, status, ...QUESTION });
  }

  #send(jpeg: string, at: number): void {
    const link = this.#link;
    if (link?.ready && this.#watched && !this.#paused && link.backlog < BACKLOG)
      link.send(JSON.stringify({ type: "picture", at, jpeg }));
  }

  #pause(): void {
    const paused = !this.#paused;
    if (this.#link?.send({ type: "pause", paused })) this.#pausedNow(paused);
  }

  #pausedNow(paused: boolean): void {
    this.#paused = paused;
    this.#scene();
  }

  #end(): void {
    this.#link?.end();
    this.#over("You ended the session.", "Your camera is off.");
  }

  #ended(reason: string, refusal = ""): void {
    const words: Record<string, string> = {
      agent: `${this.#agent} ended the session.`,
      visitor: "You ended the session.",
      conndrop: "The connection was away for too long.",
      timedout: "Nobody came to look.",
    };
    this.#over(refusal || (words[reason] ?? "The session has ended."), "Your camera is off.");
  }

  #over(title: string, text: string): void {
    this.#answered();
    this.#camera?.stop();
    this.#camera = null;
    this.#link?.close();
    this.#link = null;
    forgetSession();
    history.replaceState(null, "", location.pathname);
    show(this.#root, { title, texts: [text, "You can close this page."] });
  }

  #scene(): void {
    const { canvas } = this.#camera ?? {};
    if (!canvas) return;
    canvas.className = this.#paused ? "covered" : "";
    show(this.#root, {
      title: this.#paused ? "Paused" : "Your camera",
      body: [canvas],
      choices: [
        { name: this.#paused ? "Resume" : "Pause", act: () => this.#pause(), look: "plain" },
        { name: "End Session", act: () => this.#end(), look: "end" },
      ],
    });
    this.#root.querySelector(".row")?.before(this.#status, this.#note);
    this.#draw();
  }

  #draw(): void {
    const seen = this.#connected && this.#watched && !this.#paused;
    this.#status.dataset["seen"] = String(seen);
    let words = seen ? `${this.#agent} sees this.` : `Waiting for ${this.#agent}. Nothing is sent.`;
    if (this.#paused) words = "Nothing is sent until you resume.";
    if (!this.#connected) words = "The connection was lost. It is being tried again…";
    if (this.#status.textContent !== words) this.#status.textContent = words;
    const reason = this.#camera?.reason ?? "";
    this.#note.hidden = reason === "";
    if (this.#note.textContent !== reason) this.#note.textContent = reason;
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof PhoneError ? error.message : "That did not work. Load this page again.";
}
