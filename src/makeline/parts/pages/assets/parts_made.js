// What orders and quotes have in common: a part in words with its picture, where it goes, and how its price was made.
import { ask, picture, shout } from "./asking.js";
import { $, known, make, money, number, pairs, say } from "./parts_words.js";

let names = null;

export async function learnNames() {
  const [services, materials, coefficients] = await Promise.all(["services", "materials", "coefficients"].map((path) => ask(path)));
  names = { services, materials, ...coefficients };
}

const named = (kind, id) => names?.[kind]?.[id]?.name || id;
export const service = (id) => known(`service_${id}`) || named("services", id);

export function describe(request) {
  return [
    service(request.service_id), [named("materials", request.material_id), request.material_form && (known(request.material_form) || request.material_form).toLowerCase()].filter(Boolean).join(", "),
    request.tolerance_id && named("tolerance", request.tolerance_id), request.finish_id && named("finish", request.finish_id),
    ...[request.cover_id || []].flat().map((id) => named("cover", id)), request.speed && say(`speed_${request.speed}`),
  ].filter(Boolean).join(" · ");
}

export function shot(file, name = "") {
  if (!file) return make("span", { className: "shot none", "aria-hidden": "true" }, "⬡");
  const image = make("img", { className: "shot", alt: name, width: 88, height: 88 });
  picture(image, file);
  return image;
}

// Every amount of a price, the rules behind it, and what they were fed: in words, for whoever wants to know.
export function breakdown(lines, trace = []) {
  if (!lines.length) return null;
  const named = (line) => say(`line_${line.line.split(":")[0]}`);
  const rows = make("dl", { className: "sums" }, ...pairs(lines.filter((line) => line.amount).map((line) => [named(line), money(line.amount)])));
  const steps = trace.map((step) => make("tr", {}, make("td", {}, step.rule), make("th", { scope: "row", lang: "en" }, step.what), make("td", {}, [typeof step.value === "number" ? number(step.value, 3) : step.value, step.unit].filter(Boolean).join(" "))));
  const table = steps.length ? make("div", { className: "wide-table", tabIndex: 0, role: "region", ariaLabel: say("trace") }, make("table", {}, make("caption", {}, say("trace")), make("tbody", {}, ...steps))) : null;
  return make("details", {}, make("summary", {}, say("how_made")), rows, table);
}

// The rules of a price that is kept come when somebody opens them.
export function made(priceId) {
  if (!priceId) return null;
  const open = make("button", { type: "button", className: "link", "aria-expanded": "false" }, say("how_made"));
  open.addEventListener("click", async () => {
    try {
      const { answer } = await ask(`v1/prices/${priceId}`);
      const whole = answer?.breakdown ? breakdown(answer.breakdown, answer.trace) : make("p", { className: "soft" }, say("by_hand"));
      whole.open = true;
      open.replaceWith(whole);
      whole.querySelector("summary")?.focus();
    } catch (error) {
      shout(error);
    }
  });
  return open;
}

export function followDelivery(form) {
  const turn = () => {
    const away = form.elements.kind.value === "address";
    form.querySelector(".address").hidden = !away;
    for (const name of ["recipient", "street", "city"]) form.elements[name].required = away;
  };
  form.addEventListener("change", turn);
  turn();
}

export function deliveryOf(said) {
  if (said.kind !== "address") return { kind: "collection" };
  return Object.fromEntries(["kind", "recipient", "phone", "street", "city", "postcode", "country"].map((name) => [name, said[name]]));
}

export const where = (delivery) => (delivery.kind === "collection" ? [[say("delivery"), say("collection")]] : [[say("recipient"), delivery.recipient], [say("phone"), delivery.phone], [say("to_address"), [delivery.street, [delivery.postcode, delivery.city].filter(Boolean).join(" "), delivery.country].filter(Boolean).join(", ")]]);

export const idInAddress = () => Number(location.pathname.split("/").filter(Boolean).pop()) || 0;

export function shown() {
  $("busy").hidden = true;
  document.querySelector("main").removeAttribute("aria-busy");
}

export const tell = (text) => { $("told").textContent = text; $("told").hidden = false; $("told").scrollIntoView({ block: "nearest" }); };

// What was done on the page before tells of itself on the page it led to.
export const tellNext = (word) => sessionStorage.setItem("makeline.parts.told", word);
export function tellFromBefore() {
  const word = sessionStorage.getItem("makeline.parts.told");
  sessionStorage.removeItem("makeline.parts.told");
  if (word) tell(say(word));
}
