"""Bitrix24: our client of its REST calls, the calls it makes to us, and a portal to try both with."""
