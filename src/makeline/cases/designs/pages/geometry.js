// The server's geometry for a design: asked again whenever something changes that moves a frame or a letter.
import { call, later, passes } from "./calls.js";

const MOST_REMEMBERED = 60;

export class Geometry {
  constructor(root, { arrived, refused, sizeOf = () => null }) {
    Object.assign(this, { root, arrived, refused, sizeOf });
    this.known = new Map();
    this.wanted = "";
    this.soon = later(90, () => this.fetch());
  }

  question(design) {
    if (!design.model) return "";
    const { model, template, backdrop } = design;
    const asked = { model, template, ...(backdrop && { backdrop }), ...this.sizeOf(model) };
    if (design.text.trim()) {
      Object.assign(asked, { text: design.text, font: design.font, text_place: design.text_place });
      if (design.text_spot) asked.text_spot = design.text_spot;
    }
    return JSON.stringify(asked);
  }

  // ``settled``: what a finger is still moving is asked for when it is lifted.
  want(design, settled) {
    const question = this.question(design);
    if (!question || question === this.wanted) return;
    const known = this.known.get(question);
    if (known) {
      this.wanted = question;
      this.arrived(known);
    } else if (settled) {
      this.wanted = question;
      this.soon();
    }
  }

  async fetch() {
    const question = this.wanted;
    try {
      const told = await call("POST", `${this.root}v1/designs/outline`, { body: JSON.parse(question) });
      this.known.set(question, told);
      if (this.known.size > MOST_REMEMBERED) this.known.delete(this.known.keys().next().value);
      if (question === this.wanted) this.arrived(told);
    } catch (error) {
      if (question !== this.wanted) return;
      // What the network kept back is asked again; the case stays as it was until then.
      if (passes(error)) {
        setTimeout(() => { if (question === this.wanted) this.soon(); }, 2500);
        return;
      }
      this.wanted = "";
      this.refused(error);
    }
  }
}
