// The parts that a visitor is at work on, each with its own choices: kept in this browser, so that a reload or another page loses none.
import { ready, who } from "./parts_session.js";

const KEPT = "makeline.parts.shelf";
const CHOSEN = "makeline.parts.chosen";
const heard = new Set();

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) || "[]");
  } catch {
    return [];
  }
}
let parts = read();

const tell = () => { for (const one of heard) one(); };
function keep() {
  localStorage.setItem(KEPT, JSON.stringify(parts));
  tell();
}
addEventListener("storage", (event) => { if (event.key === KEPT) { parts = read(); tell(); } });

export const follow = (act) => { heard.add(act); ready.then(act); };
// What belongs to an account is seen by whoever is signed in to it.
export const all = () => parts.filter((part) => !part.owner || part.owner === who());
export const ordered = () => all().filter((part) => part.basket && part.file);
export const find = (key) => all().find((part) => part.key === key);
export const newKey = () => `p${Date.now().toString(36)}${Math.floor(Math.random() * 46656).toString(36)}`;

export function put(part) {
  parts.push(part);
  keep();
  return part;
}

export function change(key, changes) {
  const part = parts.find((one) => one.key === key);
  if (part) { Object.assign(part, changes); keep(); }
  return part;
}

export function remove(keys) {
  parts = parts.filter((part) => ![keys].flat().includes(part.key));
  keep();
}

// Whoever signs out leaves nothing of his account behind.
export function leave() {
  parts = parts.filter((part) => !part.owner);
  keep();
}

export const choose = (key) => sessionStorage.setItem(CHOSEN, key);
export const chosen = () => sessionStorage.getItem(CHOSEN);
