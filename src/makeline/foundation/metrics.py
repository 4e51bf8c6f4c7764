"""Prometheus metrics of one process."""

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.registry import REGISTRY

from makeline.foundation.request_tally import RequestTally

REQUESTS = RequestTally()
REGISTRY.register(REQUESTS)

DELIVERIES = Counter("makeline_deliveries_total", "Promises kept or not", ["subscriber", "outcome"])
DELIVERY_SECONDS = Histogram(
    "makeline_delivery_seconds",
    "Time a reaction took",
    ["subscriber"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600),
)
OUTBOX_DEPTH = Gauge("makeline_outbox_depth", "Promises by state, as last counted", ["state"])
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
