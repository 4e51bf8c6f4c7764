"""Prometheus metrics of one process."""

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.registry import REGISTRY

from makeline.foundation.move_tally import MoveTally
from makeline.foundation.quick_histogram import QuickHistogram
from makeline.foundation.request_tally import RequestTally

REQUESTS = RequestTally()
MOVES = MoveTally()
COMMIT_SECONDS = QuickHistogram(
    "makeline_commit_seconds",
    "Time from the end of a unit, or of a group of them, until it was durable",
    ("engine",),
    bounds=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
)
DATABASE_WAIT_SECONDS = QuickHistogram(
    "makeline_database_wait_seconds",
    "Time that a unit waited for the writer, or for a connection",
    ("engine",),
    bounds=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
)
CALL_SECONDS = QuickHistogram(
    "makeline_call_seconds",
    "Time that a call to a neighbour took",
    ("neighbour",),
    bounds=(0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0),
)
LIMITED_SECONDS = QuickHistogram(
    "makeline_limited_seconds",
    "Time that a job waited for a limited process and ran in it",
    ("pool", "part"),
    bounds=(0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 120.0),
)
LOOP_LAG_SECONDS = QuickHistogram(
    "makeline_loop_lag_seconds",
    "How late the event loop was at what was due; four looks a second",
    (),
    bounds=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
)
for _quick in (
    *(REQUESTS, MOVES, COMMIT_SECONDS, DATABASE_WAIT_SECONDS),
    *(CALL_SECONDS, LIMITED_SECONDS, LOOP_LAG_SECONDS),
):
    REGISTRY.register(_quick)

BUILD = Gauge("makeline_build_info", "1, with what runs here", ["version", "python", "engine"])
CALLS = Counter("makeline_calls_total", "Calls to neighbours", ["neighbour", "operation", "outcome"])
NEIGHBOUR_UP = Gauge(
    "makeline_neighbour_up", "1 while a neighbour is there, 0 while he is away", ["neighbour"]
)
LIMITED_JOBS = Counter(
    "makeline_limited_jobs_total", "Jobs of limited processes, and how they ended", ["pool", "outcome"]
)
LIMITED_STARTS = Counter("makeline_limited_starts_total", "Limited processes that were started", ["pool"])
DATABASE_READ_ONLY = Gauge(
    "makeline_database_read_only",
    "1 while the embedded database answers and takes no writes: its disk is full or failed",
)
GLANCES = Counter(
    "makeline_glances_total",
    "Questions whose answer may be some seconds old, where there is a replica: answered by it, by the database because the"
    " replica was left alone, or turned back from it to the database",
    ["outcome"],
)
REPLICA_LATE_SECONDS = Gauge(
    "makeline_replica_late_seconds", "What was acknowledged longer ago than this, the replica holds"
)
REPLICA_LEFT_ALONE = Gauge(
    "makeline_replica_left_alone",
    "1 while there is a replica and it is too late, away or strange to be asked",
)
CONNECTIONS = Gauge("makeline_connections", "Connections to PostgreSQL", ["state"])

DELIVERIES = Counter("makeline_deliveries_total", "Promises kept or not", ["subscriber", "outcome"])
DELIVERY_SECONDS = Histogram(
    "makeline_delivery_seconds",
    "Time a reaction took",
    ["subscriber"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600),
)
OUTBOX_DEPTH = Gauge("makeline_outbox_depth", "Promises by state, as last counted", ["state"])
OUTBOX_LATE_SECONDS = Gauge(
    "makeline_outbox_late_seconds", "For how long the open promise that is due longest waits, as last counted"
)
OUTBOX_OLDEST_SECONDS = Gauge(
    "makeline_outbox_oldest_seconds", "Age of the oldest open promise, due or not, as last counted"
)
PRINTS = Gauge("makeline_prints", "Prints that are not out yet, as last counted", ["state"])
PRINTS_OLDEST_SECONDS = Gauge(
    "makeline_prints_oldest_seconds",
    "Age of the oldest print that is not out yet, as last counted",
    ["state"],
)
HAND_OVER_SECONDS = Histogram(
    "makeline_hand_over_seconds",
    "Time from the payment of a print until the print partner had taken it",
    buckets=(1, 2.5, 5, 10, 20, 30, 60, 300, 900, 3600),
)
PRICED_SECONDS = Histogram(
    "makeline_file_to_price_seconds",
    "Time from the arrival of a CAD file until it was measured and has its price",
    buckets=(0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
NEWS_SECONDS = Histogram(
    "makeline_news_seconds",
    "Time from a change until an event stream had it",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
SESSIONS_OPEN = Gauge("makeline_sessions_open", "Open sessions of kiosks, as last counted")
MACHINES = Gauge("makeline_machines", "Machines by condition, as last counted", ["condition"])
MACHINE_STOCKOUTS = Gauge(
    "makeline_machine_stockouts",
    "Shells of a machine that have run out, of the fifty machines where it is worst, as last counted",
    ["machine"],
)
STOCKOUTS = Gauge("makeline_stockouts", "Shells that have run out, of all machines, as last counted")
MONEY_HOUR = Gauge(
    "makeline_money_last_hour_minor_units",
    "Money of the last hour in minor units: captured, refunded, and the price of what was printed",
    ["what", "currency"],
)
UPLOADS_WAITING = Gauge("makeline_uploads_waiting", "CAD files that wait to be measured, as last counted")
STREAMS = Gauge("makeline_streams", "Event streams that are open")
CHORES = Counter("makeline_chores_total", "Scheduled chores", ["chore", "outcome"])
REFUSED_FOR_HASTE = Counter("makeline_rate_limited_total", "Calls beyond a limit", ["limit"])
REFUSALS_NOT_KEPT = Counter(
    "makeline_refusals_not_kept_total", "Refused calls that their partner cannot look up", ["which"]
)
LIMITS_ALONE = Counter("makeline_limits_alone_total", "Failures of the store of shared limits")
OPEN_ANOMALIES = Gauge(
    "makeline_open_anomalies", "Contradictions that wait for staff, as last counted", ["kind"]
)
CRM_EVENTS = Counter(
    "makeline_crm_events_total", "What the CRM told us of, and whether it was ours", ["outcome"]
)
GATEWAY_EVENTS = Counter(
    "makeline_gateway_events_total", "What the payment gateway told us of, and what came of it", ["outcome"]
)
FILES_READ = Counter(
    "makeline_files_read_total", "CAD files of customers, and why some were refused", ["outcome"]
)
STYLED = Counter(
    "makeline_styled_pictures_total", "Wishes for styled pictures, and how they ended", ["outcome"]
)
PICTURES_ENDED = Counter(
    "makeline_pictures_ended_total",
    "Pictures and prints that nobody gets any more, their time being over",
    ["kind"],
)
ACCESSES_NOT_KEPT = Counter(
    "makeline_accesses_not_kept_total", "Fetches of pictures that did not come into their log"
)
