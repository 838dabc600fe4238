import { describe, expect, test } from "vitest";
import { type Face, type Facts, faceOf } from "./face";
import { phrasesFor } from "./phrases";
import { FakeModel } from "./testing";
import { readTraits, STATES } from "./traits";

const NOW = Date.parse("2026-11-22T10:05:00.000Z");
const SESSION = {
  sessionId: "1",
  key: "k",
  startedAt: "2026-11-22T10:02:40.000Z",
  viewer: "open",
  visitor: "Maria",
  page: "https://shop.test/cart?x=1",
};

function face(traits: Readonly<Record<string, unknown>>, facts: Partial<Facts> = {}): Face {
  const plain: Facts = {
    traits: readTraits(new FakeModel(traits)),
    name: "Maria",
    link: "live",
    request: null,
    slow: false,
    viewer: "none",
    blocked: false,
    missingFrame: "",
    address: "",
    signIn: "none",
    signInAddress: "",
    invitation: null,
    editor: false,
    refusal: null,
    now: NOW,
  };
  return faceOf({ ...plain, ...facts }, phrasesFor("en", new Map()));
}

const words = ({ lines }: Face): string => lines.map(({ text }) => text).join(" | ");
const status = (reason: string, message = "", hint = ""): Record<string, unknown> => ({
  status: { since: "2026-11-22T10:00:00.000Z", reason, message, hint },
});

describe("the main button", () => {
  test.each([
    ["signed_out", {}, "Join with Key", false],
    ["connecting", {}, "Join with Key", false],
    ["absent", {}, "Join with Key", true],
    ["present", {}, "Join", true],
    ["inviting", {}, "Cancel", true],
    ["joining", {}, "Cancel", true],
    ["in_session", { session: SESSION }, "End Session", true],
    ["ended", {}, "Join", true],
    ["ended", { visitor: null }, "Join with Key", true],
    ["failed", {}, "Join", true],
    ["failed", { visitor: null }, "Join with Key", true],
    ["failed", { visitor: { name: "Maria", connected: false } }, "Join with Key", true],
  ] as const)("in %s with %j is %s", (state, traits, name, enabled) => {
    expect(face({ state, ...traits }).main).toMatchObject({ name, enabled });
  });

  test("takes back a join that waits until the agent is signed in again", () => {
    const waiting = face({ state: "connecting" }, { viewer: "waiting" });
    expect(waiting.main).toMatchObject({ name: "Cancel", enabled: true });
  });

  test.each(STATES)("is off in %s when the kernel is gone", (state) => {
    const gone = face({ state, session: SESSION }, { link: "gone" });
    expect(gone.main?.enabled).toBe(false);
    expect([gone.retry, gone.openViewer, gone.useKey, gone.keyAllowed]).toEqual([false, "", false, false]);
    expect(gone.headline).toBe("The kernel is gone. Run the cell again.");
    expect(words(gone)).toBe(`Last known: ${face({ state, session: SESSION }).headline}`);
  });

  test("is off while the session is being ended", () => {
    const ending = face({ state: "in_session", session: SESSION, ...status("ending") });
    expect(ending.main).toMatchObject({ name: "End Session", enabled: false });
    expect(ending.headline).toBe("Ending the session…");
  });
});

describe("the headline", () => {
  test.each([
    ["signed_out", {}, "Not signed in"],
    ["connecting", {}, "Connecting to Glance…"],
    ["absent", {}, "Maria is not online"],
    ["absent", { presence: false }, "Ready to join with a key"],
    ["absent", { visitorid: "" }, "Ready to join with a key"],
    ["present", {}, "Maria is online"],
    ["inviting", {}, "Waiting for Maria to accept…"],
    ["inviting", status("terms_displayed", "Maria is reading the terms."), "Maria is reading the terms."],
    ["joining", {}, "Joining the session…"],
    ["in_session", { session: SESSION }, "In session with Maria"],
    ["in_session", { session: { ...SESSION, visitor: null }, visitor: { name: "Otto" } }, "In session"],
    ["ended", { reporting: { duration: 140 } }, "Session ended – 2 min 20 sec"],
    ["ended", { reporting: null }, "Session ended"],
    ["failed", {}, "That did not work."],
    ["failed", { error: { code: "x", message: "No answer.", hint: "Wait." } }, "No answer."],
    ["failed", { errorMessage: "Call us.", error: { code: "x", message: "No.", hint: "Wait." } }, "Call us."],
  ] as const)("in %s with %j is %s", (state, traits, headline) => {
    expect(face({ state, ...traits }).headline).toBe(headline);
  });

  test("without a name speaks of the visitor", () => {
    expect(face({ state: "present" }, { name: "" }).headline).toBe("Visitor is online");
    expect(face({ state: "absent" }, { name: "" }).headline).toBe("Visitor is not online");
  });
});

