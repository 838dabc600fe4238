/** Buttons of the page: `glance_button="showTerms"` or `data-glancebutton="…"` (wire sheet, section 6.1). */
import type { Controller } from "./controller";

const ACTIONS: Readonly<Record<string, (controller: Controller) => void>> = {
  showTerms: (controller) => controller.showTerms({}),
  startSession: (controller) => controller.startSession({}),
  start: (controller) => controller.startSession({}),
  showButton: (controller) => controller.showButton(),
  toggleButton: (controller) => controller.toggleButton(),
};

/** Listens on the document, so that buttons work that the page adds later. */
export function listenToButtons(controller: Controller): void {
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    const button = target.closest("[glance_button], [data-glancebutton]");
    const name = button?.getAttribute("glance_button") ?? button?.getAttribute("data-glancebutton") ?? "";
    if (Object.hasOwn(ACTIONS, name)) ACTIONS[name]?.(controller);
  });
}
