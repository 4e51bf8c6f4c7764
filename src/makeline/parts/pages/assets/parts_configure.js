// How a part is made: the fields, what belongs together among them, and what they ask of the server.
import { ask } from "./asking.js";
import { $, known, say } from "./parts_words.js";

const FIELDS = { service_id: "service", material_id: "material", material_form: "form", quantity: "quantity", speed: "speed", tolerance_id: "tolerance", finish_id: "finish", special_instructions: "notes" };
const USUAL = { service_id: "cnc-milling", material_id: "alum_D16", material_form: "", quantity: 10, speed: "standard", tolerance_id: "4", finish_id: "3", cover_id: "", special_instructions: "" };
let offer = null;

function fill(select, entries, wanted) {
  select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
  if (entries.some(([value]) => value === wanted)) select.value = wanted;
}

function materials() {
  const able = Object.entries(offer.materials).filter(([, material]) => material.services.includes($("service").value));
  fill($("material"), able.map(([id, material]) => [id, material.name]), $("material").value);
  forms();
}

function forms() {
  const able = Object.entries(offer.materials[$("material").value].forms).filter(([, form]) => form.services.includes($("service").value));
  fill($("form"), [["", say("form_any")], ...able.map(([id]) => [id, known(id) || id])], $("form").value);
  $("form").parentElement.hidden = able.length < 2;
}

export const isOurs = (changes) => Object.keys(changes).length > 0 && Object.keys(changes).every((name) => name in FIELDS || name === "cover_id");

// What is chosen, as it is kept with the part.
export function chosen() {
  const said = Object.fromEntries(Object.entries(FIELDS).map(([name, field]) => [name, $(field).value]));
  return { ...said, quantity: Math.max(1, Math.round(Number(said.quantity) || 1)), cover_id: $("cover").value };
}

export function choose(changes) {
  for (const [name, field] of Object.entries(FIELDS)) {
    if (!(name in changes)) continue;
    $(field).value = changes[name];
    if (field === "service") materials();
    if (field === "material") forms();
  }
  if ("cover_id" in changes) $("cover").value = [changes.cover_id].flat()[0] || "";
}

// As the server is asked for a price, an order or a quote.
export function wish(choice, file) {
  const { cover_id: cover, ...asked } = { ...USUAL, ...choice };
  for (const name of ["material_form", "special_instructions"]) if (!asked[name]) delete asked[name];
  if (cover) asked.cover_id = [cover];
  asked.file_id = file.id;
  if (file.file_token) asked.file_token = file.file_token;
  return asked;
}

export async function learnOffer(changed) {
  const [services, stuff, coefficients] = await Promise.all(["services", "materials", "coefficients"].map((path) => ask(path)));
  offer = { services, materials: stuff };
  const named = (entries, kind) => Object.entries(entries).map(([id, entry]) => [id, known(`${kind}_${id}`) || entry.name]);
  fill($("service"), named(services, "service"), USUAL.service_id);
  fill($("tolerance"), named(coefficients.tolerance), USUAL.tolerance_id);
  fill($("finish"), named(coefficients.finish), USUAL.finish_id);
  fill($("cover"), [["", say("none")], ...named(coefficients.cover, "cover")], "");
  materials();
  choose(USUAL);
  for (const field of [...Object.values(FIELDS), "cover"]) {
    $(field).addEventListener("input", () => {
      if (field === "service") materials();
      if (field === "material") forms();
      changed();
    });
  }
}
