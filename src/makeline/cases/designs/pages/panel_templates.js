// How many pictures are arranged how; styled templates stand with the styles.
import { fill, make, money } from "./dom.js";

export function templatePanel(app) {
  const { words } = app;
  const tiles = make("div", { class: "tiles-row", role: "radiogroup", "aria-label": words.templates });
  const element = make("section", {}, make("h2", {}, words.templates), tiles);

  function update() {
    const shown = app.templates.filter((one) => one.category !== "ai");
    if (tiles.childElementCount !== shown.length) tiles.replaceChildren(...shown.map(tile));
    const present = app.template();
    for (const one of tiles.querySelectorAll("input")) {
      one.checked = one.value === present.id || (present.category === "ai" && one.value === "classic");
    }
  }

  function tile(one) {
    const said = one.image_count === 1 ? words.photo_1 : fill(words.photo_n, { count: one.image_count });
    const price = app.host.price(one);
    return make("label", { class: "tile" },
      make("input", { type: "radio", name: "template", value: one.id, onchange: () => app.design.set({ template: one.id }) }),
      drawing(one), make("strong", {}, one.name), make("span", { class: "small" }, said),
      price ? make("span", { class: "small price" }, money(price, app.host.language)) : null);
  }

  return { element, update };
}

const BOXES = {
  1: [[2, 2, 40, 84]], 2: [[2, 2, 40, 41], [2, 45, 40, 41]], 3: [[2, 2, 40, 48], [2, 52, 19, 34], [23, 52, 19, 34]],
  4: [[2, 2, 19, 41], [23, 2, 19, 41], [2, 45, 19, 41], [23, 45, 19, 41]],
};

// A small picture of the arrangement itself.
function drawing(one) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const box = (x, y, width, height, rx, look) => {
    const rect = document.createElementNS(space, "rect");
    for (const [name, value] of Object.entries({ x, y, width, height, rx, class: look })) rect.setAttribute(name, value);
    svg.append(rect);
  };
  svg.setAttribute("viewBox", "0 0 44 88");
  svg.setAttribute("class", "pictogram");
  svg.setAttribute("aria-hidden", "true");
  box(0.5, 0.5, 43, 87, 7, one.category === "film" ? "film" : "shell");
  if (one.category === "film") {
    const high = 80 / one.image_count;
    for (let at = 0; at < one.image_count; at += 1) box(8, 4 + at * high, 28, high - 3, 1, "photo");
    for (let at = 0; at < 9; at += 1) for (const x of [2.5, 38.5]) box(x, 5 + at * 9, 3, 5, 1, "hole");
  } else {
    for (const [x, y, width, height] of BOXES[one.image_count] || BOXES[1]) box(x, y, width, height, 4, "photo");
  }
  box(4, 4, 17, 17, 5, "camera");
  return svg;
}
