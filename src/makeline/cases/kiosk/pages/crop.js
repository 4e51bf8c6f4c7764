// One photograph behind the frame of a case: dragged, pinched, turned; or by keys. It tells the part that shows as the
// renderer counts it: zoom 1 just covers, shifts run from -1 (left, top) to 1, turns go clockwise by quarters.
const LARGEST_ZOOM = 4;
const STEP = 0.08;

const between = (low, high, value) => Math.min(high, Math.max(low, value));

export class Crop {
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    this.image = null;
    this.view = { zoom: 1, shift_x: 0, shift_y: 0, turn: 0 };
    this.fingers = new Map();
    canvas.addEventListener("pointerdown", (event) => this.touch(event));
    canvas.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, (event) => this.fingers.delete(event.pointerId));
    }
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomTo(this.view.zoom * Math.exp(-event.deltaY / 500));
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  // The frame has the proportions of the print, and as many pixels as the screen can show.
  frame(width, height) {
    const room = Math.min(this.canvas.parentElement.clientWidth - 36, 340, (innerHeight * 0.55 * width) / height);
    const shown = Math.max(160, Math.round(room));
    this.canvas.style.width = `${shown}px`;
    this.canvas.style.height = `${Math.round((shown * height) / width)}px`;
    this.scale = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = Math.round(shown * this.scale);
    this.canvas.height = Math.round((this.canvas.width * height) / width);
    this.draw();
  }

  show(image, view) {
    this.image = image;
    this.view = { zoom: 1, shift_x: 0, shift_y: 0, turn: 0, ...view };
    this.draw();
  }

  // Size of the turned photograph on the canvas, how far it stands out, and where its corner lies.
  lie() {
    const { zoom, shift_x, shift_y, turn } = this.view;
    const lying = turn % 180 !== 0;
    const wide = lying ? this.image.naturalHeight : this.image.naturalWidth;
    const high = lying ? this.image.naturalWidth : this.image.naturalHeight;
    const size = Math.max(this.canvas.width / wide, this.canvas.height / high) * zoom;
    const over = { x: wide * size - this.canvas.width, y: high * size - this.canvas.height };
    return { size, over, wide: wide * size, high: high * size, left: -over.x * (shift_x + 1) / 2, top: -over.y * (shift_y + 1) / 2 };
  }

  draw() {
    if (!this.image) return;
    const pen = this.canvas.getContext("2d");
    const { size, left, top, wide, high } = this.lie();
    pen.save();
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.translate(left + wide / 2, top + high / 2);
    pen.rotate((this.view.turn * Math.PI) / 180);
    pen.scale(size, size);
    pen.drawImage(this.image, -this.image.naturalWidth / 2, -this.image.naturalHeight / 2);
    pen.restore();
    this.changed(this.view);
  }

  move(x, y) {
    const { over, left, top } = this.lie();
    this.view.shift_x = over.x > 0.5 ? between(-1, 1, (-2 * (left + x)) / over.x - 1) : 0;
    this.view.shift_y = over.y > 0.5 ? between(-1, 1, (-2 * (top + y)) / over.y - 1) : 0;
    this.draw();
  }

  // What is in the middle stays there.
  zoomTo(zoom) {
    const before = this.lie();
    const middle = { x: this.canvas.width / 2, y: this.canvas.height / 2 };
    const at = { x: (middle.x - before.left) / before.size, y: (middle.y - before.top) / before.size };
    this.view.zoom = between(1, LARGEST_ZOOM, zoom);
    const after = this.lie();
    this.move(middle.x - at.x * after.size - after.left, middle.y - at.y * after.size - after.top);
  }

  turn() {
    this.view = { ...this.view, shift_x: 0, shift_y: 0, turn: (this.view.turn + 90) % 360 };
    this.draw();
  }

  touch(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, event);
  }

  drag(event) {
    const last = this.fingers.get(event.pointerId);
    if (!last || !this.image) return;
    const [first, second] = [...this.fingers.values()];
    if (second) {
      const other = first.pointerId === event.pointerId ? second : first;
      const was = Math.hypot(last.clientX - other.clientX, last.clientY - other.clientY);
      const is = Math.hypot(event.clientX - other.clientX, event.clientY - other.clientY);
      this.zoomTo(this.view.zoom * (is / Math.max(1, was)));
    } else {
      this.move((event.clientX - last.clientX) * this.scale, (event.clientY - last.clientY) * this.scale);
    }
    this.fingers.set(event.pointerId, event);
  }

  key(event) {
    const far = this.canvas.width * STEP;
    const moves = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] };
    if (moves[event.key]) this.move(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.zoomTo(this.view.zoom * 1.1);
    else if (event.key === "-") this.zoomTo(this.view.zoom / 1.1);
    else if (event.key === "r") this.turn();
    else return;
    event.preventDefault();
  }
}
