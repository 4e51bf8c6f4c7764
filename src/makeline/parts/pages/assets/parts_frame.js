// What stands in the head of every page: how many parts are in the basket, and who is signed in.
import { ready, who } from "./parts_session.js";
import { follow, ordered } from "./parts_shelf.js";
import { $, make, say } from "./parts_words.js";

const link = (name) => document.querySelector(`[data-section="${name}"]`);

follow(() => {
  const many = ordered().length;
  $("basket-count")?.remove();
  if (many) link("basket").append(make("span", { id: "basket-count", className: "count" }, make("span", { "aria-hidden": "true" }, String(many)), make("span", { className: "unseen" }, say("in_basket", { count: many }))));
});
ready.then(() => { if (who()) link("account").textContent = who(); });
