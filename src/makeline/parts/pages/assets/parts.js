// A visitor's part: the file goes up, is looked at, and its price follows whatever he chooses. Prices are the server's alone.
import { ask, Refused } from "./asking.js";
import { draw } from "./chart.js";
import { send } from "./parts_files.js";
import { $, known, money, number, say, span } from "./parts_words.js";

const main = document.querySelector("main");
const QUANTITIES = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const SPEEDS = ["economy", "standard", "express"];

let offer = null;
let part = null;
let viewer = null;
let turn = 0;
let waiting = 0;

function trouble(error) {
  $("trouble").textContent = error instanceof Refused ? say("failed", { reason: error.message }) : say("lost");
  $("trouble").hidden = false;
  $("busy").hidden = $("sent").hidden = true;
}

function sent(share) {
  $("sent").value = share * 100;
  if (share === 1) $("busy").hidden = false;
}

async function take(file) {
  $("trouble").hidden = true;
  $("sent").value = 0;
  $("sent").hidden = false;
  $("busy").textContent = say("measuring");
  try {
    await show(await send(file, sent));
  } catch (error) {
    trouble(error);
  }
  $("sent").hidden = $("busy").hidden = true;
}

const query = () => (part.file_token ? `?file_token=${encodeURIComponent(part.file_token)}` : "");

async function show(file) {
  part = file;
  main.classList.remove("empty");
  $("stage-name").textContent = file.original_filename;
  const frame = document.querySelector(".view");
  frame.classList.remove("ready");
  $("preview").alt = say("preview");
  $("preview").src = `files/${file.id}/preview${query()}`;
  facts(file.geometry);
  $("axis").value = "";
  $("cut").hidden = true;
  $("measure").setAttribute("aria-pressed", false);
  viewer?.measure(false);
  scrollTo({ top: 0 });
  price();
  try {
    const { Viewer } = await import("./viewer.js");
    viewer ||= new Viewer($("canvas"), { measured });
    await viewer.load(`v1/files/${file.id}/scene${query()}`, {});
    frame.classList.add("ready");
    viewer.resize();
    viewer.look("iso");
  } catch {
    $("measured").textContent = say("no_viewer");
    $("measured").hidden = false;
  }
}

function facts(geometry) {
  if (!geometry) return $("facts").replaceChildren();
  const told = [
    ["box", geometry.box_mm.map((side) => number(side, 2)).join(" × ") + " mm"],
    ["volume", geometry.volume_mm3 === null ? say("open") : `${number(geometry.volume_mm3 / 1000, 2)} cm³`],
    ["area", `${number(geometry.area_mm2 / 100, 1)} cm²`],
    ["bodies", number(geometry.bodies, 0)],
    ["triangles", number(geometry.triangles, 0)],
  ];
  const holes = new Map();
  for (const hole of geometry.holes || []) holes.set(hole.diameter, (holes.get(hole.diameter) || 0) + 1);
  if (holes.size) told.push(["holes", [...holes].sort((one, other) => one[0] - other[0]).map(([wide, many]) => `${many} × ⌀${number(wide, 2)}`).join(", ")]);
  $("facts").replaceChildren(...told.flatMap(([word, value]) => [Object.assign(document.createElement("dt"), { textContent: say(word) }), Object.assign(document.createElement("dd"), { textContent: value })]));
  return undefined;
}

function measured(length) {
  $("measured").textContent = length === null ? say("measure_help") : `${number(length, 2)} mm`;
  $("measured").hidden = length === null && $("measure").getAttribute("aria-pressed") !== "true";
}

function fill(select, entries, wanted) {
  select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
  if (entries.some(([value]) => value === wanted)) select.value = wanted;
}

function materials() {
  const service = $("service").value;
  const able = Object.entries(offer.materials).filter(([, material]) => material.services.includes(service));
  fill($("material"), able.map(([id, material]) => [id, material.name]), $("material").value);
  forms();
}

function forms() {
  const able = Object.entries(offer.materials[$("material").value].forms).filter(([, form]) => form.services.includes($("service").value));
  fill($("form"), [["", say("form_any")], ...able.map(([id]) => [id, say(id)])], $("form").value);
  $("form").parentElement.hidden = able.length < 2;
}

