// The basket: parts with a price are ordered, all of them may be quoted; what a person has to price goes into a quote with its reasons.
import { ask, onceKey, Refused, remember, shout, told } from "./asking.js";
import { wish } from "./parts_configure.js";
import { claim } from "./parts_files.js";
import { onSubmit, values } from "./parts_forms.js";
import { deliveryOf, describe, followDelivery, learnNames, shot, shown, tell, tellNext } from "./parts_made.js";
import { attach, paperRow, takeDrops } from "./parts_papers.js";
import { ready, token } from "./parts_session.js";
import { all, change, choose, ordered, remove } from "./parts_shelf.js";
import { $, known, make, money, number, page, say, span } from "./parts_words.js";

const CHECKOUT = "makeline.parts.checkout";
const papers = [];
let rows = [];

// Which price each part has now; the same for nobody else, so it is asked whenever the page opens.
async function price(part) {
  try {
    const answer = await ask("calculate-price", wish(part.choice, part.file));
    if (answer.confidence === "low") return { part, why: [say("needs_look")] };
    return { part, answer };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if ([401, 404].includes(error.status)) {
      remove(part.key);
      shout(say("no_longer", { name: part.name }));
      return null;
    }
    return { part, why: error.reasons.length ? error.reasons.map((reason) => known(`reason_${reason.code}`) || reason.message) : [error.message] };
  }
}

async function priceAll() {
  const found = [];
  for (let at = 0, parts = ordered(); at < parts.length; at += 4) found.push(...(await Promise.all(parts.slice(at, at + 4).map(price))));
  rows = found.filter(Boolean);
}

const priced = () => rows.filter((row) => row.answer);
const reviewed = () => rows.filter((row) => row.why);
const total = (some) => Math.round(some.reduce((sum, { answer }) => sum + answer.total_price * 100, 0)) / 100;

function line(row) {
  const { part, answer, why } = row;
  const many = make("input", { type: "number", className: "few", min: 1, max: 100000, value: part.choice.quantity, inputMode: "numeric" });
  many.addEventListener("change", async () => {
    const quantity = Math.min(100000, Math.max(1, Math.round(Number(many.value) || 1)));
    change(part.key, { choice: { ...part.choice, quantity } });
    const anew = await price({ ...part, choice: { ...part.choice, quantity } }).catch((error) => { shout(error); return row; });
    rows = rows.map((one) => (one === row ? anew : one)).filter(Boolean);
    show();
  });
  const figures = answer ? make("p", { className: "price" }, make("span", {}, `${number(part.choice.quantity, 0)} × ${money(answer.detail_price)}`), make("span", {}, say("days", { days: span(answer.manufacturing_cycle_days, answer.manufacturing_cycle_days_max) })), make("strong", { className: "figure" }, money(answer.total_price))) : make("ul", { className: "waits-for" }, ...why.map((one) => make("li", {}, one)));
  return make("li", { className: "row part" }, shot(part.file, ""), make("div", { className: "grow" }, make("h3", {}, part.name), make("p", { className: "soft" }, describe(wish(part.choice, part.file))), figures,
    make("div", { className: "acts" }, make("label", { className: "inline" }, `${say("quantity")} `, many),
      make("a", { className: "button", href: page("parts"), onclick: () => choose(part.key), ariaLabel: `${say("change")}: ${part.name}` }, say("change")),
      make("button", { type: "button", className: "button danger", ariaLabel: `${say("remove")}: ${part.name}`, onclick: () => { change(part.key, { basket: false }); rows = rows.filter((one) => one !== row); show(); } }, say("remove")))));
}

function show() {
  const [now, later] = [priced(), reviewed()];
  $("none").hidden = rows.length > 0;
  $("shown").hidden = !rows.length;
  $("priced").hidden = !now.length;
  $("reviewed").hidden = !later.length;
  $("priced-rows").replaceChildren(...now.map(line));
  $("reviewed-rows").replaceChildren(...later.map(line));
  $("sum").textContent = money(total(now));
  $("order").textContent = say(later.length ? "order_some" : "order_all", { count: now.length });
  $("order").hidden = !now.length;
  $("quote").textContent = say("ask_all", { count: rows.length });
  $("both").hidden = !now.length || !later.length;
  $("both-text").textContent = say("both", { count: later.length });
  $("stranger").hidden = Boolean(token());
  $("checkout-form").hidden = !token();
}

