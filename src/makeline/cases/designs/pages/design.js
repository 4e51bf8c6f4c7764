// A design under way, as the server counts it, and every step back. A value is never changed in place.
const MOST_STEPS = 80;

export const PLAIN_VIEW = Object.freeze({ zoom: 1, shift_x: 0, shift_y: 0, turn: 0 });

export const EMPTY = Object.freeze({
  model: null, template: "classic", pictures: [], text: "", font: "inter", text_colour: "#000000",
  text_place: "bottom", text_spot: null, background: "#FFFFFF", backdrop: null, stickers: [],
});

export class Design extends EventTarget {
  constructor(now = EMPTY) {
    super();
    this.begin(now);
  }

  // Another design altogether: nothing leads back from it.
  begin(now) {
    this.now = { ...EMPTY, ...now };
    this.settled = this.now;
    this.past = [];
    this.future = [];
    this.tell("change");
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }

  // While a finger moves; settled when it is lifted.
  edit(changes) {
    this.now = { ...this.now, ...changes };
    this.tell("change");
  }

  settle() {
    if (JSON.stringify(this.now) === JSON.stringify(this.settled)) return;
    this.past.push(this.settled);
    if (this.past.length > MOST_STEPS) this.past.shift();
    this.future = [];
    this.settled = this.now;
    this.tell("settle");
  }

  set(changes) {
    this.edit(changes);
    this.settle();
  }

  undo() {
    this.step(this.past, this.future);
  }

  redo() {
    this.step(this.future, this.past);
  }

  step(from, to) {
    this.settle();
    if (!from.length) return;
    to.push(this.now);
    this.now = from.pop();
    this.settled = this.now;
    this.tell("change");
    this.tell("settle");
  }

  picture(slot) {
    return this.now.pictures[slot] || null;
  }

  withPicture(slot, changes) {
    const pictures = [...this.now.pictures];
    while (pictures.length <= slot) pictures.push(null);
    pictures[slot] = changes && { view: PLAIN_VIEW, ...pictures[slot], ...changes };
    return { pictures };
  }

  withSticker(index, changes) {
    return { stickers: this.now.stickers.map((one, at) => (at === index ? { ...one, ...changes } : one)) };
  }
}
