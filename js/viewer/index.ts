/** The agent's viewer page. */
import { keptSettings, readSettings } from "./settings";
import { Viewer } from "./viewer";

const root = document.getElementById("glance-viewer");
if (root)
  new Viewer(
    root,
    keptSettings(readSettings(document), location, () => sessionStorage),
  );
