import { expect, it } from "vitest";
import { parseViewerMessage } from "./viewer_events";

it("reads what a viewer says, and nothing else", () => {
  expect(parseViewerMessage({ glanceEvent: "sessionEnded", data: { reason: "agent" } })).toEqual({
    glanceEvent: "sessionEnded",
    data: { reason: "agent" },
  });
  expect(parseViewerMessage({ glanceEvent: "agentJoined" })).toEqual({
    glanceEvent: "agentJoined",
    data: {},
  });
  for (const other of [null, "agentJoined", { glanceEvent: "constructor" }, { glanceEvent: 1 }, []]) {
    expect(parseViewerMessage(other)).toBeNull();
  }
});
