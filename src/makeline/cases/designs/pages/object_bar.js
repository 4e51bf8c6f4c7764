// What can be done with the chosen thing, as buttons and sliders below the case.
import { $, fill, iconButton, make } from "./dom.js";
import { indexOf, kindOf, moved, removed, restacked, sized, spotOf, turned, turnedTo, zoomed } from "./objects.js";
import { nameOf } from "./panel_layers.js";

const STEP = 0.02;

export function objectBar(app) {
  const { words } = app;
  const bar = $("object");
  const signs = $("signs");
  let shown = null;
  let size = null;
  let turn = null;

  const apply = (changes) => app.design.set(changes);
  const move = (across, down) => {
    const far = app.outline.width_px * STEP;
    apply(moved(app.chosen, across * far, down * far, app.now, app.outline, app.stage.sizeOf(app.chosen)));
  };

  function build(id) {
    const kind = kindOf(id);
    const picture = kind === "picture";
    size = slider(words[picture ? "zoom" : "size"], picture ? [1, 4, 0.01] : kind === "text" ? [0.4, 2.5, 0.01] : [0.05, 1, 0.005], (value) => {
      app.design.edit(picture ? zoomed(id, value, app.now, app.outline, app.stage.sizeOf(id)) : sized(id, value, app.now, app.outline));
    });
    turn = picture ? null : slider(words.turn, [-180, 180, 1], (value) => app.design.edit(turnedTo(id, value, app.now, app.outline)));
    const arrows = make("div", { class: "row arrows", role: "group", "aria-label": words.move },
      iconButton("left", words.left, () => move(-1, 0)), iconButton("right", words.right, () => move(1, 0)),
      iconButton("up", words.up, () => move(0, -1)), iconButton("down", words.down, () => move(0, 1)));
    signs.replaceChildren(...[
      picture ? iconButton("turn", words.turn_quarter, () => apply(turned(id, 90, app.now, app.outline))) : null,
      kind === "sticker" ? iconButton("copy", words.copy, copy) : null,
      kind === "sticker" ? iconButton("front", words.to_front, () => restack(1)) : null,
      kind === "sticker" ? iconButton("behind", words.to_back, () => restack(-1)) : null,
      kind !== "picture" ? iconButton("gone", words.remove, () => apply(removed(app.chosen, app.now)), { class: "sign danger" }) : null].filter(Boolean));
    bar.replaceChildren(size.element, ...(turn ? [turn.element] : []), arrows);
  }

  function restack(by) {
    const [changes, now] = restacked(app.chosen, by, app.now);
    apply(changes);
    app.choose(now);
  }

  function copy() {
    const one = app.now.stickers[indexOf(app.chosen)];
    if (app.now.stickers.length >= 20) return;
    apply({ stickers: [...app.now.stickers, { ...one, x: Math.min(1, one.x + 0.06), y: Math.min(1, one.y + 0.03) }] });
    app.choose(`sticker:${app.now.stickers.length - 1}`);
  }

  function slider(label, [min, max, step], changed) {
    const input = make("input", { type: "range", min, max, step, "aria-label": label });
    input.addEventListener("input", () => changed(Number(input.value)));
    input.addEventListener("change", () => app.design.settle());
    return { element: make("label", { class: "slider" }, make("span", {}, label), input), input };
  }

  function update() {
    const id = app.chosen;
    const picture = kindOf(id) === "picture" && app.design.picture(indexOf(id));
    const there = id && app.outline && (kindOf(id) !== "picture" || (picture && app.stage.sizeOf(id)));
    bar.hidden = !there;
    signs.hidden = !there;
    if (!there) {
      shown = null;
      return;
    }
    if (shown !== id) build(id);
    shown = id;
    for (const one of [bar, signs]) one.setAttribute("aria-label", fill(words.chosen, { name: nameOf(app, id) }));
    const thing = picture ? picture.view : kindOf(id) === "sticker" ? app.now.stickers[indexOf(id)] : spotOf(app.now, app.outline);
    if (!thing) return;
    size.input.value = picture ? thing.zoom : thing.size;
    if (turn) turn.input.value = thing.turn > 180 ? thing.turn - 360 : thing.turn;
  }

  return { update };
}
