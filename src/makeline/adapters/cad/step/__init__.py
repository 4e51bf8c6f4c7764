"""STEP files through the kernel of CAD programs: exact surfaces. Runs in a limited process only."""

from makeline.adapters.cad.step.stand_ins import stand_in_for_screens

# Before any module of this package asks for the kernel.
stand_in_for_screens()
