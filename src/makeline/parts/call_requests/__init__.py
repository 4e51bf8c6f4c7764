"""People who want to be called: asked for with consent, called by staff, never lost."""
