-- What must always hold. Each statement returns (subject, finding) for every row that breaks its sentence, on SQLite
-- and on PostgreSQL. A header "-- ID name: sentence" begins a statement; words with a dollar sign are filled in from the code.

-- I1 printed without money: a print job has a payment of its own order, taken or held, that covers what is due in its currency
SELECT j.reference, 'payment ' || p.reference || ' is ' || p.status
FROM print_jobs j
JOIN orders o ON o.id = j.order_id
JOIN payments p ON p.id = j.payment_id
WHERE p.order_id <> o.id OR p.status NOT IN $settled OR p.paid_at IS NULL
   OR p.currency <> o.currency OR p.amount_minor < o.due_minor OR o.payment_status NOT IN ('authorised', 'paid', 'refunded', 'voided');

-- I2 money without its order: a settled payment belongs to an order that is paid
SELECT p.reference, 'payment is ' || p.status || ', order is ' || COALESCE(o.payment_status, 'missing')
FROM payments p
LEFT JOIN orders o ON o.id = p.order_id
WHERE p.status IN $settled AND COALESCE(o.payment_status, 'unpaid') = 'unpaid';

-- I2 sale that no session knows: an order to be paid at a machine is the one order of exactly one session
SELECT o.number, CAST(COUNT(DISTINCT s.id) AS TEXT) || ' sessions'
FROM payments p
JOIN orders o ON o.id = p.order_id
LEFT JOIN kiosk_sessions s ON s.order_id = o.id
WHERE p.provider = 'machine'
GROUP BY o.number
HAVING COUNT(DISTINCT s.id) <> 1;

-- I2 notice left behind: what a partner told us about a payment of his own machine does not wait once we know the payment
SELECT i.external_id, 'still waiting'
FROM inbox i
JOIN payments p ON p.reference = i.subject
JOIN case_items c ON c.order_id = p.order_id
JOIN machines m ON m.id = c.machine_id
WHERE i.topic = 'payment_notice' AND i.state = 'waiting' AND i.source = 'partner:' || CAST(m.partner_id AS TEXT);

-- I3 printed twice: a case is printed once, and again only with a reason
SELECT 'case item ' || CAST(case_item_id AS TEXT), CAST(COUNT(*) AS TEXT) || ' prints without a reason'
FROM print_jobs
WHERE TRIM(COALESCE(reprint_reason, '')) = ''
GROUP BY case_item_id
HAVING COUNT(*) > 1;

-- I3 printed beside itself: of the prints of a case only the latest may still come out; the others say that they were replaced
SELECT j.reference, 'is ' || j.status || ' although another print has taken its place'
FROM print_jobs j
WHERE (j.status NOT IN ('failed', 'cancelled', 'printed', 'collected') OR j.replaced_at IS NULL)
  AND EXISTS (SELECT 1 FROM print_jobs later WHERE later.case_item_id = j.case_item_id AND later.attempt > j.attempt);

-- I3 paid twice: an order has at most one settled payment, unless it is paid in parts
SELECT 'order ' || CAST(order_id AS TEXT), CAST(COUNT(*) AS TEXT) || ' settled payments'
FROM payments
WHERE (status IN $settled OR paid_at IS NOT NULL) AND NOT instalment
GROUP BY order_id
HAVING COUNT(*) > 1;

-- I4 ledger out of balance: each booking of a payment or of an order sums to zero in each currency
SELECT COALESCE('payment ' || CAST(payment_id AS TEXT), 'order ' || CAST(order_id AS TEXT)) || ' ' || booking,
       CAST(SUM(minor) AS TEXT) || ' ' || currency || ' too much'
FROM ledger_entries
GROUP BY payment_id, order_id, booking, currency
HAVING SUM(minor) <> 0;

-- I4 captured is not the amount: a settled payment captured its amount and any other nothing, on the web what its checkout says; refunds stay within it
SELECT p.reference, p.status || ', captured ' || CAST(COALESCE(l.captured, 0) AS TEXT)
       || ', kept ' || CAST(COALESCE(l.kept, 0) AS TEXT)