function wish() {
  const asked = {
    service_id: $("service").value, material_id: $("material").value, quantity: Math.max(1, Math.round(Number($("quantity").value) || 1)), speed: $("speed").value,
    tolerance_id: $("tolerance").value, finish_id: $("finish").value, file_id: part.id,
  };
  if ($("form").value) asked.material_form = $("form").value;
  if ($("cover").value) asked.cover_id = [$("cover").value];
  if (part.file_token) asked.file_token = part.file_token;
  return asked;
}

function change() {
  clearTimeout(waiting);
  waiting = setTimeout(price, 180);
}

// Only the answer to the latest wish counts.
async function price() {
  const mine = (turn += 1);
  const asked = wish();
  $("price").classList.add("asking");
  try {
    const told = await ask("calculate-price", asked);
    if (mine === turn) tell(told);
  } catch (error) {
    if (mine === turn) refuse(error);
    return;
  } finally {
    if (mine === turn) $("price").classList.remove("asking");
  }
  const grid = { quantities: [...new Set([...QUANTITIES, asked.quantity])].sort((one, other) => one - other), speeds: SPEEDS };
  ask("v1/price-grid", { ...asked, grid }).then((told) => mine === turn && variants(told.cells, asked)).catch(() => { $("variants").hidden = true; });
  ask("v1/price-advice", asked).then((told) => mine === turn && advise(told)).catch(() => { $("advice").hidden = true; });
}

function tell(told) {
  $("reasons").hidden = true;
  $("apiece").hidden = false;
  $("each").textContent = money(told.detail_price);
  $("total").textContent = say("total", { price: money(told.total_price) });
  $("days").textContent = say("days", { days: span(told.manufacturing_cycle_days, told.manufacturing_cycle_days_max) });
  const lines = told.breakdown.filter((line) => line.amount > 0);
  const named = (line) => say(`line_${line.line.split(":")[0]}`);
  $("shares").setAttribute("aria-label", lines.map((line) => `${named(line)} ${money(line.amount)}`).join(", "));
  $("shares").replaceChildren(...lines.map((line, position) => {
    const share = document.createElement("i");
    share.className = `share${position % 7}`;
    share.style.flexGrow = line.amount;
    return share;
  }));
  $("legend").replaceChildren(...lines.map((line, position) => {
    const row = document.createElement("li");
    row.append(Object.assign(document.createElement("i"), { className: `share${position % 7}` }), named(line), Object.assign(document.createElement("b"), { textContent: money(line.amount) }));
    return row;
  }));
  list($("warnings"), told.warnings.map((warning) => warning.message));
}

