import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeSocket, personClicks, settle, useFakeFetch, useFakeSockets } from "../visitor/testing";
import { Phone } from "./phone";

const INVITATION = { groupid: "12345", agent: "Ann", camera: "back", resolution: "352x288" };
const STARTED = { callId: 7, sessionId: "12345.482913.1", serverName: "here", sessionKey: "482913" };
const READY = { type: "ready", consent: false, paused: false, assist: null };
const WATCHED = { type: "agents", count: 1, agentlist: [{ partneruserid: "ann@x.example", name: "Ann" }] };

let root: HTMLElement;
let requests: { url: string; init: RequestInit | undefined }[];

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  useFakeSockets(vi);
  requests = useFakeFetch(vi, { "/camera/invitation": INVITATION, StartSession2: STARTED });
  vi.spyOn(HTMLCanvasElement.prototype, "toDataURL").mockReturnValue("data:image/jpeg;base64,/9j/2Q==");
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  root.remove();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function button(name: string): HTMLButtonElement {
  const found = [...root.querySelectorAll("button")].find(({ textContent }) => textContent === name);
  if (!found) throw new Error(`there is no button "${name}", but: ${root.textContent}`);
  return found;
}

async function begin(hash = "#482913"): Promise<void> {
  history.replaceState(null, "", `/proxy/7/camera/${hash}`);
  new Phone(root).begin();
  await settle(vi);
}

async function accepted(): Promise<FakeSocket> {
  await begin();
  personClicks(button("Accept"));
  await settle(vi);
  FakeSocket.last.open();
  FakeSocket.last.receive(READY);
  return FakeSocket.last;
}

function pictures(): number {
  return FakeSocket.last.sent.filter(({ type }) => type === "picture").length;
}

test("asks first, and opens nothing before a person says yes", async () => {
  await begin();
  expect(root.getAttribute("role")).toBe("dialog");
  expect(root.textContent).toContain("Ann asks to see what the camera of this phone sees.");
  button("Accept").dispatchEvent(new MouseEvent("click"));
  await settle(vi);
  expect(FakeSocket.all).toEqual([]);
  expect(requests.map(({ url }) => url)).toEqual([`${location.origin}/proxy/7/camera/invitation`]);
});

test("sends pictures only while somebody watches and nothing is paused", async () => {
  const socket = await accepted();
  await vi.advanceTimersByTimeAsync(1000);
  expect(socket.sent.map(({ type }) => type)).toEqual(["hello", "consent"]);
  expect(socket.sent[1]).toMatchObject({ power: "view", status: "accepted", version: "camera-1" });
  socket.receive(WATCHED);
  await vi.advanceTimersByTimeAsync(1000);
  const sent = pictures();
  expect(sent).toBe(8);
  expect(root.textContent).toContain("Ann sees this.");
  personClicks(button("Pause"));
  expect(socket.sent.at(-1)).toEqual({ type: "pause", paused: true });
  await vi.advanceTimersByTimeAsync(1000);
  expect(pictures()).toBe(sent);
  personClicks(button("Resume"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(pictures()).toBe(sent + 8);
  socket.receive({ ...WATCHED, count: 0, agentlist: [] });
  await vi.advanceTimersByTimeAsync(1000);
  expect(pictures()).toBe(sent + 8);
});

test("leaves pictures out while the connection is behind", async () => {
  const socket = await accepted();
  socket.receive(WATCHED);
  socket.bufferedAmount = 1_000_000;
  await vi.advanceTimersByTimeAsync(1000);
  expect(pictures()).toBe(0);
});

test("tells the service when the answer is no", async () => {
  await begin();
  personClicks(button("Decline"));
  await settle(vi);
  expect(root.textContent).toContain("You declined.");
  expect(JSON.parse(String(requests.at(-1)?.init?.body))).toEqual({
    key: "482913",
    status: "declined",
    version: "camera-1",
    language: "en",
  });
  expect([FakeSocket.all, location.hash]).toEqual([[], ""]);
});

test("says that the invitation was taken back, while it asks and not after the answer", async () => {
  const refusal = { err: "cancelled", msg: "Ann has taken the invitation back." };
  await begin();
  vi.unstubAllGlobals();
  useFakeFetch(vi, {});
  await vi.advanceTimersByTimeAsync(10_000);
  expect(root.getAttribute("role")).toBe("dialog");
  vi.unstubAllGlobals();
  requests = useFakeFetch(vi, { "/camera/invitation": refusal });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(root.querySelector("h1")?.textContent).toBe("Ann has taken the invitation back.");
  expect(root.getAttribute("role")).toBeNull();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(requests).toHaveLength(1);
});

test("looks no more once the answer was given", async () => {
  await accepted();
  const before = requests.length;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(requests).toHaveLength(before);
});

test("goes on after a reload without asking again", async () => {
  await accepted();
  root.replaceChildren();
  await begin("");
  expect(root.textContent).not.toContain("asks to see");
  FakeSocket.last.open();
  expect(FakeSocket.last.sent[0]).toMatchObject({ type: "hello", ssnid: "12345.482913.1" });
  FakeSocket.last.receive({ ...READY, consent: true });
  expect(FakeSocket.last.sent).toHaveLength(1);
});

test("says who ended it, and forgets the session", async () => {
  const socket = await accepted();
  socket.receive(WATCHED);
  socket.receive({ type: "ended", reason: "agent" });
  expect(root.textContent).toContain("Ann ended the session.");
  expect(sessionStorage.length).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(pictures()).toBe(0);
});

test("keeps a key that is not good in the field, with the sentence", async () => {
  vi.unstubAllGlobals();
  useFakeFetch(vi, { "/camera/invitation": { err: "noinvitation", msg: "This key is not good." } });
  await begin("#111111");
  expect(root.querySelector("[role=alert]")?.textContent).toBe("This key is not good.");
  expect(root.querySelector("input")?.value).toBe("111111");
  expect(root.querySelector("input")?.getAttribute("aria-invalid")).toBe("true");
});

test("asks for the key where the link was cut off", async () => {
  await begin("#%");
  expect(root.querySelector("[role=alert]")?.textContent).toBe("Type the key that the agent reads to you.");
  expect(root.querySelector("input")?.value).toBe("%");
  expect(requests).toEqual([]);
});

test("can be tried again when the service was out of reach as the answer was given", async () => {
  await begin();
  useFakeFetch(vi, { "/camera/invitation": INVITATION });
  personClicks(button("Accept"));
  await settle(vi);
  expect(root.querySelector("[role=alert]")?.textContent).toContain("Check your connection and try again.");
  useFakeFetch(vi, { "/camera/invitation": INVITATION, StartSession2: STARTED });
  personClicks(button("Continue"));
  await settle(vi);
  personClicks(button("Accept"));
  await settle(vi);
  expect(FakeSocket.all).toHaveLength(1);
});

test("says at the field what is wrong with what was typed", async () => {
  await begin("");
  const input = root.querySelector("input");
  expect(input?.getAttribute("aria-invalid")).toBe("false");
  personClicks(button("Continue"));
  expect(root.querySelector("[role=alert]")?.textContent).toBe("Type the key that the agent reads to you.");
  expect(input?.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(input);
});
