import { describe, expect, it } from "vitest";
import { connectMessage, parseDirectServer, parseMessage, parseSettings, restQuery } from "./presence";

describe("presence wire", () => {
  it("asks with the doubled ampersand of real clients", () => {
    expect(restQuery(12345, "maria-21")).toBe("groupid=12345&visitorid=maria-21&&ver=1.0.0");
  });

  it("connects with the keys in their order", () => {
    expect(JSON.stringify(connectMessage(12345, "maria-21"))).toBe(
      '{"type":"connect","groupid":"12345","visitorid":"maria-21","version":"1.0.0"}',
    );
  });

  it("reads where presence is", () => {
    expect(parseSettings({ presenceUrl: "p.test:8", isPresenceLoadBalanced: true })).toEqual({
      host: "p.test:8",
      loadBalanced: true,
    });
    expect(parseSettings({})).toEqual({ host: "", loadBalanced: false });
    expect(parseSettings({ presenceUrl: 7 })).toBeNull();
    expect(parseSettings("p.test")).toBeNull();
  });

  it.each([
    [{ directserver: "d.test", httpsport: 8443 }, "d.test:8443"],
    [{ directserver: "d.test" }, "d.test:443"],
    [{ direct: "d.test:9" }, "d.test:9"],
    [{ directserver: "", direct: "" }, null],
    [{}, null],
    [null, null],
  ])("reads the direct server out of %j", (answer, server) => {
    expect(parseDirectServer(answer)).toBe(server);
  });

  it("reads messages: mtype wins over type", () => {
    expect(parseMessage('{"type":"signal","mtype":"invoke","data":{"func":"f"}}')).toEqual({
      kind: "invoke",
      data: { func: "f" },
      keepalive: null,
    });
    expect(parseMessage('{"type":"connected","keepalive":30}')).toEqual({
      kind: "connected",
      data: {},
      keepalive: 30,
    });
    expect(parseMessage('{"data":{}}')).toBeNull();
    expect(parseMessage("nonsense")).toBeNull();
  });
});
