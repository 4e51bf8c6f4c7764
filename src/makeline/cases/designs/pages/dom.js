// Small things that pages are made of.
import { icon } from "./icons.js";

export const $ = (id) => document.getElementById(id);

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function button(label, pressed, attributes = {}) {
  return make("button", { type: "button", onclick: pressed, ...attributes }, label);
}

// A button with a drawn sign; its name is read aloud.
export function iconButton(sign, name, pressed, attributes = {}) {
  return make("button", { type: "button", onclick: pressed, "aria-label": name, title: name, class: "sign", ...attributes },
    icon(sign));
}

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

export function money(price, language) {
  if (!price) return "";
  const form = new Intl.NumberFormat(language === "en" ? "en-GB" : language, { style: "currency", currency: price.currency });
  return form.format(price.amount_minor / 10 ** form.resolvedOptions().maximumFractionDigits);
}
