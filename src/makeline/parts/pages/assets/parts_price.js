// The price of the part that is shown: it follows every choice, says what it is made of, and what other quantities and dates cost.
import { ask, Refused } from "./asking.js";
import { draw } from "./chart.js";
import { breakdown } from "./parts_made.js";
import { $, known, make, money, number, say, span } from "./parts_words.js";

const QUANTITIES = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const SPEEDS = ["economy", "standard", "express"];
let turn = 0;

// Only the answer to the latest wish counts. `heard`: told the price or the reasons; `advised`: findings and savings.
export async function price(asked, { heard, advised, pick }) {
  const mine = (turn += 1);
  $("price").classList.add("asking");
  ask("v1/price-advice", asked).then((told) => mine === turn && advised(told)).catch(() => mine === turn && advised(null));
  try {
    const told = await ask("calculate-price", asked);
    if (mine !== turn) return;
    tell(told);
    heard({ each: told.detail_price, total: told.total_price, days: told.manufacturing_cycle_days, daysMax: told.manufacturing_cycle_days_max, review: told.confidence === "low" });
  } catch (error) {
    if (mine !== turn) return;
    heard({ review: refuse(error) });
    return;
  } finally {
    if (mine === turn) $("price").classList.remove("asking");
  }
  const grid = { quantities: [...new Set([...QUANTITIES, asked.quantity])].sort((one, other) => one - other), speeds: SPEEDS };
  ask("v1/price-grid", { ...asked, grid }).then((told) => mine === turn && variants(told.cells, asked, pick)).catch(() => { $("variants").hidden = true; });
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
    const share = make("i", { className: `share${position % 7}` });
    share.style.flexGrow = line.amount;
    return share;
  }));
  $("legend").replaceChildren(...lines.map((line, position) => make("li", {}, make("i", { className: `share${position % 7}` }), named(line), make("b", {}, money(line.amount)))));
  const open = $("made").querySelector("details")?.open;
  const made = breakdown(told.breakdown, told.trace);
  if (open) made.open = true;
  $("made").replaceChildren(made);
  list($("warnings"), told.warnings.map((warning) => warning.message));
}

function list(place, texts) {
  place.hidden = !texts.length;
  place.replaceChildren(...texts.map((text) => make("li", {}, text)));
}

// True when a person may price it all the same.
function refuse(error) {
  $("each").textContent = say("no_price");
  $("apiece").hidden = true;
  for (const id of ["total", "days"]) $(id).textContent = "";
  for (const id of ["shares", "legend", "made"]) $(id).replaceChildren();
  $("variants").hidden = $("warnings").hidden = true;
  const reasons = error instanceof Refused ? error.reasons.map((reason) => known(`reason_${reason.code}`) || reason.message) : [];
  list($("reasons"), reasons.length ? reasons : [error instanceof Refused ? error.message : say("lost")]);
  return reasons.length > 0;
}

function variants(cells, asked, pick) {
  $("variants").hidden = false;
  draw($("chart"), cells, {
    chosen: asked, money,
    name: (cell) => say("variant", { quantity: number(cell.quantity, 0), speed: say(`speed_${cell.speed}`), price: money(cell.detail_price), days: span(cell.manufacturing_cycle_days, cell.manufacturing_cycle_days_max) }),
    pick: (cell) => pick({ quantity: cell.quantity, speed: cell.speed }),
  });
}
