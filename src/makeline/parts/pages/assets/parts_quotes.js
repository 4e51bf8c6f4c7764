// Somebody's quotes.
import { list } from "./parts_listed.js";
import { amount, badge, day, make, number, page, say, time } from "./parts_words.js";

list("v1/quotes", {
  rowsOf: (told) => told.items,
  idOf: (quote) => quote.id,
  row: (quote) => make("li", { className: "row" },
    make("span", { className: "grow" }, make("a", { className: "name", href: page(`parts/quotes/${quote.id}`) }, quote.number + (quote.revision > 1 ? ` · ${say("revision", { revision: quote.revision })}` : "")),
      make("span", { className: "soft" }, [quote.title, say("parts_count", { count: number(quote.lines_count, 0) })].filter(Boolean).join(" · "), " · ", time(quote.created_at, day(quote.created_at)))),
    make("span", { className: "end" }, make("strong", { className: "figure" }, amount(quote.total)), badge("quote", quote.state))),
});
