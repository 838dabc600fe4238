/** The page on which a customer shows the camera of a phone. */
import { Phone } from "./phone";

const root = document.getElementById("glance-phone");
if (root) {
  const phone = new Phone(root);
  phone.begin();
  window.addEventListener("hashchange", () => phone.begin());
}
