import { describe, expect, it } from "vitest";
import { scaleFor } from "./fit";
import { QualityMeter } from "./quality";

/** A visitor whose clock is an hour ahead. */
const AHEAD = 3_600_000;

function meter(...delays: number[]): QualityMeter {
  const made = new QualityMeter();
  delays.forEach((delay, index) => {
    made.note(AHEAD + index * 1000, index * 1000 + delay);
  });
  return made;
}

describe("QualityMeter", () => {
  it("needs no common clock", () => {
    expect(meter(20, 30, 25).quality).toBe("good");
  });

  it("sees batches that come late, and forgets it", () => {
    expect(meter(20, 1020, 1020).quality).toBe("slow");
    expect(meter(20, 6000, 6000).quality).toBe("bad");
    expect(meter(20, 6000, 20, 20, 20, 20).quality).toBe("good");
  });

  it("ignores times that are none", () => {
    const made = meter(20);
    made.note(Number.NaN, 5);
    expect(made.quality).toBe("good");
  });

  it("begins anew with a page that has another clock", () => {
    const made = meter(20);
    made.reset();
    made.note(0, 5_000_000);
    expect(made.quality).toBe("good");
  });
});

it.each([
  ["fit", 1200, 600, 0.5],
  ["fit", 390, 1200, 1],
  ["full", 1200, 600, 1],
  ["fit", 0, 600, 1],
  ["fit", 1200, 0, 1],
] as const)("scale %s: %i in %i", (zoom, page, room, scale) => {
  expect(scaleFor(zoom, page, room)).toBe(scale);
});
