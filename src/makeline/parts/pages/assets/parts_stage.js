// The part to look at: turned, cut, measured, its facts, its unit, and where its surface is open.
import { call, picture } from "./asking.js";
import { sceneOf } from "./parts_files.js";
import { $, button, make, number, pairs, say } from "./parts_words.js";

const KEYS = { 1: "iso", 2: "front", 3: "back", 4: "left", 5: "right", 6: "top", 7: "bottom" };
const TURNS = { ArrowLeft: [-0.2, 0], ArrowRight: [0.2, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15] };
let view = null;
let turn = 0;

export const viewer = () => view;

function measured(length) {
  $("measured").textContent = length === null ? say("measure_help") : `${number(length, 2)} mm`;
  $("measured").hidden = length === null && $("measure").getAttribute("aria-pressed") !== "true";
}

// True when the model can be turned; false where a picture must do.
export async function stage(part) {
  const mine = (turn += 1);
  const frame = document.querySelector(".view");
  frame.classList.remove("ready");
  $("stage-name").textContent = part.original_filename;
  $("preview").alt = say("preview");
  picture($("preview"), part);
  $("axis").value = "";
  $("cut").hidden = true;
  $("measure").setAttribute("aria-pressed", false);
  view?.measure(false);
  try {
    const [{ Viewer }, data] = await Promise.all([import("./viewer.js"), call(sceneOf(part)).then((answer) => answer.arrayBuffer())]);
    if (mine !== turn) return false;
    view ||= new Viewer($("canvas"), $("pins"), { measured });
    await view.load(data);
    frame.classList.add("ready");
    view.resize();
    view.scale(part.geometry.box_mm);
    view.edges($("edges").getAttribute("aria-pressed") === "true");
    const leaks = part.geometry.watertight ? 0 : view.leak();
    if (leaks) tellLeaks(part, leaks);
    return mine === turn;
  } catch {
    if (mine === turn) { $("measured").textContent = say("no_viewer"); $("measured").hidden = false; }
    return false;
  }
}

function tellLeaks(part, many) {
  const [first] = part.geometry.leaks;
  $("facts").append(...pairs([[say("leaks"), make("span", {}, `${number(many, 0)} `, first ? button(say("show_place"), () => view.show({ point: first }), "link") : null)]]));
}

// `corrected`: asked for another unit; only meshes leave it open.
export function facts(part, corrected) {
  const { geometry } = part;
  const told = [
    [say("box"), `${geometry.box_mm.map((side) => number(side, 2)).join(" × ")} mm`],
    [say("volume"), geometry.volume_mm3 === null ? say("open") : geometry.volume_mm3 < 100 ? `${number(geometry.volume_mm3, 2)} mm³` : `${number(geometry.volume_mm3 / 1000, 2)} cm³`],
    [say("area"), `${number(geometry.area_mm2 / 100, 1)} cm²`],
    [say("bodies"), number(geometry.bodies, 0)],
    [say("triangles"), number(geometry.triangles, 0)],
  ];
  const holes = new Map();
  for (const hole of geometry.holes || []) {
    const wide = Math.round(hole.diameter * 100) / 100;
    holes.set(wide, (holes.get(wide) || 0) + 1);
  }
  if (holes.size) told.push([say("holes"), [...holes].sort((one, other) => one[0] - other[0]).map(([wide, many]) => `${many} × ⌀${number(wide, 2)}`).join(", ")]);
  $("facts").replaceChildren(...pairs(told));
  const open = geometry.basis === "mesh" && !part.is_demo;
  $("unit-of").hidden = !open;
  $("unit").value = geometry.unit;
  $("unit").onchange = () => corrected($("unit").value);
}

function press(id, act) {
  $(id).addEventListener("click", () => {
    const on = $(id).getAttribute("aria-pressed") !== "true";
    $(id).setAttribute("aria-pressed", on);
    act(on);
  });
}

function keys(event) {
  if (!view || event.ctrlKey || event.metaKey || event.altKey) return;
  if (TURNS[event.key]) view.turn(...TURNS[event.key]);
  else if (KEYS[event.key]) view.look(KEYS[event.key]);
  else if (event.key === "+" || event.key === "=") view.turn(0, 0, 0.85);
  else if (event.key === "-") view.turn(0, 0, 1.18);
  else if (event.key.toLowerCase() === "e") $("edges").click();
  else if (event.key.toLowerCase() === "m") $("measure").click();
  else return;
  event.preventDefault();
}

press("edges", (on) => view?.edges(on));
press("measure", (on) => { view?.measure(on); measured(null); });
for (const one of document.querySelectorAll("[data-look]")) one.addEventListener("click", () => view?.look(one.dataset.look));
const cut = () => { $("cut").hidden = !$("axis").value; view?.section($("axis").value, $("cut").value / 100); };
$("axis").addEventListener("input", cut);
$("cut").addEventListener("input", cut);
$("canvas").addEventListener("keydown", keys);
