import { describe, expect, it, vi } from "vitest";
import { teller } from "./opener";

function around({ opened = true, framed = false } = {}) {
  const opener = { postMessage: vi.fn() };
  const parent = { postMessage: vi.fn() };
  const self = {};
  return { window: { opener: opened ? opener : null, parent: framed ? parent : self, self }, opener, parent };
}

describe("teller", () => {
  it("tells the opener, at the origin that asked for the viewer", () => {
    const { window, opener } = around();
    teller(window, "http://127.0.0.1:8888")("sessionEnded", { reason: "agent" });
    expect(opener.postMessage).toHaveBeenCalledExactlyOnceWith(
      { glanceEvent: "sessionEnded", data: { reason: "agent" } },
      "http://127.0.0.1:8888",
    );
  });

  it("tells the page around a frame when nobody opened it", () => {
    const { window, parent } = around({ opened: false, framed: true });
    teller(window, "https://hub.test")("agentJoined", { ssnkey: "k1" });
    expect(parent.postMessage).toHaveBeenCalledWith(expect.anything(), "https://hub.test");
  });

  it("tells nobody without an origin", () => {
    const { window, opener, parent } = around({ framed: true });
    teller(window, null)("agentJoined", { ssnkey: "k1" });
    expect(opener.postMessage).not.toHaveBeenCalled();
    expect(parent.postMessage).not.toHaveBeenCalled();
  });

  it("does not talk to itself", () => {
    const { window } = around({ opened: false });
    expect(() => teller(window, "https://hub.test")("agentJoined", {})).not.toThrow();
  });
});