FROM payments p
LEFT JOIN checkouts k ON k.payment_id = p.id
LEFT JOIN (
    SELECT payment_id, MIN(currency) AS lowest, MAX(currency) AS highest,
           SUM(CASE WHEN account = 'received' AND booking = 'capture' THEN minor ELSE 0 END) AS captured,
           SUM(CASE WHEN account = 'received' THEN minor ELSE 0 END) AS kept
    FROM ledger_entries
    WHERE payment_id IS NOT NULL
    GROUP BY payment_id
) l ON l.payment_id = p.id
WHERE COALESCE(l.captured, 0) <> COALESCE(k.captured_minor, CASE WHEN p.status IN $settled THEN p.amount_minor ELSE 0 END)
   OR COALESCE(l.captured, 0) > p.amount_minor
   OR (COALESCE(l.captured, 0) > 0) <> (p.status IN ('paid', 'refunding', 'refunded') AND p.amount_minor > 0)
   OR (k.id IS NOT NULL AND COALESCE(l.kept, 0) <> k.captured_minor - k.refunded_minor)
   OR COALESCE(l.kept, 0) NOT BETWEEN 0 AND p.amount_minor
   OR (p.status = 'refunded' AND COALESCE(l.kept, 0) <> 0)
   OR l.lowest <> p.currency OR l.highest <> p.currency;

-- I4 held is not the amount: a hold stands in its own account, as long as the payment is authorised and no longer
SELECT p.reference, p.status || ', held ' || CAST(COALESCE(SUM(l.minor), 0) AS TEXT)
FROM payments p
LEFT JOIN ledger_entries l ON l.payment_id = p.id AND l.account = 'held'
GROUP BY p.reference, p.status, p.amount_minor
HAVING COALESCE(SUM(l.minor), 0) <> CASE WHEN p.status = 'authorised' THEN p.amount_minor ELSE 0 END;

-- I4 paid is not what is due: a paid order brought what is due in its currency, a partly paid one less; what is paid only if made, no more
SELECT o.number, o.payment_status || ', due ' || CAST(o.due_minor AS TEXT)
       || ', captured ' || CAST(COALESCE(SUM(l.minor), 0) AS TEXT)
FROM orders o
LEFT JOIN payments p ON p.order_id = o.id
LEFT JOIN ledger_entries l
    ON l.payment_id = p.id AND l.currency = o.currency AND l.account = 'received' AND l.booking = 'capture'
WHERE o.payment_status <> 'unpaid'
GROUP BY o.id, o.number, o.due_minor, o.payment_status, o.terms
HAVING COALESCE(SUM(l.minor), 0) > o.due_minor
    OR (COALESCE(SUM(l.minor), 0) < o.due_minor
        AND (o.terms = 'prepaid' OR o.payment_status = 'paid' OR COALESCE(SUM(l.minor), 0) = 0)
        AND NOT EXISTS (SELECT 1 FROM line_outcomes n WHERE n.order_id = o.id))
    OR (o.payment_status = 'partly_paid' AND COALESCE(SUM(l.minor), 0) = o.due_minor);

-- I4 kept and not made: what was taken and not given back is worth what was made, unless the rest is on its way or with staff
SELECT o.number, p.status || ', kept ' || CAST(k.captured_minor - k.refunded_minor AS TEXT) || ', lines worth '
       || CAST(n.worth AS TEXT) || ', ' || CAST(n.waiting AS TEXT) || ' not decided'
