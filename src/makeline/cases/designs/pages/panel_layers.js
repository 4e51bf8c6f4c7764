// Everything on the case as a list, from the top down: what the fingers can do, buttons can.
import { fill, make, iconButton } from "./dom.js";
import { indexOf, kindOf, objectsOf, removed, restacked } from "./objects.js";

export function layerPanel(app) {
  const { words } = app;
  const list = make("ol", { class: "layers" });
  const element = make("section", {}, make("h2", {}, words.tool_layer), make("p", { class: "small" }, words.layers_help), list);

  function update() {
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    list.replaceChildren(...objectsOf(app.now, app.outline).reverse().map(row));
    if (focused) {
      const again = [...list.querySelectorAll("button")].find((one) => one.dataset.key === focused);
      if (again) again.focus();
    }
  }

  function row(id) {
    const name = nameOf(app, id);
    const chosen = app.chosen === id;
    const stack = kindOf(id) === "sticker" && app.now.stickers.length > 1;
    const there = kindOf(id) !== "picture" || app.design.picture(indexOf(id));
    const key = (what) => ({ "data-key": `${what} ${id}` });
    return make("li", { class: chosen ? "chosen" : null },
      make("button", { type: "button", class: "name", "aria-pressed": chosen, onclick: () => app.choose(id), ...key("name") }, name),
      stack ? iconButton("up", fill(words.forward, { name }), () => restack(id, 1), key("up")) : null,
      stack ? iconButton("down", fill(words.backward, { name }), () => restack(id, -1), key("down")) : null,
      there ? iconButton("gone", fill(words.remove_name, { name }), () => app.design.set(removed(id, app.now)), key("gone"))
        : iconButton("plus", fill(words.choose_for, { name }), () => app.pick(indexOf(id)), key("pick")));
  }

  function restack(id, by) {
    const [changes, now] = restacked(id, by, app.now);
    app.design.set(changes);
    app.choose(now);
  }

  return { element, update };
}

export function nameOf(app, id) {
  const { words } = app;
  const kind = kindOf(id);
  if (kind === "text") return fill(words.layer_text, { text: app.now.text.trim().slice(0, 24) });
  if (kind === "sticker") {
    const { sticker } = app.now.stickers[indexOf(id)];
    const category = sticker.replace(/-\d+$/, "");
    return fill(words.layer_sticker, { number: indexOf(id) + 1, name: words[`art_${category.replaceAll("-", "_")}`] || category });
  }
  return app.template().image_count > 1 ? fill(words.photo_number, { number: indexOf(id) + 1 }) : words.layer_photo;
}
