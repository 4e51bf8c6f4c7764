"""A scanner for embedded shops: knows the harmless test file that every scanner knows, and nothing else."""

# In two pieces, so that no scanner takes this very file for the test file.
TEST_FILE = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"


class SimulatedScanner:
    """Implements ``Scanner``."""

    async def scan(self, data: bytes) -> str | None:
        """The name of the test file wherever its text stands."""
        return "Eicar-Test-Signature" if TEST_FILE in data else None
