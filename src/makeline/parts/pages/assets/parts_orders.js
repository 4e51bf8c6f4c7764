// Somebody's orders for parts.
import { list } from "./parts_listed.js";
import { service, shot } from "./parts_made.js";
import { badge, day, make, money, number, page, say, time } from "./parts_words.js";

list("orders", {
  rowsOf: (told) => told,
  idOf: (order) => order.order_id,
  row: (order) => make("li", { className: "row" }, shot(order.file_id && { id: order.file_id }),
    make("span", { className: "grow" }, make("a", { className: "name", href: page(`parts/orders/${order.order_id}`) }, order.order_number),
      make("span", { className: "soft" }, `${say("pieces", { count: number(order.quantity, 0) })} · ${service(order.service_id)} · `, time(order.created_at, day(order.created_at)))),
    make("span", { className: "end" }, make("strong", { className: "figure" }, money(order.amount_due, 2, order.currency)), make("span", { className: "badges" }, badge("order", order.status), badge("payment", order.payment_status)))),
});
