// What the pages of the parts shop say, in the page's language, and the small pieces they are made of.
const html = document.documentElement;
const words = JSON.parse(document.getElementById("words").textContent);
export const language = html.lang;
export const ROOT = new URL(html.dataset.root, location.href);
export const $ = (id) => document.getElementById(id);
export const known = (word) => words[word];
export const say = (word, values = {}) => (words[word] || word).replace(/\{(\w+)\}/g, (_, name) => values[name]);
export const number = (value, digits = 1) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
export const money = (value, digits = 2, currency = "RUB") => new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
export const amount = (told) => money(told.amount / 100, 2, told.currency);
export const span = (low, high) => (low === high || !high ? String(low) : `${low}–${high}`);
// Dates as the visitor writes them, in the page's language.
const dates = navigator.languages.find((one) => one.startsWith(language)) || language;
const full = new Intl.DateTimeFormat(dates, { dateStyle: "medium", timeStyle: "short" });
const short = new Intl.DateTimeFormat(dates, { dateStyle: "medium" });
export const moment = (text) => full.format(new Date(text));
export const day = (text) => short.format(new Date(text));
// Pages are told apart by their real addresses; the language that was chosen goes along.
export const page = (path) => new URL(path, ROOT).pathname + html.dataset.suffix;

// make("li", { className: "row" }, "text", node): texts are texts and never markup.
export function make(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && key !== "list") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export const time = (text, shown = moment(text)) => make("time", { dateTime: text }, shown);
const TONES = {
  good: ["order_completed", "payment_paid", "quote_open", "quote_accepted", "line_instant", "line_answered"],
  busy: ["order_processing"],
  wait: ["payment_partly_paid", "payment_authorised", "quote_in_review", "line_needs_review"],
  bad: ["order_failed", "order_cancelled", "quote_rejected", "quote_declined", "quote_expired", "line_refused"],
};
const tone = (word) => Object.keys(TONES).find((one) => TONES[one].includes(word)) || "";
export const badge = (kind, state) => make("span", { className: `badge ${tone(`${kind}_${state}`)}` }, say(`${kind}_${state}`));
export const button = (text, act, className = "button") => make("button", { type: "button", className, onclick: act }, text);
export const pairs = (rows) => rows.filter((row) => row[1] !== "" && row[1] !== null && row[1] !== undefined).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
