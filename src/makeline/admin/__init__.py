"""Staff's own pages: what is going on, what is stuck, and the forms to mend it."""
