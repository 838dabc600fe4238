import { beforeEach, expect, it, vi } from "vitest";
import { Strain } from "./strain";

let next: ((now: number) => void) | null = null;
let now = 0;

/** Pictures of the screen, so many milliseconds after each other. */
function pictures(...gaps: number[]): void {
  for (const gap of gaps) {
    now += gap;
    next?.(now);
  }
}

function watched() {
  const ontoomuch = vi.fn();
  const strain = new Strain(ontoomuch);
  strain.start();
  pictures(16);
  return { strain, ontoomuch };
}

const smooth = (count: number) => Array.from({ length: count }, () => 16);

beforeEach(() => {
  now = 0;
  vi.stubGlobal("requestAnimationFrame", (look: (now: number) => void) => {
    next = look;
    return 1;
  });
  vi.stubGlobal("cancelAnimationFrame", () => {
    next = null;
  });
});

it("is too much when the window is stuck for 4 s in all", () => {
  const { ontoomuch } = watched();
  pictures(1400, 16, 1400);
  expect(ontoomuch).not.toHaveBeenCalled();
  pictures(1200);
  expect(ontoomuch).toHaveBeenCalledOnce();
});

it("is too much when five pictures take 0.8 s each, but not when many take a little less", () => {
  const { ontoomuch } = watched();
  pictures(...Array.from({ length: 18 }, () => 799));
  expect(ontoomuch).not.toHaveBeenCalled();
  pictures(...Array.from({ length: 5 }, () => 800));
  expect(ontoomuch).toHaveBeenCalledOnce();
});

it("is not that the computer slept, once or twice", () => {
  const { ontoomuch } = watched();
  pictures(3_600_000, 16, 8000);
  expect(ontoomuch).not.toHaveBeenCalled();
});

it("is not what lies more than 15 s back", () => {
  const { ontoomuch } = watched();
  pictures(1900, 1900, ...smooth(1000), 1900);
  expect(ontoomuch).not.toHaveBeenCalled();
});

it("is nothing in a window that nobody sees", () => {
  const { ontoomuch } = watched();
  const visible = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  pictures(5000, 5000, 5000);
  visible.mockReturnValue("visible");
  pictures(5000, 16);
  expect(ontoomuch).not.toHaveBeenCalled();
});

it("begins anew with each page, and stops with it", () => {
  const { strain, ontoomuch } = watched();
  pictures(1900, 1900);
  strain.start();
  pictures(1900, 1900);
  expect(ontoomuch).not.toHaveBeenCalled();
  strain.stop();
  expect(next).toBeNull();
});
