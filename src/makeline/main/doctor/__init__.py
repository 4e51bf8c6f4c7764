"""``makeline doctor``: a deployment is looked over from its settings, and each thing that is wrong comes with what to do."""
