// What speaks against the part, each thing at its place on the model; and what would make it cheaper.
import { isOurs } from "./parts_configure.js";
import { $, button, known, make, money, number, say } from "./parts_words.js";

// The server says it in English; its figures stand in our words in the same order.
function inWords(kind, { code }, text) {
  const ours = known(`${kind}_${code}`);
  if (!ours) return text;
  const figures = (text.match(/\d+(?:\.\d+)?/g) || []).map((figure) => number(Number(figure), 2));
  return ours.replace(/\{(\d)\}/g, (_, position) => figures[position] ?? "");
}

const SAVED = {
  A1: /^Tolerance (.+)$/, A2: /^Surface (.+)$/, A3: /(\d+) instead of (\d+)$/, A6: /^Our own/, A7: /^Speed (.+)$/, A8: /^Made at (.+)$/, A9: /^(\w+) ([\d.]+) instead of ([\d.]+) mm$/,
  A10: /^From (.+)$/, A11: /^(.+) instead$/, A12: /^(\d+) pieces/,
};
const BY_WORD = { A7: (speed) => say(`speed_${speed}`), A10: (form) => known(form) || form, A9: (side) => known(`side_${side.toLowerCase()}`) || number(Number(side), 2) };

function savedBy({ rule, message }) {
  const found = SAVED[rule]?.exec(message);
  if (!found) return message;
  return known(`saving_${rule}`).replace(/\{(\d)\}/g, (_, position) => (BY_WORD[rule] || String)(found[Number(position) + 1]));
}

function holeAt(holes, point) {
  return (holes || []).find((hole) => hole.at.every((value, position) => Math.abs(value - point[position]) < 1e-6));
}

// `view`: the picture, as far as there is one.
export function advise(told, { part, view, take }) {
  const savings = (told?.savings || []).filter((saving) => saving.saves_per_part > 0).slice(0, 6);
  const findings = told?.findings || [];
  $("advice").hidden = !findings.length && !savings.length;
  $("findings-name").hidden = !findings.length;
  $("savings-name").hidden = !savings.length;
  // The same thing at several places is said once.
  const found = new Map();
  for (const finding of findings) found.set(finding.message, [...(found.get(finding.message) || []), finding]);
  const pins = [];
  $("findings").replaceChildren(...[...found.values()].map((alike, position) => row(alike, position + 1, { part, view, pins })));
  view?.pin(pins);
  $("savings").replaceChildren(...savings.map((saving) => make("li", {}, make("span", {}, say("saves", { message: savedBy(saving), price: money(saving.saves_per_part) }) + (saving.redrawn ? ` (${say("redrawn")})` : "")),
    isOurs(saving.changes) ? button(say("take"), () => take(saving.changes), "") : null)));
}

function row(alike, place, { part, view, pins }) {
  const [{ message, fix, severity, code }] = alike;
  const said = inWords("finding", { code }, message);
  const text = make("span", { className: severity }, make("strong", { className: "pin-number" }, String(place)), " ", make("span", { className: "unseen" }, `${say(`severity_${severity}`)}: `), alike.length > 1 ? `${alike.length} × ${said}` : said, fix ? make("span", { className: "soft fix" }, inWords("fix", { code }, fix)) : null);
  const places = alike.filter((finding) => finding.point);
  if (!places.length || !view) return make("li", {}, text);
  let turn = -1;
  const go = (position) => {
    turn = position % places.length;
    for (const one of document.querySelectorAll("[data-finding]")) one.setAttribute("aria-pressed", one.dataset.finding === String(place));
    const { point, box } = places[turn];
    view.show({ point, box, axis: holeAt(part.geometry?.holes, point)?.axis });
    $("canvas").scrollIntoView({ block: "nearest" });
  };
  places.forEach(({ point }, position) => {
    const node = make("button", { type: "button", className: `pin ${severity}`, "aria-pressed": "false", "aria-label": say("pin", { number: place, message: said }), onclick: () => go(position) }, String(place));
    node.dataset.finding = String(place);
    pins.push({ point, node });
  });
  const shows = button(places.length > 1 ? say("show_places", { count: places.length }) : say("show_place"), () => go(turn + 1), "");
  shows.dataset.finding = String(place);
  shows.setAttribute("aria-pressed", "false");
  return make("li", {}, text, shows);
}