FROM checkouts k
JOIN payments p ON p.id = k.payment_id AND p.status IN $settled
JOIN orders o ON o.id = p.order_id
JOIN (
    SELECT order_id, COUNT(*) AS lines,
           SUM(CASE WHEN outcome = 'not_made' THEN 0 ELSE 1 END) AS kept,
           SUM(CASE WHEN outcome = 'not_made' THEN 0 ELSE minor END) AS worth,
           SUM(CASE WHEN outcome = 'waiting' THEN 1 ELSE 0 END) AS waiting
    FROM line_outcomes GROUP BY order_id
) n ON n.order_id = o.id
WHERE NOT EXISTS (SELECT 1 FROM transfers t WHERE t.payment_id = p.id AND t.state <> 'done')
  AND ((p.status IN ('refunded', 'voided') AND n.kept > 0
        AND NOT EXISTS (SELECT 1 FROM anomalies a WHERE a.kind = 'money_moved_at_gateway' AND a.subject = p.reference))
    OR (p.status = 'authorised' AND n.waiting = 0)
    OR (p.status = 'paid' AND n.kept = n.lines AND k.captured_minor - k.refunded_minor <> o.due_minor
        AND NOT EXISTS (SELECT 1 FROM anomalies a WHERE a.kind = 'money_moved_at_gateway' AND a.subject = p.reference))
    OR (p.status = 'paid' AND n.kept = 0)
    OR (p.status = 'paid' AND n.kept < n.lines AND n.kept > 0 AND o.vat <> 'on_top'
        AND k.captured_minor - k.refunded_minor <> n.worth + o.shipping_minor
        AND NOT EXISTS (SELECT 1 FROM anomalies a WHERE a.kind = 'money_moved_at_gateway' AND a.subject = p.reference)));

-- I4 transfers are not the money: what was done with a payment at its gateway sums to what its checkout says
SELECT p.reference, 'captured ' || CAST(k.captured_minor AS TEXT) || ', refunded ' || CAST(k.refunded_minor AS TEXT)
       || '; by transfers ' || CAST(COALESCE(SUM(CASE WHEN t.kind = 'refund' THEN t.minor ELSE 0 END), 0) AS TEXT) || ' refunded'
FROM checkouts k
JOIN payments p ON p.id = k.payment_id
LEFT JOIN transfers t ON t.payment_id = p.id AND t.state = 'done'
WHERE NOT EXISTS (SELECT 1 FROM anomalies a WHERE a.kind = 'money_moved_at_gateway' AND a.subject = p.reference)
GROUP BY p.reference, k.captured_minor, k.refunded_minor
HAVING COALESCE(SUM(CASE WHEN t.kind = 'refund' THEN t.minor ELSE 0 END), 0) <> k.refunded_minor;

-- I4 transfer forgotten: what a gateway is to do has an open promise to tell it, or one that staff were told of
SELECT 'transfer ' || CAST(t.id AS TEXT), t.kind || ' wanted since ' || CAST(t.created_at AS TEXT)
FROM transfers t
LEFT JOIN deliveries d
    ON d.subscriber = 'payments.send_transfer' AND d.state IN ('pending', 'dead')
   AND REPLACE(CAST(d.payload AS TEXT), ' ', '') LIKE '{"transfer_id":' || CAST(t.id AS TEXT) || '}'
WHERE t.state = 'wanted' AND d.id IS NULL;

-- I4 owed is not the rest: what is owed for an order on invoice is what is due and did not come in, until it is cancelled
SELECT o.number, CAST(sums.owed AS TEXT) || ' owed, due ' || CAST(o.due_minor AS TEXT)
       || ', captured ' || CAST(sums.captured AS TEXT)
FROM (
    SELECT order_id, SUM(captured) AS captured, SUM(owed) AS owed
    FROM (
        SELECT id AS order_id, 0 AS captured, 0 AS owed FROM orders
        UNION ALL
        SELECT p.order_id, e.minor, 0 FROM ledger_entries e JOIN payments p ON p.id = e.payment_id
        WHERE e.account = 'received' AND e.booking = 'capture'
        UNION ALL
        SELECT p.order_id, 0, e.minor FROM ledger_entries e JOIN payments p ON p.id = e.payment_id
        WHERE e.account = 'receivable'
        UNION ALL
        SELECT order_id, 0, minor FROM ledger_entries WHERE order_id IS NOT NULL AND account = 'receivable'
    ) entries
    GROUP BY order_id
) sums
JOIN orders o ON o.id = sums.order_id
WHERE sums.owed
    <> CASE WHEN o.terms = 'prepaid' OR o.status = 'cancelled' THEN 0 ELSE o.due_minor - sums.captured END;

