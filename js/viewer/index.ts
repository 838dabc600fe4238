/** The agent's viewer page. */
import { readSettings } from "./settings";
import { Viewer } from "./viewer";

const root = document.getElementById("glance-viewer");
if (root) new Viewer(root, readSettings(document));