// The same wish has the same key until it is answered, so that a lost answer buys nothing twice.
async function once(path, body) {
  const said = JSON.stringify([path, body]);
  let kept = JSON.parse(sessionStorage.getItem(CHECKOUT) || "null");
  if (kept?.said !== said) kept = { said, key: onceKey() };
  sessionStorage.setItem(CHECKOUT, JSON.stringify(kept));
  const answer = await ask(path, body, { key: kept.key });
  sessionStorage.removeItem(CHECKOUT);
  return answer;
}

const lineOf = ({ part }) => ({ ...wish(part.choice, part.file), title: part.name.slice(0, 200) });

async function asOwn() {
  await claim();
  const own = new Map(all().map((part) => [part.key, part]));
  rows = rows.map((row) => ({ ...row, part: own.get(row.part.key) || row.part }));
}

async function quoteFor(some, said) {
  const lines = some.map((row) => ({ ...lineOf(row), ...(papers.length ? { document_ids: papers.map((paper) => paper.id) } : {}) }));
  const quote = await once("v1/quotes", { lines, note: said.special_instructions });
  remove(some.map(({ part }) => part.key));
  return quote;
}

async function order(said) {
  await asOwn();
  const [now, later] = [priced(), reviewed()];
  const body = { lines: now.map(lineOf), po_number: said.po_number, special_instructions: said.special_instructions, delivery: deliveryOf(said), document_ids: papers.map((paper) => paper.id), total_price: total(now) };
  const made = await once("v1/orders", body);
  remove(now.map(({ part }) => part.key));
  if (later.length && said.both) {
    try {
      await quoteFor(later, said);
    } catch (error) {
      rows = later;
      show();
      return shout(`${say("half", { number: made.order_number })} ${told(error)}`);
    }
  }
  tellNext("ordered");
  return location.assign(page(`parts/orders/${made.order_id}`));
}

async function askForQuote(event) {
  const pressed = event.currentTarget;
  pressed.disabled = true;
  try {
    await asOwn();
    const quote = await quoteFor(rows, values($("checkout-form")));
    tellNext("asked");
    location.assign(page(`parts/quotes/${quote.id}`));
  } catch (error) {
    shout(error);
  }
  pressed.disabled = false;
}

// Whatever was refused because a price has moved or a part is doubted, is shown as it is now.
async function lookAgain(error) {
  if (!(error instanceof Refused) || !["PRICE_MISMATCH", "NEEDS_REVIEW"].includes(error.code)) throw error;
  await priceAll();
  show();
  tell(say("moved", { price: money(total(priced())) }));
}

function drawPapers() {
  $("paper-rows").replaceChildren(...papers.map((paper) => paperRow(paper, async () => {
    await ask(`documents/${paper.id}`, undefined, { method: "DELETE" }).catch(() => null);
    papers.splice(papers.indexOf(paper), 1);
    drawPapers();
  })));
}

async function takePapers(files) {
  try {
    for (const file of files) papers.push(await attach(file, $("category").value));
  } catch (error) {
    shout(error);
  }
  drawPapers();
}

async function arrive() {
  await ready;
  try {
    if (token()) await claim();
    await Promise.all([learnNames(), priceAll()]);
    show();
  } catch (error) {
    shout(error);
  }
  followDelivery($("checkout-form"));
  onSubmit($("checkout-form"), (said) => order(said).catch(lookAgain));
  $("quote").addEventListener("click", askForQuote);
  for (const [id, to] of [["to-sign-in", "parts/account"], ["to-register", "parts/account/register"]]) $(id).addEventListener("click", () => { remember(); location.assign(page(to)); });
  takeDrops($("drop-papers"), takePapers);
  $("paper").addEventListener("change", (event) => { takePapers([...event.target.files]); event.target.value = ""; });
  shown();
}

arrive();
