"""``makeline serve``."""

from makeline.main.console import DataDir, Port, settings_or_exit
from makeline.main.serve import serve_app


def serve(port: Port = None, data_dir: DataDir = None) -> None:
    """The web server alone (with a worker inside unless WORKER=apart)."""
    serve_app(settings_or_exit(port, data_dir))
