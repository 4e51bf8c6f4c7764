// The shelf: a tile for each part, with its picture and price, or how far its file is, or what is wrong with it.
import { picture } from "./asking.js";
import { button, make, money, say } from "./parts_words.js";

const images = new Map();

function imageOf(part) {
  if (!images.has(part.key)) {
    const image = make("img", { alt: "", width: 96, height: 96 });
    picture(image, part.file);
    images.set(part.key, image);
  }
  return images.get(part.key);
}

function standing(part) {
  if (!part.told) return "";
  if (part.told.review) return say("tile_review");
  return part.told.each === undefined ? say("no_price") : money(part.told.total);
}

function arriving(part, now, { drop, again }) {
  if (now?.trouble) {
    return [make("span", { className: "trouble", role: "alert" }, now.trouble), make("span", { className: "acts" }, now.final ? null : button(say("try_again"), () => again(part.key), ""), button(say("remove"), () => drop(part.key), ""))];
  }
  const stage = now?.stage ? say(`stage_${now.stage}`) : now?.share === 1 ? say("measuring") : say("sending");
  const bar = make("progress", { max: 100, ariaLabel: `${part.name}: ${stage}` });
  if (now?.share !== 1) bar.value = (now?.share || 0) * 100;
  return [bar, make("span", { className: "soft" }, stage)];
}

export function tiles(place, parts, { running, shown, pick, drop, again }) {
  place.closest("section").hidden = !parts.length;
  const had = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  place.replaceChildren(...parts.map((part) => {
    if (!part.file) return make("li", { className: "tile" }, make("span", { className: "name" }, part.name), ...arriving(part, running.get(part.key), { drop, again }));
    const open = make("button", { type: "button", className: "open", onclick: () => pick(part.key), "aria-current": part.key === shown ? "true" : null }, imageOf(part), make("span", { className: "name" }, part.name), make("span", { className: "soft figure" }, standing(part)), part.basket ? make("span", { className: "badge good" }, say("tile_basket")) : null);
    open.dataset.key = part.key;
    return make("li", { className: "tile" }, open, make("button", { type: "button", className: "away", ariaLabel: say("remove_part", { name: part.name }), onclick: () => drop(part.key) }, "×"));
  }));
  if (had) place.querySelector(`[data-key="${had}"]`)?.focus();
}
