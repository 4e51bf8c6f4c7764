CREATE TABLE idempotency (key text PRIMARY KEY, answer text NOT NULL);
CREATE TABLE stock (id bigint PRIMARY KEY, quantity bigint NOT NULL CHECK (quantity >= 0));
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stock_id bigint NOT NULL REFERENCES stock,
    minor bigint NOT NULL,
    currency text NOT NULL,
    status text NOT NULL,
    placed_at timestamptz NOT NULL
);
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    due_at timestamptz NOT NULL,
    subscriber text NOT NULL,
    payload jsonb NOT NULL
);
CREATE INDEX ix_outbox_due_at ON outbox (due_at);
CREATE SEQUENCE keys CACHE 100;
INSERT INTO stock SELECT number, 1000000000 FROM generate_series(0, 199) AS number;

CREATE FUNCTION place_order(chosen bigint) RETURNS bigint LANGUAGE sql AS $$
    WITH key AS (INSERT INTO idempotency VALUES ('key-' || nextval('keys'), '{"success": true}')),
    taken AS (UPDATE stock SET quantity = quantity - 1 WHERE id = chosen AND quantity > 0 RETURNING id),
    placed AS (
        INSERT INTO orders (stock_id, minor, currency, status, placed_at)
        SELECT id, 1999, 'GBP', 'placed', now() FROM taken RETURNING id
    ),
    promised AS (
        INSERT INTO outbox (due_at, subscriber, payload)
        SELECT now(), 'print_when_paid', jsonb_build_object('order_id', id) FROM placed
    )
    SELECT id FROM placed
$$;
