import { expect, it, vi } from "vitest";
import { Controller } from "./controller";
import { useFreshPages } from "./fresh_page.testing";
import { settingsFor, settle, useFakeFetch } from "./testing";

// There is no page to record here.
vi.mock("./recorder", () => ({
  Recorder: class {
    running = false;
    start = () => undefined;
    stop = () => undefined;
  },
}));

useFreshPages();

it("lets an agent ask for a pause, and the page alone end it", async () => {
  useFakeFetch(vi, {
    StartSession2: { callId: 7, sessionId: "12345.k1.9", serverName: "s.test:8", sessionKey: "k1" },
  });
  const controller = new Controller(settingsFor(), () => null);
  controller.startSession({ sessionKey: "k1" });
  await settle(vi);
  controller.pauseSession({ pause: true, remote: true });
  expect(controller.session.paused).toBe(true);
  controller.pauseSession({ pause: false, remote: true });
  expect(controller.session.paused).toBe(true);
  controller.pauseSession({ pause: false });
  expect(controller.session.paused).toBe(false);
});
