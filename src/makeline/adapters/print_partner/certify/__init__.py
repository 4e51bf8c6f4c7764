"""Plays a whole integration against a partner's server and says in plain words what holds and what does not."""

from makeline.adapters.print_partner.certify.examine import examine
from makeline.adapters.print_partner.certify.play import certify
from makeline.adapters.print_partner.certify.reports import as_json, as_markdown
from makeline.adapters.print_partner.certify.stand import Stand, standing
from makeline.adapters.print_partner.certify.verdicts import Outcome, Plan, Verdict

__all__ = ["Outcome", "Plan", "Stand", "Verdict", "as_json", "as_markdown", "certify", "examine", "standing"]
