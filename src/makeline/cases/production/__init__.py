"""From the paid order to the printed case."""