-- I4 due is not its parts: what is due for an order is its goods, its shipping, and its tax where that comes on top
SELECT number, CAST(due_minor AS TEXT) || ' due'
FROM orders
WHERE due_minor <> total_minor + shipping_minor + CASE vat WHEN 'on_top' THEN vat_minor ELSE 0 END;

-- I4 total is not its lines: an order's total is the sum of its lines, in its currency
SELECT o.number, 'total ' || CAST(o.total_minor AS TEXT)
FROM orders o
LEFT JOIN order_lines n ON n.order_id = o.id AND n.currency = o.currency
GROUP BY o.number, o.total_minor
HAVING COALESCE(SUM(n.quantity * n.unit_minor), 0) <> o.total_minor;

-- I4 ordered is not offered: an order of a quote costs what the lines of the quote do
SELECT 'quote ' || CAST(q.id AS TEXT), CAST(o.total_minor AS TEXT) || ' for lines of ' || CAST(sums.total AS TEXT)
FROM quotes q
JOIN orders o ON o.id = q.order_id
JOIN (
    SELECT q.id, COALESCE(SUM(k.total_minor), 0) AS total
    FROM quotes q
    LEFT JOIN quote_lines l ON l.quote_id = q.id
    LEFT JOIN kept_prices k ON k.id = l.kept_price_id
    GROUP BY q.id
) sums ON sums.id = q.id
WHERE o.total_minor <> sums.total OR o.currency <> q.currency;

-- I4 gap in invoices: the numbers of a seller's year run from 1 to the last that was taken, each once, void or not
SELECT s.seller_key || ' ' || CAST(s.year AS TEXT),
       CAST(s.taken AS TEXT) || ' taken, ' || CAST(COUNT(i.id) AS TEXT) || ' invoices up to '
       || CAST(COALESCE(MAX(i.number), 0) AS TEXT)
FROM invoice_series s
LEFT JOIN invoices i ON i.seller_key = s.seller_key AND i.year = s.year
GROUP BY s.seller_key, s.year, s.taken
HAVING COUNT(i.id) <> s.taken OR COUNT(DISTINCT i.number) <> s.taken OR COALESCE(MAX(i.number), 0) <> s.taken
UNION ALL
SELECT i.seller_key || ' ' || CAST(i.year AS TEXT), 'invoice ' || CAST(i.number AS TEXT) || ' of no series'
FROM invoices i
LEFT JOIN invoice_series s ON s.seller_key = i.seller_key AND s.year = i.year
WHERE i.number IS NOT NULL AND s.taken IS NULL;

-- I4 invoice is not its order: an invoice says what its order costs, to the last part
SELECT o.number, 'invoice ' || CAST(i.id AS TEXT) || ' over ' || CAST(i.due_minor AS TEXT) || ' ' || i.currency
FROM invoices i
JOIN orders o ON o.id = i.order_id
WHERE i.currency <> o.currency OR i.goods_minor <> o.total_minor OR i.shipping_minor <> o.shipping_minor
   OR i.vat <> o.vat OR i.vat_rate <> o.vat_rate OR i.vat_minor <> o.vat_minor OR i.due_minor <> o.due_minor;

-- I4 invoice is not its lines: the lines of an invoice sum to its goods and shipping, and their taxes to its tax
SELECT 'invoice ' || CAST(i.id AS TEXT),
       'lines sum to ' || CAST(COALESCE(SUM(n.total_minor), 0) AS TEXT) || ' and ' || CAST(COALESCE(SUM(n.vat_minor), 0) AS TEXT)
FROM invoices i
LEFT JOIN invoice_lines n ON n.invoice_id = i.id
GROUP BY i.id, i.goods_minor, i.shipping_minor, i.vat_minor
HAVING COALESCE(SUM(n.total_minor), 0) <> i.goods_minor + i.shipping_minor
    OR COALESCE(SUM(n.vat_minor), 0) <> i.vat_minor;

