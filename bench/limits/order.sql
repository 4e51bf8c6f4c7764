\set chosen random(0, 199)
BEGIN;
INSERT INTO idempotency VALUES ('key-' || nextval('keys'), '{"success": true}');
UPDATE stock SET quantity = quantity - 1 WHERE id = :chosen AND quantity > 0;
INSERT INTO orders (stock_id, minor, currency, status, placed_at) VALUES (:chosen, 1999, 'GBP', 'placed', now());
INSERT INTO outbox (due_at, subscriber, payload) VALUES (now(), 'print_when_paid', '{"order_id": 1}');
COMMIT;
