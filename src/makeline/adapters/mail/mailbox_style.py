"""What the page of the mailbox folder looks like."""

from base64 import b64encode
from hashlib import sha256

STYLE = """
:root { color-scheme: light dark; --soft: light-dark(#545b64, #b4bac2); --line: light-dark(#d9d7d1, #3a3f46); }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1.1rem 3rem; font: 1.05rem/1.5 system-ui, sans-serif;
  background: light-dark(#f6f5f2, #16181b); color: light-dark(#1d2126, #f0f1f2); overflow-wrap: anywhere; }
h1 { margin: .3rem 0 1rem; font-size: 1.6rem; line-height: 1.2; }
h2 { font-size: 1.1rem; }
a { color: light-dark(#0b6b53, #58d3ac); }
ol { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 14px;
  background: light-dark(#fff, #212429); overflow: hidden; }
li + li { border-top: 1px solid var(--line); }
ol li { display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .75rem 1rem; }
ol a { grid-column: 1 / -1; font-weight: 600; text-decoration: none; }
ol span, ol time, dt { color: var(--soft); font-size: .92rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .2rem 1rem; margin: 0 0 1rem; }
dd { margin: 0; }
pre { margin: 0; padding: 1.1rem 1.2rem; white-space: pre-wrap; font: inherit; background: light-dark(#fff, #212429);
  border: 1px solid var(--line); border-radius: 14px; }
"""
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