-- I4 part of a penny: every amount is a whole number of minor units
SELECT 'ledger entry ' || CAST(id AS TEXT), CAST(minor AS TEXT)
FROM ledger_entries WHERE minor <> CAST(minor AS BIGINT)
UNION ALL
SELECT reference, CAST(amount_minor AS TEXT) FROM payments WHERE amount_minor <> CAST(amount_minor AS BIGINT)
UNION ALL
SELECT number, CAST(due_minor AS TEXT) FROM orders
WHERE total_minor <> CAST(total_minor AS BIGINT) OR due_minor <> CAST(due_minor AS BIGINT);

-- I5 promises miscounted: a machine's count of reserved and sold blanks is the number of its promises in that state
SELECT 'stock item ' || CAST(s.id AS TEXT),
       CAST(s.reserved AS TEXT) || ' reserved, ' || CAST(s.sold AS TEXT) || ' sold; promises: '
       || CAST(COALESCE(a.reserved, 0) AS TEXT) || ' and ' || CAST(COALESCE(a.sold, 0) AS TEXT)
FROM stock_items s
LEFT JOIN (
    SELECT stock_item_id,
           SUM(CASE WHEN state = 'reserved' THEN 1 ELSE 0 END) AS reserved,
           SUM(CASE WHEN state = 'sold' THEN 1 ELSE 0 END) AS sold
    FROM allocations
    GROUP BY stock_item_id
) a ON a.stock_item_id = s.id
WHERE s.reserved <> COALESCE(a.reserved, 0) OR s.sold <> COALESCE(a.sold, 0);

-- I5 blanks miscounted: what lies in a machine is the sum of every movement there
SELECT 'stock item ' || CAST(s.id AS TEXT),
       CAST(s.on_hand AS TEXT) || ' there, ' || CAST(COALESCE(SUM(m.difference), 0) AS TEXT) || ' by its movements'
FROM stock_items s
LEFT JOIN stock_movements m ON m.stock_item_id = s.id
GROUP BY s.id, s.on_hand
HAVING s.on_hand <> COALESCE(SUM(m.difference), 0);

-- I5 oversold: no blank is promised twice, and no count is below zero
SELECT 'stock item ' || CAST(id AS TEXT),
       CAST(on_hand AS TEXT) || ' there, ' || CAST(reserved + sold AS TEXT) || ' promised, '
       || CAST(short AS TEXT) || ' known to be short'
FROM stock_items
WHERE on_hand < 0 OR reserved < 0 OR sold < 0 OR short < 0 OR reserved + sold > on_hand + short;

-- I5 blank without a sale: a sold or taken blank belongs to one case of a paid order, which has no other
SELECT 'allocation ' || CAST(a.id AS TEXT), a.state || ', wanted by ' || CAST(COUNT(o.id) AS TEXT) || ' paid orders'
FROM allocations a
LEFT JOIN print_jobs j ON j.spent_allocation_id = a.id
LEFT JOIN case_items c ON c.allocation_id = a.id OR c.id = j.case_item_id
LEFT JOIN orders o ON o.id = c.order_id AND o.payment_status <> 'unpaid'
WHERE a.state IN ('sold', 'taken')
GROUP BY a.id, a.state
HAVING COUNT(o.id) <> 1;

-- I5 sale without its blank: the blank of a paid case is sold or taken, unless its order was cancelled or refunded
SELECT o.number, 'blank is ' || a.state
FROM orders o
JOIN case_items c ON c.order_id = o.id
JOIN allocations a ON a.id = c.allocation_id
WHERE o.payment_status IN ('authorised', 'paid') AND o.status <> 'cancelled' AND a.state NOT IN ('sold', 'taken');

