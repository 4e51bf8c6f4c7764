"""The programme: what is done to the product, and what has to come of it. Nothing is left out because it was not run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """``what`` is done; ``wanted`` is what must come of it."""

    id: str
    what: str
    wanted: str


FAULTS = (
    Case("R01", "the web server is killed while people pay", "200 kills: 0 lost, 0 double"),
    Case(
        "R02", "the worker is killed just before or after an effect outside", "200 kills: 0 effects repeated"
    ),
    Case("R03", "PostgreSQL is stopped at once", "30 stops: 0 lost"),
    Case("R04", "power cut: every state that a SQLite file can be left in", "2,000 crash images: 0 bad"),
    Case("R05", "the disk refuses to write or to flush", "50 runs: nothing acknowledged that is not there"),
    Case(
        "R06",
        "every notice comes up to ten times, shuffled, at every server",
        "one effect each, identical answers",
    ),
    Case("R07", "statuses come in any order", "120 of 120 orders"),
    Case("R08", "a payment is told before its order is known; forged ones", "1,000 linked once, 0 forged"),
    Case("R09", "4 to 50 confirmations of one session at once", "0 of 500 doubled"),
    Case("R10", "40 buyers, 10 blanks", "0 oversold in 200 rounds"),
    Case(
        "R11",
        "clients hang up and ask again under the same key; servers die",
        "10,000 keys: 0 double, 0 lost",
    ),
    Case("R12", "people do anything in any order, beside a model", "2,000 runs of 50 steps: 0 violations"),
    Case(
        "R13",
        "simulated months: virtual clock, lost and doubled messages, crashes",
        "10,000 seeds: 0 violations",
    ),
    Case("R14", "links that are slow, cut, half open or drip", "32 of 32 recover"),
    Case("R15", "the store of limits is killed, emptied, slow", "0 lost, limits stay strict"),
    Case(
        "R16",
        "the object store errs, cuts, answers wrongly or not at all",
        "5,000 uploads: 0 missing, 0 orphans",
    ),
    Case("R17", "uploads are cut off; large bodies at once", "500 uploads: nothing stays"),
    Case(
        "R18",
        "the CRM limits, errs, is away and is changed behind our back",
        "10,000 records: 0 missing, 0 doubles",
    ),
    Case("R19", "clocks jump and differ", "nothing expires early, no window opens again"),
    Case("R20", "the disk is full, then freed", "20 of 20"),
    Case("R21", "the schema changes while old and new servers work", "20 runs: 0 failed calls"),
    Case("R22", "backups while people pay; a random one is restored", "50 of 50 whole"),
    Case("R23", "slow and giant callers beside normal ones", "p99 of normal ones × 3 at most"),
    Case("R24", "hostile and broken files; fuzzed readers", "0 API deaths, 0 crashes of our readers"),
    Case("R25", "calls made up from the API description", "20,000 calls: 0 answers 5xx"),
    Case("R26", "mutants of money, prices, states, tokens, signatures, limits", "90 % killed"),
    Case("R27", "an hour of everything at once", "1 MiB in 10 min, handles flat, p99 drift 10 %"),
    Case("R28", "servers are replaced one after the other", "100 restarts: 0 calls cut"),
    Case("R29", "planted differences between provider and ledger", "100 of 100 found, 0 false alarms"),
    Case("R30", "random transactions of orders and ledger, searched for cycles", "20,000: 0 anomalies"),
)
HOSTS = (
    Case("H1", "a host is cut off, both ways, and comes back", "0 lost, 0 doubled, going on within 5 s"),
    Case("H2", "a host that nobody hears", "the same"),
    Case("H3", "a host that hears nobody", "the same"),
    Case("H4", "the host of all engines is cut off", "the same"),
    Case("H5", "the host of the print partner is cut off", "the same; nobody is turned away"),
    Case("H6", "PostgreSQL is killed and started again", "the same"),
    Case("H7", "the store of limits is killed and started again", "the same; nobody is turned away"),
    Case("H8", "the store of pictures is killed and started again", "the same"),
    Case("H9", "the print partner is killed and started again", "the same; nobody is turned away"),
    Case("H10", "a host is frozen with its leases and connections, and goes on", "the same"),
    Case(
        "H11",
        "the host of the payment gateway is cut off while people buy on the web",
        "the same; kiosks go on",
    ),
)
SECURITY = (
    Case("S1", "every path × callers who may not", "0 leaks"),
    Case("S2", "signed calls forged, replayed, late, cut", "10,000 mutations: 0 accepted"),
    Case("S3", "image tokens changed in every place", "50,000 mutations: 0 accepted"),
    Case("S4", "every number that a client sends, tampered with", "0 differences from our price"),
    Case("S5", "addresses and paths that lead elsewhere", "0 connections outside, 0 files outside"),
    Case("S6", "bombs in files and bodies", "0 API deaths"),
    Case("S7", "forwarded addresses made up", "10,000 headers: 0 changed decisions"),
    Case("S8", "every log searched for secrets and people", "0 hits"),
    Case("S9", "started with each secret missing, default or equal", "refused each time"),
    Case("S10", "origins × methods × credentials", "exactly the table"),
    Case("S11", "sign-out, role and password changes at other servers", "the next call"),
    Case("S12", "sign-in of known and unknown names, timed", "difference below the noise"),
    Case("S13", "every field put into every body", "0 accepted"),
    Case("S14", "one limit over several processes", "over-admission 1 % at most"),
    Case("S15", "static analysis and a search for secrets", "0 open findings"),
)
