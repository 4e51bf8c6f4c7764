// Forms of the parts shop: what is wrong stands at its field, and a button that was pressed waits for its answer.
import { Refused, shout } from "./asking.js";
import { known, make, say } from "./parts_words.js";

let counted = 0;

export const values = (form) => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === "string" ? (name.includes("password") ? value : value.trim()) : value]));

export function clear(form) {
  for (const note of form.querySelectorAll(".field-trouble")) note.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) { field.removeAttribute("aria-invalid"); field.removeAttribute("aria-describedby"); }
}

export function blame(form, name, text) {
  const field = form.elements[name];
  if (!field || field instanceof RadioNodeList) return false;
  const id = `field-trouble-${(counted += 1)}`;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  (field.closest("label") || field).append(make("span", { className: "field-trouble", id }, text));
  return true;
}

function blameAll(form, error) {
  const blamed = Object.entries(error.fields || {}).filter(([name, texts]) => blame(form, name.split(".").pop(), known(`wrong_${name}`) || [texts].flat().join(" ")));
  form.querySelector("[aria-invalid]")?.focus();
  return blamed.length > 0;
}

function missing(form) {
  const empty = [...form.elements].filter((field) => field.willValidate && field.offsetParent && field.validity.valueMissing);
  for (const field of empty) blame(form, field.name, say("wrong_required"));
  empty[0]?.focus();
  return empty.length > 0;
}

// Sends a form by `act`; `wrong` may turn a refusal into words of its own.
export function onSubmit(form, act, wrong = () => null) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const pressed = form.querySelector("button:not([type=button])");
    clear(form);
    const trouble = document.getElementById("trouble");
    trouble.hidden = true;
    if (missing(form)) return;
    pressed.disabled = true;
    try {
      await act(values(form), form);
    } catch (error) {
      const own = error instanceof Refused ? wrong(error) : null;
      if (own || !(error instanceof Refused) || !blameAll(form, error)) shout(own || error);
    }
    pressed.disabled = false;
  });
}
