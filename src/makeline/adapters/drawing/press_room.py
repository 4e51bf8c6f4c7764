"""Where papers are printed: by one press at a time."""

import threading

# The library fills its tables of fonts as it goes; two threads must not.
one_at_a_time = threading.Lock()
