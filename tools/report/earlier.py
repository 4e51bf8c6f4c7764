"""What runs found before they left records: shown in the README, and called so, until a run of the case leaves one."""

# In the order of the README: the case, what was done, what came of it; the last two only without a record.
ROWS: tuple[tuple[str, str, str], ...] = (
    (
        "R01",
        "40 kills of the API under load",
        "4,756 acknowledged writes, 0 lost, 0 prints doubled; ready again after 2.8 s, two runs sharing the cores",
    ),
    (
        "R02",
        "40 kills of the worker just before or after an effect",
        "240 paid orders, 0 lost, 107 calls repeated, 0 effects repeated",
    ),
    ("R04", "", ""),
    ("R06", "20,440 payment notices, each up to ten times, in parallel", "effects per event 1.000"),
    ("R09", "1,000 sessions confirmed many times at once", "0 doubled"),
    (
        "R11",
        "10,000 calls repeated by clients that hang up, over 20 kills; the same key with another body",
        "0 lost, 0 effects doubled, refused every time",
    ),
    (
        "R08",
        "1,000 payments reported before their order is known, beside 4,000 forged ones",
        "each linked once, none of the forged counted",
    ),
    ("R07", "a payment's notices in all 120 orders, each repeated", "paid exactly once each time"),
    (
        "R28",
        "100 rolling restarts of two servers under load",
        "46,480 acknowledged writes, 0 lost, 0 calls cut",
    ),
    (
        "R03",
        "30 immediate stops of PostgreSQL under load",
        "540 acknowledged writes, 0 lost; the next sale 0.1 s after it is back",
    ),
    (
        "I2",
        "2,000 purchases on the web, each event of Stripe lost or sent ten times out of order, half of the tabs closed",
        "one order, one capture, one print, one letter of each kind every time",
    ),
    ("R10", "400 crowds of 40 buyers for the last 10 blanks", "10 sold each time"),
    ("R13", "", ""),
    ("R22", "", ""),
    (
        "R25",
        "10,010 calls made up from the API description, good and bad (`make fuzz`)",
        "0 answers 5xx, 0 other than described",
    ),
    (
        "R27",
        "ten minutes, 200 kiosks, one process killed every minute (`make soak`)",
        "19,233 acknowledged writes, 0 lost, 0 doubled, 0 turned away",
    ),
)
