"""A customer at a machine: QR code, phone, payment."""