-- I5 blank forgotten: a reserved blank is held by an open session or by a case that may still be paid
SELECT 'allocation ' || CAST(a.id AS TEXT), 'reserved for ' || COALESCE('a session that is ' || s.status, 'nobody')
FROM allocations a
LEFT JOIN kiosk_sessions s ON s.allocation_id = a.id
LEFT JOIN case_items c ON c.allocation_id = a.id
WHERE a.state = 'reserved' AND (s.status IN ('expired', 'cancelled', 'payment_completed')
                                OR (s.id IS NULL AND c.id IS NULL));

-- I7 paid by half: a paid order has a settled payment, unless there was nothing to pay
SELECT o.number, 'order is ' || o.payment_status || ', no payment is'
FROM orders o
LEFT JOIN payments p ON p.order_id = o.id AND p.status IN $settled
WHERE o.payment_status <> 'unpaid' AND o.due_minor > 0 AND p.id IS NULL;

-- I7 session and order differ: a session says that it was paid exactly when its order is
SELECT s.key, 'session is ' || s.status || ', order is ' || COALESCE(o.payment_status, 'missing')
FROM kiosk_sessions s
LEFT JOIN orders o ON o.id = s.order_id
WHERE (s.status = 'payment_completed') <> (COALESCE(o.payment_status, 'unpaid') <> 'unpaid');

-- I7 paid and not queued: every case of a paid order has its print job, unless the webstore had ended it before the money came
SELECT o.number, 'case item ' || CAST(c.id AS TEXT) || ' has no print job'
FROM orders o
JOIN case_items c ON c.order_id = o.id
LEFT JOIN print_jobs j ON j.case_item_id = c.id AND j.order_id = o.id
WHERE o.payment_status <> 'unpaid' AND j.id IS NULL
  AND NOT (o.storefront = 'webstore' AND o.status = 'cancelled');

-- I7 web order and its promise differ: an order of the webstore has a customer, and is completed exactly when he has it
SELECT o.number, 'order is ' || o.status || ', its things are ' || COALESCE(w.journey, 'nowhere')
FROM orders o
LEFT JOIN web_orders w ON w.order_id = o.id
WHERE o.storefront = 'webstore'
  AND (w.id IS NULL
       OR (w.journey = 'cancelled' AND o.status <> 'cancelled')
       OR (w.journey IN ('shipped', 'collected')) <> (o.status = 'completed'));

-- I7 queued and forgotten: a queued print has an open promise to send it, or one that staff were told of
SELECT j.reference, 'queued since ' || CAST(j.created_at AS TEXT)
FROM print_jobs j
LEFT JOIN deliveries d
    ON d.state IN ('pending', 'dead')
   AND REPLACE(CAST(d.payload AS TEXT), ' ', '') LIKE '{"order_id":' || CAST(j.order_id AS TEXT) || '}'
WHERE j.status = 'queued' AND d.id IS NULL;

-- I7 quote half answered: a quote waits for staff as long as one of its lines does, and can be ordered only with a price
SELECT 'quote ' || CAST(q.id AS TEXT), q.state || ' with ' || CAST(lines.waiting AS TEXT) || ' lines that wait'
FROM quotes q
JOIN (
    SELECT q.id,
           COUNT(CASE WHEN l.state = 'needs_review' THEN 1 END) AS waiting,
           COUNT(l.kept_price_id) AS priced
    FROM quotes q
    LEFT JOIN quote_lines l ON l.quote_id = q.id
    GROUP BY q.id
) lines ON lines.id = q.id
WHERE (q.state = 'in_review' AND lines.waiting = 0)
   OR (q.state IN ('open', 'declined', 'accepted') AND lines.waiting > 0)
   OR (q.state IN ('open', 'accepted') AND lines.priced = 0)
   OR (q.state = 'declined' AND lines.priced > 0);

-- I7 billed and cancelled: the invoice of a cancelled order is void, or somebody has promised to void it
SELECT o.number, 'invoice ' || CAST(i.id AS TEXT) || ' is ' || i.state
FROM orders o
JOIN invoices i ON i.order_id = o.id AND i.state <> 'void'
LEFT JOIN deliveries d
    ON d.subscriber = 'invoices.void_when_cancelled' AND d.state IN ('pending', 'dead')
   AND REPLACE(CAST(d.payload AS TEXT), ' ', '') LIKE '{"order_id":' || CAST(o.id AS TEXT) || '}'
