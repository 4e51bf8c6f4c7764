"""Pictures of parts, drawn by arithmetic on arrays: no display, no graphics library. Runs in a limited process only."""
