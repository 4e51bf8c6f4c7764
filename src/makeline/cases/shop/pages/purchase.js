// What is bought: how it gets to its customer, what it costs by the server's word, and the order that is placed once.
import { Refused, call, later } from "./calls.js";
import { $, fill, make, money } from "./dom.js";

const FIELDS = ["recipient", "line1", "line2", "city", "region", "postcode", "country", "phone"];

export class Purchase {
  constructor(root, { designer, keeper, words, language, trouble }) {
    Object.assign(this, { root, designer, keeper, words, language, trouble });
    this.hash = null;
    this.offer = null;
    this.filled = false;
    const soon = later(400, () => this.look());
    $("form").addEventListener("input", (event) => {
      this.clear(event.target);
      this.ways();
      this.remember();
      soon();
    });
  }

  get placed() {
    return this.keeper.kept.purchase || null;
  }

  page() {
    return `${this.root}w/${this.placed.token}?lang=${this.language}`;
  }

  // The order of this design that was placed before, as it stands now.
  async pending() {
    if (!this.placed || !this.placed.token) return null;
    try {
      return await call("GET", `${this.root}v1/shop/orders/${this.placed.token}`);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  // Who cannot pay now should know before he fills anything in.
  async warn() {
    try {
      const { items } = await call("GET", `${this.root}v1/shop/outages`);
      const one = ["sales", "payments"].find((what) => items.some((out) => out.what === what));
      $("outage").hidden = !one;
      $("outage").textContent = one ? this.words[`outage_${one}`] : "";
    } catch {
      $("outage").hidden = true;
    }
  }

  async begin(hash) {
    this.warn();
    if (hash !== this.hash) this.offer = null;
    this.hash = hash;
    if (!this.filled) await this.fillForm();
    this.look();
  }

  async fillForm() {
    const [zones, places, extras] = await Promise.all(["delivery", "collection", "extras"].map((name) => this.designer.list(name)));
    this.zones = zones.filter((zone) => zone.is_available);
    const { words } = this;
    const least = this.zones.reduce((one, other) => (other.price.amount_minor < one.price.amount_minor ? other : one), this.zones[0]);
    const ways = [];
    if (least) ways.push(way("delivery", words.way_delivery, fill(words.from, { price: money(least.price, this.language) })));
    for (const place of places) ways.push(way(place.machine_id, fill(words.way_collect, { place: place.name }), words.free, [place.location, place.site].filter(Boolean).join(" · ")));
    $("ways").replaceChildren(...ways);
    const countries = this.zones.flatMap((zone) => zone.countries.map((one) => ({ ...one, zone })));
    this.countries = countries;
    $("country").replaceChildren(...countries.map((one) => new Option(one.name, one.id)));
    const sold = extras.filter((one) => one.is_available && one.prices.web);
    $("extras").hidden = !sold.length;
    $("extra-list").replaceChildren(...sold.map((one) => make("label", { class: "way" },
      make("input", { type: "checkbox", name: "extra", value: one.id }), make("span", {}, one.name), make("b", {}, money(one.prices.web, this.language)))));
    this.filled = true;
    const last = this.keeper.kept.buyer || {};
    for (const [name, value] of Object.entries(last.fields || {})) if ($("form").elements[name]) $("form").elements[name].value = value;
    for (const one of $("form").querySelectorAll("[name=extra]")) one.checked = (last.extras || []).includes(one.value);
    const before = [...$("form").querySelectorAll("[name=way]")];
    (before.find((one) => one.value === last.way) || before[0]).checked = true;
    this.ways();
  }

  get way() {
    const chosen = $("form").querySelector("[name=way]:checked");
    return chosen ? chosen.value : "delivery";
  }

  ways() {
    const delivered = this.way === "delivery";
    $("address").hidden = !delivered;
    const country = this.countries.find((one) => one.id === $("country").value);
    if (!country) return;
    $("region-row").hidden = !country.needs_region;
    $("postcode").placeholder = country.postcode_example ? fill(this.words.such_as, { example: country.postcode_example }) : "";
  }

  // Stays on this device, so that a reload asks for nothing twice.
  remember() {
    const form = $("form").elements;
    const fields = Object.fromEntries(["customer_email", "customer_name", ...FIELDS].map((name) => [name, form[name].value]));
    this.keeper.note({ buyer: { fields, way: this.way, extras: this.extras() } });
  }

  extras() {
    return [...$("form").querySelectorAll("[name=extra]:checked")].map((one) => one.value);
  }

  body() {
    const form = $("form").elements;
    const delivered = this.way === "delivery";
    const address = Object.fromEntries(FIELDS.map((name) => [name, form[name].value.trim()]));
    address.recipient = address.recipient || form.customer_name.value.trim();
    return {
      design_id: this.keeper.kept.id, design_hash: this.hash, language: this.language,
      customer_email: form.customer_email.value.trim(), customer_name: form.customer_name.value.trim(),
      ...(delivered ? { address } : { collect_at: this.way }),
      extras: Object.fromEntries(this.extras().map((name) => [name, 1])),
    };
  }

  async price() {
    const offer = await call("POST", `${this.root}v1/shop/prices`, { body: this.body(), headers: this.keeper.headers });
    this.offer = offer;
    return offer;
  }

  // While the form is being filled in: the total as soon as there is one.
  async look() {
    // An address that is not whole has no price yet, and need not be asked for one.
    if (!this.hash || !this.whole()) {
      this.offer = null;
      return this.designer.host.refreshed();
    }
    try {
      await this.price();
    } catch {
      this.offer = null;
    }
    return this.designer.host.refreshed();
  }

  whole() {
    const { customer_email, address } = this.body();
    const country = this.countries.find((one) => one.id === $("country").value);
    const needed = address ? [address.recipient, address.line1, address.city, !country.postcode_example || address.postcode, !country.needs_region || address.region] : [];
    return /.@.+\../.test(customer_email) && needed.every(Boolean);
  }

  // What is empty and must not be, told before anybody is asked.
  missing() {
    const { customer_email, address } = this.body();
    const country = this.countries.find((one) => one.id === $("country").value);
    const needed = ["recipient", "line1", "city", ...(country.postcode_example ? ["postcode"] : []), ...(country.needs_region ? ["region"] : [])];
    return [...(customer_email ? [] : ["customer_email"]), ...(address ? needed.filter((name) => !address[name]) : [])]
      .map((field) => ({ field, message: "" }));
  }

  // The total by the server's word, or every field that is wrong told at its place.
  async ask() {
    for (const one of $("form").elements) this.clear(one);
    const missing = this.missing();
    if (missing.length) {
      this.tell(missing);
      return false;
    }
    try {
      const offer = await this.price();
      this.summary(offer);
      return true;
    } catch (error) {
      if (!error.fields || !error.fields.length) throw error;
      this.tell(error.fields);
      return false;
    }
  }

  tell(fields) {
    let first = null;
    for (const { field, message } of fields) {
      const input = $("form").elements[field.replace(/^address\./, "")] || $("customer_email");
      if (!input.id || $(`${input.id}-wrong`)) continue;
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", `${input.id}-wrong`);
      const said = this.words[`wrong_${field.replace(/^address\./, "")}`] || message;
      input.after(make("span", { class: "wrong", id: `${input.id}-wrong` }, said));
      first = first || input;
    }
    if (first) first.focus();
  }

  clear(input) {
    if (!input.id || input.getAttribute("aria-invalid") !== "true") return;
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
    const told = $(`${input.id}-wrong`);
    if (told) told.remove();
  }

  summary(offer) {
    const { words, language } = this;
    const facts = offer.lines.map((line) => [`${line.quantity} × ${line.title}`, money({ ...line.unit_price, amount_minor: line.unit_price.amount_minor * line.quantity }, language)]);
    const form = $("form").elements;
    const { address } = this.body();
    facts.push([address ? words.delivery_line : words.collect_line, offer.delivery.amount_minor ? money(offer.delivery, language) : words.free]);
    const to = address ? [address.recipient, address.line1, address.line2, `${address.postcode} ${address.city}`, form.country.selectedOptions[0].text].filter(Boolean).join(", ")
      : [...$("form").querySelector("[name=way]:checked").closest("label").querySelector("span").childNodes].map((node) => node.textContent).join(" · ");
    facts.push([words.to, to], [words.email, form.customer_email.value.trim()]);
    $("summary").replaceChildren(
      ...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
      make("dt", { class: "total" }, words.total), make("dd", { class: "total" }, money(offer.due, language)));
  }

  // Places the order once, however often it is asked for; answers where it is paid.
  async buy() {
    const { due } = this.offer;
    const body = { ...this.body(), amount_minor: due.amount_minor, currency: due.currency };
    const said = JSON.stringify(body);
    if (this.placed && this.placed.token && this.placed.hash === this.hash) return this.page();
    if (!this.placed || this.placed.said !== said) this.keeper.note({ purchase: { key: crypto.randomUUID ? crypto.randomUUID() : random(), said, hash: this.hash } });
    try {
      const bought = await call("POST", `${this.root}v1/shop/orders`, { body, headers: { ...this.keeper.headers, "Idempotency-Key": this.placed.key } });
      this.keeper.note({ purchase: { ...this.placed, token: bought.order_token } });
      return bought.checkout_url || this.page();
    } catch (error) {
      if (error.code === "PRICE_MISMATCH") {
        await this.ask();
        this.designer.host.refreshed();
      }
      throw error;
    }
  }
}

function way(value, name, price, lead = "") {
  return make("label", { class: "way" }, make("input", { type: "radio", name: "way", value }),
    make("span", {}, name, lead ? make("small", {}, lead) : null), make("b", {}, price));
}

// Where the page is not served by https there is no randomUUID.
function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
