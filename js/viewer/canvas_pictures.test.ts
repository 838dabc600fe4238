import { expect, it } from "vitest";
import { parseCanvasPicture } from "./canvas_pictures";

it.each(["png", "webp", "jpeg"])("accepts a picture of type %s", (type) => {
  const payload = { id: 3, dataUrl: `data:image/${type};base64,AAA=` };
  expect(parseCanvasPicture(payload)).toEqual(payload);
});

it.each([
  null,
  {},
  { id: "3", dataUrl: "data:image/png;base64,AAA=" },
  { id: 1.5, dataUrl: "data:image/png;base64,AAA=" },
  { id: 3, dataUrl: 7 },
  { id: 3, dataUrl: "https://evil.test/a.png" },
  { id: 3, dataUrl: "data:image/svg+xml;base64,AAA=" },
  { id: 3, dataUrl: "data:text/html;base64,AAA=" },
  { id: 3, dataUrl: 'data:image/png;base64,AAA=")' },
  { id: 3, dataUrl: " data:image/png;base64,AAA=" },
])("refuses %j", (payload) => {
  expect(parseCanvasPicture(payload)).toBeNull();
});
