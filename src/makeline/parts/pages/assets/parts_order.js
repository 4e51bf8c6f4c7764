// One order: what is made, what it costs, where it stands, its papers; it can be cancelled while it is pending, and ordered again.
import { ask, mustBeSignedIn, onceKey, save, shout } from "./asking.js";
import { describe, idInAddress, learnNames, made, shot, shown, tell, tellFromBefore, tellNext, where } from "./parts_made.js";
import { papers } from "./parts_papers.js";
import { $, badge, known, make, moment, money, number, page, pairs, say, span, time } from "./parts_words.js";

const ROAD = ["pending", "processing", "completed"];
const id = idInAddress();
const key = onceKey();

function road(order) {
  const stands = ROAD.indexOf(order.status);
  $("road").hidden = stands < 0;
  $("road").replaceChildren(...ROAD.map((state, position) => make("li", { className: position < stands || order.status === "completed" ? "done" : "", "aria-current": position === stands ? "step" : null }, say(`order_${state}`))));
}

function line(order, one) {
  const days = say("days", { days: span(one.manufacturing_cycle_days, one.manufacturing_cycle_days_max) });
  return make("li", { className: "row part" }, shot(one.file && !one.file.deleted ? { id: one.file.id } : null),
    make("div", { className: "grow" }, make("h3", {}, one.file?.original_filename || one.title), make("p", { className: "soft" }, describe(one.request)),
      make("p", { className: "price" }, make("span", {}, `${number(one.quantity, 0)} × ${money(one.detail_price, 2, order.currency)}`), make("span", {}, days), make("strong", { className: "figure" }, money(one.total_price, 2, order.currency))),
      made(one.price_id), ...one.warnings.map((warning) => make("p", { className: "soft" }, warning.message))));
}

function sums(order) {
  const cash = (value) => money(value, 2, order.currency);
  const vat = order.vat === "none" ? null : [say(order.vat === "included" ? "vat_included" : "vat_on_top", { rate: number(order.vat_percent) }), cash(order.vat_amount)];
  return [[say("goods"), cash(order.total_price)], ...(order.shipping_amount ? [[say("shipping"), cash(order.shipping_amount)]] : []), ...(vat ? [vat] : []), [say("due"), make("strong", {}, cash(order.amount_due))], [say("paid"), cash(order.amount_paid)], [say("open"), cash(order.amount_open)]];
}

function step(one) {
  const kind = one.what === "payment" ? "payment" : "order";
  return make("li", {}, make("strong", {}, say(`${kind}_${one.to}`)), " ", make("span", { className: "soft" }, time(one.at), ` · ${known(`by_${one.by}`) || one.by}`));
}

function show(order) {
  document.title = `${order.order_number} – Makeline`;
  $("number").textContent = order.order_number;
  $("states").replaceChildren(badge("order", order.status), " ", badge("payment", order.payment_status));
  road(order);
  $("cancel").hidden = order.status !== "pending";
  $("lines").replaceChildren(...order.lines.map((one) => line(order, one)));
  $("money").replaceChildren(...pairs(sums(order)));
  $("delivery").replaceChildren(...pairs([...where(order.delivery), [say("po_number"), order.po_number], [say("notes"), order.special_instructions], [say("ordered_at"), time(order.created_at, moment(order.created_at))]]));
  $("timeline").replaceChildren(...order.timeline.map(step));
  $("shown").hidden = false;
}

async function invoice(name) {
  try {
    await save(`orders/${id}/invoice`, `${name}.pdf`);
  } catch (error) {
    if (error.status !== 404) throw error;
    await ask(`orders/${id}/invoice/refresh`, undefined, { method: "POST" });
    tell(say("invoice_soon"));
  }
}

const doing = (act) => async (event) => {
  event.currentTarget.disabled = true;
  const pressed = event.currentTarget;
  try { await act(); } catch (error) { shout(error); }
  pressed.disabled = false;
};

async function arrive() {
  if (!(await mustBeSignedIn())) return;
  try {
    const [order] = await Promise.all([ask(`orders/${id}`), learnNames().catch(() => null)]);
    show(order);
    tellFromBefore();
    await papers(order);
    $("invoice").addEventListener("click", doing(() => invoice(order.order_number)));
    $("again").addEventListener("click", doing(async () => {
      const anew = await ask(`v1/orders/${id}/again`, {}, { key: `${key}-again` });
      tellNext(anew.difference.changed_by ? "again_changed" : "again_same");
      location.assign(page(`parts/orders/${anew.order_id}`));
    }));
    $("cancel").addEventListener("click", () => $("sure").showModal());
    $("cancel-not").addEventListener("click", () => $("sure").close());
    $("cancel-yes").addEventListener("click", doing(async () => {
      $("sure").close();
      await ask(`v1/orders/${id}/cancel`, undefined, { method: "POST", key: `${key}-cancel` });
      show(await ask(`orders/${id}`));
      tell(say("cancelled"));
    }));
  } catch (error) {
    shout(error);
  }
  shown();
}

arrive();
