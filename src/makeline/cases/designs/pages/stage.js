// The case under the customer's fingers: tap chooses, one finger moves, two size and turn; wheel and keys do the same.
import { drawCase, drawMarks } from "./case_drawing.js";
import { kindOf, indexOf, moved, objectAt, scaled, turned } from "./objects.js";

const NEAR = 14;
const STILL = 5;
const STEP = 0.02;
const SNAP = 4;

export class Stage {
  constructor(canvas, { design, shelf, words, choose, open, chosen }) {
    Object.assign(this, { canvas, design, shelf, words, choose, open, chosenNow: chosen });
    this.outline = null;
    this.finding = null;
    this.before = null;
    this.fingers = new Map();
    this.waiting = false;
    canvas.addEventListener("pointerdown", (event) => this.touch(event));
    canvas.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.lift(event));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.fit()).observe(canvas.parentElement);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  show(outline) {
    this.outline = outline;
    this.fit();
  }

  // As large as its place allows, with a little room around for what reaches over the edge.
  fit() {
    if (!this.outline) return;
    const place = this.canvas.parentElement;
    const room = { width: place.clientWidth, height: place.clientHeight };
    const margin = 14;
    const by = Math.min((room.width - 2 * margin) / this.outline.width_px, (room.height - 2 * margin) / this.outline.height_px);
    if (by <= 0) return;
    this.dots = Math.min(2.5, devicePixelRatio || 1);
    this.margin = margin * this.dots;
    this.scale = by * this.dots;
    const width = Math.round(this.outline.width_px * this.scale + 2 * this.margin);
    const height = Math.round(this.outline.height_px * this.scale + 2 * this.margin);
    this.canvas.width = width;
    this.canvas.height = height;
    this.canvas.style.width = `${width / this.dots}px`;
    this.canvas.style.height = `${height / this.dots}px`;
    this.draw();
  }

  // Once for everything that changes before the next frame.
  draw() {
    if (this.waiting || !this.outline) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.paint();
    });
  }

  paint() {
    const pen = this.canvas.getContext("2d");
    const look = getComputedStyle(this.canvas);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.setTransform(this.scale, 0, 0, this.scale, this.margin, this.margin);
    const scene = { design: this.design.now, outline: this.outline, shelf: this.shelf, words: this.words, before: this.before };
    drawCase(pen, scene);
    drawMarks(pen, {
      ...scene, chosen: this.chosenNow(), finding: this.finding, thin: this.dots / this.scale,
      accent: look.color, alarm: look.caretColor,
    });
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * this.dots - this.margin) / this.scale,
      y: ((event.clientY - box.top) * this.dots - this.margin) / this.scale,
    };
  }

  sizeOf(id) {
    const picture = kindOf(id) === "picture" && this.design.picture(indexOf(id));
    const entry = picture && this.shelf.picture(picture.id);
    return entry && entry.bitmap ? entry : null;
  }

  touch(event) {
    if (!this.outline || (event.pointerType === "mouse" && event.button !== 0)) return;
    this.canvas.setPointerCapture(event.pointerId);
    const point = this.at(event);
    if (this.fingers.size === 0) {
      const found = objectAt(point, this.design.now, this.outline, (NEAR * this.dots) / this.scale);
      this.held = found;
      this.tapped = { found, again: found === this.chosenNow(), x: event.clientX, y: event.clientY };
    } else {
      this.tapped = null;
    }
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  drag(event) {
    const last = this.fingers.get(event.pointerId);
    if (!last || !this.held) return;
    if (this.tapped && Math.hypot(event.clientX - this.tapped.x, event.clientY - this.tapped.y) < STILL) return;
    if (this.tapped) {
      this.tapped = null;
      this.choose(this.held);
    }
    const now = { x: event.clientX, y: event.clientY };
    if (this.fingers.size > 1) this.pinch(event.pointerId, last, now);
    else this.move((now.x - last.x) * this.dots / this.scale, (now.y - last.y) * this.dots / this.scale);
    this.fingers.set(event.pointerId, now);
  }

  move(dx, dy, id = this.held) {
    this.design.edit(moved(id, dx, dy, this.design.now, this.outline, this.sizeOf(id)));
  }

  pinch(finger, last, now) {
    const other = [...this.fingers].find(([id]) => id !== finger)[1];
    const was = Math.hypot(last.x - other.x, last.y - other.y);
    const is = Math.hypot(now.x - other.x, now.y - other.y);
    const middle = this.at({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 });
    this.grow(this.held, is / Math.max(1, was), middle);
    this.move((now.x - last.x) / 2 * this.dots / this.scale, (now.y - last.y) / 2 * this.dots / this.scale);
    if (kindOf(this.held) === "picture") return;
    const before = Math.atan2(last.y - other.y, last.x - other.x);
    const after = Math.atan2(now.y - other.y, now.x - other.x);
    this.twist = (this.twist || 0) + ((after - before) * 180) / Math.PI;
    const whole = Math.round(this.twist);
    if (whole) {
      this.twist -= whole;
      this.design.edit(turned(this.held, whole, this.design.now, this.outline));
    }
  }

  grow(id, factor, about) {
    this.design.edit(scaled(id, factor, this.design.now, this.outline, this.sizeOf(id), about));
  }

  lift(event) {
    if (!this.fingers.delete(event.pointerId) || this.fingers.size) return;
    const tapped = this.tapped;
    this.tapped = null;
    this.twist = 0;
    if (tapped) {
      this.choose(tapped.found);
      if (tapped.found) this.open(tapped.found, tapped.again);
    } else if (this.held) {
      this.straighten(this.held);
      this.design.settle();
    }
    this.held = null;
  }

  // What is nearly upright becomes upright.
  straighten(id) {
    const things = { sticker: () => this.design.now.stickers[indexOf(id)], text: () => this.design.now.text_spot };
    const thing = (things[kindOf(id)] || (() => null))();
    if (!thing) return;
    const off = ((thing.turn + 45) % 90) - 45;
    if (off && Math.abs(off) <= SNAP) this.design.edit(turned(id, -off, this.design.now, this.outline));
  }

  wheel(event) {
    const id = objectAt(this.at(event), this.design.now, this.outline, 0);
    if (!id) return;
    event.preventDefault();
    this.choose(id);
    this.grow(id, Math.exp(-event.deltaY / 600), this.at(event));
    clearTimeout(this.wheeling);
    this.wheeling = setTimeout(() => this.design.settle(), 400);
  }

  key(event) {
    const id = this.chosenNow();
    if (!id || !this.outline || event.ctrlKey || event.metaKey || event.altKey) return;
    const far = this.outline.width_px * STEP * (event.shiftKey ? 4 : 1);
    const moves = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] };
    if (moves[event.key]) this.move(...moves[event.key], id);
    else if (event.key === "+" || event.key === "=") this.grow(id, 1.06);
    else if (event.key === "-") this.grow(id, 1 / 1.06);
    else if (event.key === "r" || event.key === "R") {
      const by = kindOf(id) === "picture" ? 90 : event.shiftKey ? -5 : 5;
      this.design.edit(turned(id, by, this.design.now, this.outline));
    } else return;
    event.preventDefault();
    this.design.settle();
  }
}
