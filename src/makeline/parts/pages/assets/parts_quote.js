// One quote: its lines with their prices or why somebody looks at them, its revisions; accepted, rejected, shared, asked anew.
import { ask, mustBeSignedIn, onceKey, save, shout } from "./asking.js";
import { onSubmit } from "./parts_forms.js";
import { deliveryOf, describe, followDelivery, idInAddress, learnNames, made, shot, shown, tell, tellFromBefore, tellNext } from "./parts_made.js";
import { $, amount, badge, button, day, known, language, make, moment, number, page, pairs, say, span, time } from "./parts_words.js";

const id = idInAddress();
const key = onceKey();
const wanted = new Map();
let quote = null;

function prices(line) {
  const days = line.days === null ? "" : say("days", { days: span(line.days, line.days_max) });
  return make("p", { className: "price" }, make("span", {}, `${number(line.quantity, 0)} × ${amount(line.unit_price)}`), make("span", {}, days), make("strong", { className: "figure" }, amount(line.total)));
}

function waits(line) {
  const why = line.reasons.map((reason) => make("li", {}, known(`reason_${reason.code}`) || reason.message));
  return make("div", { className: "waits-for" }, make("p", {}, say("looked_at", { date: moment(line.due_at) })), why.length ? make("ul", {}, ...why) : null);
}

function changes(line) {
  if (!mayRevise()) return null;
  const field = make("input", { type: "number", min: 1, max: 100000, value: line.quantity, inputMode: "numeric", className: "few" });
  const drop = button(say("leave_out"), () => { const out = wanted.get(line.id) === null; if (out) wanted.delete(line.id); else wanted.set(line.id, null); turn(); }, "button danger");
  const turn = () => { drop.closest("li")?.classList.toggle("out", wanted.get(line.id) === null); drop.textContent = say(wanted.get(line.id) === null ? "put_back" : "leave_out"); $("revise").disabled = !changed(); };
  field.addEventListener("input", () => { const many = Math.round(Number(field.value)); if (many >= 1 && many !== line.quantity) wanted.set(line.id, many); else wanted.delete(line.id); turn(); });
  return make("div", { className: "acts" }, make("label", { className: "inline" }, `${say("quantity")} `, field), quote.lines.length > 1 ? drop : null);
}

const mayRevise = () => ["in_review", "open", "expired", "rejected", "declined"].includes(quote.state);
const changed = () => (wanted.size > 0 || !["in_review", "open"].includes(quote.state)) && [...wanted.values()].filter((one) => one === null).length < quote.lines.length;

function line(one) {
  return make("li", { className: "row part" }, shot(one.file?.available ? { id: one.file.id } : null),
    make("div", { className: "grow" }, make("div", { className: "head" }, make("h3", {}, one.title), badge("line", one.state)), make("p", { className: "soft" }, describe(one.request)),
      one.unit_price ? prices(one) : one.state === "needs_review" ? waits(one) : null, one.answer_note ? make("blockquote", {}, one.answer_note) : null, made(one.price_id), changes(one)));
}

function lead() {
  if (quote.state === "open") return say("good_until", { date: moment(quote.expires_at) });
  if (quote.state === "in_review") return say("review_lead", { count: number(quote.lines_in_review, 0) });
  return say(`quote_lead_${quote.state}`, { date: quote.closed_at ? day(quote.closed_at) : "" });
}

function show() {
  document.title = `${quote.number} – Makeline`;
  $("number").textContent = quote.number;
  $("states").replaceChildren(badge("quote", quote.state), " ", quote.revision > 1 ? say("revision", { revision: quote.revision }) : "");
  $("lead").replaceChildren(lead(), ...(quote.order_id ? [" ", make("a", { href: page(`parts/orders/${quote.order_id}`) }, say("its_order"))] : []));
  $("lines").replaceChildren(...quote.lines.map(line));
  const vat = quote.vat.kind === "none" ? [] : [[say(quote.vat.kind === "included" ? "vat_included" : "vat_on_top", { rate: number(quote.vat.rate) }), amount(quote.vat.amount)]];
  $("money").replaceChildren(...pairs([[say("goods"), amount(quote.total)], ...vat, [say(quote.lines_in_review ? "due_now" : "due"), make("strong", {}, amount(quote.due))], [say("po_number"), quote.po_number], [say("notes"), quote.note], [say("rejected_because"), quote.reject_reason]]));
  $("accept").hidden = quote.state !== "open";
  $("reject").hidden = !["open", "in_review"].includes(quote.state);
  $("revise-acts").hidden = !mayRevise();
  $("revise").disabled = !changed();
  $("unshare").hidden = !quote.shared_at;
  $("revisions").hidden = quote.revisions.length < 2;
  $("revision-rows").replaceChildren(...quote.revisions.map((one) => make("li", { className: "row" }, make("a", { className: "grow", href: page(`parts/quotes/${one.id}`), "aria-current": one.id === quote.id ? "true" : null }, say("revision", { revision: one.revision })), time(one.created_at), badge("quote", one.state))));
  $("shown").hidden = false;
}

async function revise() {
  const lines = quote.lines.filter((one) => wanted.get(one.id) !== null).map((one) => (wanted.has(one.id) || !["in_review", "open"].includes(quote.state) ? { ...one.request, line_id: one.id, quantity: wanted.get(one.id) || one.quantity } : { line_id: one.id }));
  const anew = await ask(`v1/quotes/${id}/revisions`, { lines }, { key: onceKey() });
  tellNext("revised");
  location.assign(page(`parts/quotes/${anew.id}`));
}

async function share() {
  const link = await ask(`v1/quotes/${id}/link`, undefined, { method: "PUT" });
  $("shared-url").value = link.url;
  $("shared").hidden = $("unshare").hidden = false;
  $("shared-url").select();
}

async function copy() {
  $("shared-url").select();
  await navigator.clipboard?.writeText($("shared-url").value);
  tell(say("copied"));
}

async function unshare() {
  await ask(`v1/quotes/${id}/link`, undefined, { method: "DELETE" });
  $("shared").hidden = $("unshare").hidden = true;
  tell(say("unshared"));
}

const doing = (act) => async (event) => {
  const pressed = event.currentTarget;
  pressed.disabled = true;
  try { await act(); } catch (error) { shout(error); }
  pressed.disabled = false;
};

async function arrive() {
  if (!(await mustBeSignedIn())) return;
  try {
    [quote] = await Promise.all([ask(`v1/quotes/${id}`), learnNames().catch(() => null)]);
    show();
    tellFromBefore();
    followDelivery($("accept-form"));
    onSubmit($("accept-form"), async (said) => {
      const { order } = await ask(`v1/quotes/${id}/accept`, { po_number: said.po_number, special_instructions: said.special_instructions, delivery: deliveryOf(said) }, { key: `${key}-accept` });
      tellNext("accepted");
      location.assign(page(`parts/orders/${order.order_id}`));
    });
    onSubmit($("reject-form"), async (said) => { quote = await ask(`v1/quotes/${id}/reject`, { reason: said.reason }, { key: `${key}-reject` }); show(); tell(say("rejected")); });
    for (const [button, act] of [["pdf", () => save(`v1/quotes/${id}/quote.pdf?lang=${language}`, `${quote.number}.pdf`)], ["share", share], ["unshare", unshare], ["copy", copy], ["revise", revise]]) $(button).addEventListener("click", doing(act));
  } catch (error) {
    shout(error);
  }
  shown();
}

arrive();
