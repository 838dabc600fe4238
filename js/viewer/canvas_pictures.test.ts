import { expect, it } from "vitest";
import { parseCanvasPicture } from "./canvas_pictures";

const HEADS = {
  png: "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01",
  webp: "RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x01\0\0\x01\0\0",
  jpeg: "\xff\xd8\xff\xc0\0\x11\x08\0\x01\0\x01\x03\0\0\0",
};

it.each(Object.entries(HEADS))("accepts a picture of type %s", (type, head) => {
  const payload = { id: 3, dataUrl: `data:image/${type};base64,${btoa(head)}` };
  expect(parseCanvasPicture(payload)).toEqual(payload);
});

it("refuses a picture that unfolds to more than a window can hold", () => {
  const head = `${HEADS.png.replace("IHDR\0\0", "IHDR\0\x01").slice(0, 20)}\0\0\xff\xff`;
  expect(parseCanvasPicture({ id: 3, dataUrl: `data:image/png;base64,${btoa(head)}` })).toBeNull();
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
