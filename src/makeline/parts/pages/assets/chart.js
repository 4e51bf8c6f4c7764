// Prices of many quantities as a picture: one line for each speed, both axes logarithmic. Points are buttons of that variant.
const NS = "http://www.w3.org/2000/svg";
const [WIDE, HIGH, LEFT, BOTTOM, TOP, RIGHT] = [640, 300, 64, 34, 14, 16];

function make(name, attributes, text) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

function ticks(low, high) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const step of [1, 2, 5]) {
      const value = step * 10 ** power;
      if (value >= low * 0.999 && value <= high * 1.001) found.push(value);
    }
  }
  return found.length > 7 ? found.filter((value) => String(value)[0] !== "2") : found;
}

export function draw(svg, cells, { chosen, name, money, pick }) {
  const priced = cells.filter((cell) => cell.detail_price !== null && cell.detail_price !== undefined);
  svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  svg.replaceChildren();
  if (!priced.length) return;
  const span = (values) => [Math.min(...values), Math.max(...values)];
  const [few, many] = span(priced.map((cell) => cell.quantity));
  const [cheap, dear] = span(priced.map((cell) => cell.detail_price)).map((value, high) => value * (high ? 1.12 : 0.9));
  const place = (value, [low, high], [from, to]) => from + ((Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low) || 1)) * (to - from);
  const x = (quantity) => place(quantity, [few, many], [LEFT + 12, WIDE - RIGHT - 12]);
  const y = (price) => place(price, [cheap, dear], [HIGH - BOTTOM, TOP]);
  for (const value of ticks(cheap, dear)) {
    svg.append(make("line", { x1: LEFT, x2: WIDE - RIGHT, y1: y(value), y2: y(value), class: "grid" }));
    svg.append(make("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, money(value, 0)));
  }
  for (const quantity of new Set(priced.map((cell) => cell.quantity))) {
    svg.append(make("text", { x: x(quantity), y: HIGH - 10, "text-anchor": "middle" }, quantity));
  }
  for (const speed of new Set(priced.map((cell) => cell.speed))) {
    const row = priced.filter((cell) => cell.speed === speed).sort((one, other) => one.quantity - other.quantity);
    svg.append(make("polyline", { points: row.map((cell) => `${x(cell.quantity)},${y(cell.detail_price)}`).join(" "), class: `line ${speed}` }));
    for (const cell of row) {
      const here = cell.quantity === chosen.quantity && cell.speed === chosen.speed;
      const dot = make("circle", { cx: x(cell.quantity), cy: y(cell.detail_price), r: here ? 8 : 5, class: `dot ${speed}${here ? " here" : ""}`, tabindex: 0, role: "button" });
      dot.setAttribute("aria-label", name(cell));
      dot.append(make("title", {}, name(cell)));
      dot.addEventListener("click", () => pick(cell));
      dot.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(cell); } });
      svg.append(dot);
    }
  }
}