WHERE o.status = 'cancelled' AND d.id IS NULL;

-- I8 heard twice: what the outside told us is kept once
SELECT source || ' ' || external_id, CAST(COUNT(*) AS TEXT) || ' messages'
FROM inbox
GROUP BY source, external_id
HAVING COUNT(*) > 1;

-- I8 key used twice: an idempotency key stands for one request
SELECT scope || ' ' || key, CAST(COUNT(*) AS TEXT) || ' rows'
FROM idempotency_keys
GROUP BY scope, key
HAVING COUNT(*) > 1;

-- I8 receipt used twice: a transaction of a machine's terminal pays for one session, and a session is paid by one
SELECT 'machine ' || CAST(machine_id AS TEXT) || ' ' || transaction_id, CAST(COUNT(*) AS TEXT) || ' receipts'
FROM receipts
GROUP BY machine_id, transaction_id
HAVING COUNT(*) > 1
UNION ALL
SELECT 'session ' || CAST(session_id AS TEXT), CAST(COUNT(*) AS TEXT) || ' receipts'
FROM receipts
GROUP BY session_id
HAVING COUNT(*) > 1;

-- I8 receipt without a sale: a receipt belongs to a paid session of its machine and says its price
SELECT 'receipt ' || r.transaction_id, CAST(r.amount_minor AS TEXT) || ' ' || r.currency || ' for ' || s.status
FROM receipts r
JOIN kiosk_sessions s ON s.id = r.session_id
WHERE s.status <> 'payment_completed' OR s.machine_id <> r.machine_id
   OR r.amount_minor <> s.price_minor OR r.currency <> s.currency;

-- I9 forbidden move: every move is on its table of states, and begins where things are born
SELECT m.noun || ' ' || CAST(m.subject_id AS TEXT), COALESCE(m.from_state, 'nothing') || ' to ' || m.to_state
FROM moves m
WHERE m.noun NOT IN $values
  AND CASE WHEN m.from_state IS NULL THEN (m.noun, m.to_state) NOT IN (VALUES $births)
           ELSE (m.noun, m.from_state, m.to_state) NOT IN (VALUES $edges) END;

-- I9 broken history: the moves of a thing are one chain from its birth to the state that it is in
SELECT steps.noun || ' ' || CAST(steps.subject_id AS TEXT),
       CAST(SUM(steps.arrived) AS TEXT) || ' more arrivals in ' || steps.state || ' than departures and presence'
FROM (
    SELECT noun, subject_id, to_state AS state, 1 AS arrived FROM moves WHERE noun NOT IN $values
    UNION ALL
    SELECT noun, subject_id, from_state, -1 FROM moves WHERE from_state IS NOT NULL AND noun NOT IN $values
    UNION ALL
    $standings
) steps
GROUP BY steps.noun, steps.subject_id, steps.state
HAVING SUM(steps.arrived) <> 0;

-- I9 paid went back: what was paid is never unpaid again, whatever a table of states says
SELECT noun || ' ' || CAST(subject_id AS TEXT), from_state || ' to ' || to_state
FROM moves
WHERE (noun = 'payment' AND from_state IN $settled AND to_state NOT IN $settled)
   OR (noun = 'order payment' AND from_state <> 'unpaid' AND to_state = 'unpaid')
   OR (noun = 'order payment' AND from_state IN ('paid', 'refunded') AND to_state = 'partly_paid')
   OR (noun = 'session' AND from_state = 'payment_completed');

-- I9 move of nobody: every move tells who made it and why
SELECT noun || ' ' || CAST(subject_id AS TEXT), COALESCE(from_state, 'nothing') || ' to ' || to_state
FROM moves
WHERE TRIM(actor) = '' OR TRIM(cause) = '';