describe("beside the headline", () => {
  test("stands since when", () => {
    expect(face({ state: "present" }).when?.text).toBe("for 5 min");
    expect(face({ state: "present" }, { now: NOW - 295_000 }).when?.text).toBe("just now");
    expect(face({ state: "present" }, { now: NOW - 3_600_000 }).when?.text).toBe("just now");
    expect(face({ state: "failed" }).when?.text).toBe("5 minutes ago");
    expect(face({ state: "absent", status: { since: "nonsense" } }).when).toBeNull();
  });

  test("runs a clock in a session, and stands its page without what nobody should see", () => {
    const running = face({ state: "in_session", session: SESSION });
    expect([running.timer, running.place]).toEqual(["2:20", "on /cart"]);
  });

  test("stands the page of a visitor who is online", () => {
    expect(face({ state: "present" }).place).toBe("on /cart");
    expect(face({ state: "absent" }).place).toBe("");
  });

  test("stands which platform it is, unless it is the usual one", () => {
    expect(face({ glancebaseurl: "sandbox" }).tag).toBe("sandbox");
    expect(face({ glancebaseurl: "production" }).tag).toBe("");
  });
});

describe("the lines", () => {
  const error = { code: "sign_in", message: "No login key.", hint: "Check authurl." };

  test("give the hint of a failure, and the way back where there is one", () => {
    const failed = face({ state: "failed", error, ...status("sign_in") });
    expect([failed.headline, words(failed), failed.retry]).toEqual(["No login key.", "Check authurl.", true]);
    expect(face({ state: "failed", error, ...status("presence") }).retry).toBe(true);
    expect(face({ state: "failed", error, ...status("declined") }).retry).toBe(false);
  });

  test("give an error that did not stop anything", () => {
    expect(words(face({ state: "in_session", error }))).toBe("No login key. Check authurl.");
    expect(words(face({ state: "in_session", error, errorMessage: "Call us." }))).toBe(
      "Call us. Check authurl.",
    );
  });

  test("say why a request was refused, once", () => {
    const refusal = { message: "The visitor is not online.", hint: "Wait." };
    expect(words(face({}, { refusal }))).toBe("The visitor is not online. Wait.");
    expect(words(face({ state: "failed", error: refusal }, { refusal }))).toBe("Wait.");
  });

  test("say that the kernel is busy, and whether a click waits", () => {
    expect(words(face({}, { slow: true }))).toBe(
      "The kernel is busy with another cell; your click is waiting.",
    );
    expect(words(face({}, { link: "quiet" }))).toContain("has not answered");
  });

  test("say that a window was blocked, while it is needed", () => {
    expect(words(face({ state: "inviting" }, { blocked: true }))).toContain("Press Open Viewer");
    expect(words(face({ state: "inviting" }, { blocked: true, editor: true }))).toContain("in your browser");
    expect(words(face({ state: "present" }, { blocked: true }))).toBe("");
  });

  test("say one thing about signing in at a time", () => {
    const traits = {
      state: "connecting",
      ...status("press_sign_in", "You are not signed in yet.", "Press Sign In."),
    };
    expect(words(face(traits, { signIn: "press" }))).toBe("Press Sign In.");
    expect(words(face(traits, { signIn: "open" }))).toBe("Sign in in the window that has opened.");
    expect(words(face(traits, { signIn: "blocked", editor: true }))).not.toContain("Press");
  });

  test("say what is wrong with a frame", () => {
    expect(words(face({ state: "in_session" }, { viewer: "silent" }))).toContain("inside this page");
    expect(words(face({ state: "inviting" }, { viewer: "waiting", missingFrame: "box" }))).toContain("“box”");
  });
});

describe("other buttons", () => {
  test.each([
    ["closed", "none", "open"],
    ["opening", "waiting", ""],
    ["opening", "posted", "open"],
    ["blocked", "none", "open"],
    ["open", "posted", ""],
    ["open", "silent", "open"],
    ["open", "none", "reopen"],
  ] as const)("a viewer that is %s, here %s, can be opened: %j", (viewer, phase, openViewer) => {
    const session = { ...SESSION, viewer };
    expect(face({ state: "in_session", session }, { viewer: phase }).openViewer).toBe(openViewer);
  });

  test("a key may be used although the visitor is online", () => {
    expect(face({ state: "present" }).useKey).toBe(true);
    expect(face({ state: "absent" }).useKey).toBe(false);
    expect(face({ state: "failed" }).useKey).toBe(true);
  });
});

test.each(STATES)("a saved document shows %s without anything to press", (state) => {
  const saved = face({ state, session: SESSION }, { link: "static" });
  expect([saved.main, saved.openViewer, saved.retry, saved.useKey, saved.timer]).toEqual([
    null,
    "",
    false,
    false,
    "",
  ]);
  expect(saved.when?.text).toMatch(/^as of Nov 22, 2026/);
  expect(saved.mood).toBe("off");
  expect(words(saved)).toBe(
    "No kernel is connected: this is what was saved. To use the button, run its cell in the notebook.",
  );
});

test("another version of the kernel is named", () => {
  const other = face({ _protocol: 2 });
  expect([other.main, other.headline]).toEqual([
    null,
    "The front end and the kernel are of different versions.",
  ]);
  expect(words(other)).toContain("version 1, the kernel version 2");
});
