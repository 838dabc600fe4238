/** The page on which a customer shows the camera of a phone. */
import { Phone } from "./phone";

const root = document.getElementById("glance-phone");
if (root) new Phone(root).begin();