function list(place, texts) {
  place.hidden = !texts.length;
  place.replaceChildren(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

function refuse(error) {
  $("each").textContent = say("no_price");
  $("apiece").hidden = true;
  for (const id of ["total", "days"]) $(id).textContent = "";
  $("shares").replaceChildren();
  $("legend").replaceChildren();
  $("variants").hidden = $("advice").hidden = true;
  const reasons = error instanceof Refused ? error.reasons.map((reason) => known(`reason_${reason.code}`) || reason.message) : [];
  list($("reasons"), reasons.length ? reasons : [error instanceof Refused ? error.message : say("lost")]);
}

function variants(cells, asked) {
  $("variants").hidden = false;
  draw($("chart"), cells, {
    chosen: asked, money,
    name: (cell) => say("variant", { quantity: number(cell.quantity, 0), speed: say(`speed_${cell.speed}`), price: money(cell.detail_price), days: span(cell.manufacturing_cycle_days, cell.manufacturing_cycle_days_max) }),
    pick: (cell) => choose({ quantity: cell.quantity, speed: cell.speed }),
  });
}

const FIELDS = { service_id: "service", material_id: "material", material_form: "form", quantity: "quantity", speed: "speed", tolerance_id: "tolerance", finish_id: "finish" };

function choose(changes) {
  for (const [name, field] of Object.entries(FIELDS)) {
    if (!(name in changes)) continue;
    $(field).value = changes[name];
    if (field === "service") materials();
    if (field === "material") forms();
  }
  if ("cover_id" in changes) $("cover").value = [changes.cover_id].flat()[0] || "";
  price();
}

function button(text, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.addEventListener("click", act);
  return made;
}

function advise(told) {
  const savings = told.savings.filter((saving) => saving.saves_per_part > 0).slice(0, 6);
  $("advice").hidden = !told.findings.length && !savings.length;
  viewer?.mark(told.findings.filter((finding) => finding.point).map((finding) => finding.point));
  // The same thing at several places is said once.
  const found = new Map();
  for (const finding of told.findings) found.set(finding.message, [...(found.get(finding.message) || []), finding]);
  $("findings").replaceChildren(...[...found.values()].map((alike) => {
    const [{ message, fix, severity }] = alike;
    const row = document.createElement("li");
    const text = [alike.length > 1 ? `${alike.length} × ${message}` : message, fix].filter(Boolean).join(" ");
    row.append(Object.assign(document.createElement("span"), { className: severity, textContent: text }));
    const places = alike.filter((finding) => finding.point).map((finding) => finding.point);
    if (places.length) row.append(button(say("show_place"), () => { viewer?.mark(places); $("canvas").scrollIntoView({ block: "center", behavior: "smooth" }); }));
    return row;
  }));
  $("savings").replaceChildren(...savings.map((saving) => {
    const row = document.createElement("li");
    const text = say("saves", { message: saving.message, price: money(saving.saves_per_part) }) + (saving.redrawn ? ` (${say("redrawn")})` : "");
    row.append(Object.assign(document.createElement("span"), { textContent: text }));
    const ours = Object.keys(saving.changes).every((name) => name in FIELDS || name === "cover_id");
    if (ours && Object.keys(saving.changes).length) row.append(button(say("take"), () => choose(saving.changes)));
    return row;
  }));
}

async function demo() {
  const files = await ask("files/demo").catch(() => []);
  $("demo").hidden = !files.length;
  $("demo-parts").replaceChildren(...files.map((file) => {
    const made = button("", () => show(file));
    const picture = Object.assign(document.createElement("img"), { src: `files/${file.id}/preview`, alt: "", loading: "lazy", width: 160, height: 160 });
    made.append(picture, file.original_filename);
    const row = document.createElement("li");
    row.append(made);
    return row;
  }));
}

async function arrive() {
  const [services, stuff, coefficients] = await Promise.all(["services", "materials", "coefficients"].map((path) => ask(path)));
  offer = { services, materials: stuff };
  const named = (entries) => Object.entries(entries).map(([id, entry]) => [id, entry.name]);
  fill($("service"), named(services), "cnc-milling");
  fill($("tolerance"), named(coefficients.tolerance), "4");
  fill($("finish"), named(coefficients.finish), "3");
  fill($("cover"), [["", say("none")], ...named(coefficients.cover)], "");
  $("material").value = "alum_D16";
  materials();
  if (offer.materials.alum_D16) { $("material").value = "alum_D16"; forms(); }
  await demo();
}

async function call(event) {
  event.preventDefault();
  const product = part ? `${part.original_filename}, ${$("service").selectedOptions[0].text}, ${$("quantity").value}` : "";
  try {
    await ask("v1/call-requests", { name: $("call-who").value, phone: $("call-phone").value, product: product.slice(0, 200), agreement: $("call-agreed").checked });
    $("call-form").hidden = true;
    $("called").textContent = say("called");
  } catch (error) {
    $("called").textContent = error instanceof Refused ? say("failed", { reason: error.message }) : say("lost");
  }
  $("called").hidden = false;
}

$("file").addEventListener("change", (event) => { const [file] = event.target.files; if (file) take(file); event.target.value = ""; });
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    $("drop").classList.toggle("over", over);
    if (name === "drop" && event.dataTransfer.files[0]) { main.classList.add("empty"); take(event.dataTransfer.files[0]); }
  });
}
for (const id of ["form", "quantity", "speed", "tolerance", "finish", "cover"]) $(id).addEventListener("input", change);
$("service").addEventListener("input", () => { materials(); change(); });
$("material").addEventListener("input", () => { forms(); change(); });
$("another").addEventListener("click", () => { main.classList.add("empty"); $("file").focus(); });
for (const view of document.querySelectorAll("[data-look]")) view.addEventListener("click", () => viewer?.look(view.dataset.look));
for (const [id, act] of [["edges", (on) => viewer?.edges(on)], ["measure", (on) => viewer?.measure(on)]]) {
  $(id).addEventListener("click", () => {
    const on = $(id).getAttribute("aria-pressed") !== "true";
    $(id).setAttribute("aria-pressed", on);
    act(on);
  });
}
const cut = () => { $("cut").hidden = !$("axis").value; viewer?.section($("axis").value, $("cut").value / 100); };
$("axis").addEventListener("input", cut);
$("cut").addEventListener("input", cut);
$("call-form").addEventListener("submit", call);
arrive().catch(trouble);
