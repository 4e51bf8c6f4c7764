"""Photographs in another style: what may be wished for, who may wish how often, and the jobs that make it."""
