"""The pinned requirements are asked after: what has a vulnerability fails, where nobody answers it is skipped."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FAULT = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}
WELL = {"name": "attrs", "version": "26.1.0", "vulns": []}
ILL = {"name": "jinja2", "version": "1.0", "vulns": [FAULT]}
UNKNOWN = {"name": "alembic", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("pypi", "osv", "code", "told"),
    [
        ([WELL, UNKNOWN], None, 0, "1 packages asked after, 0 vulnerabilities"),
        ([WELL, ILL], None, 1, "jinja2 1.0: PYSEC-2026-1, mended in 2.0"),
        ([UNKNOWN], [WELL, ILL], 1, "jinja2 1.0"),
        (None, [WELL], 0, "1 packages asked after"),
        (None, [UNKNOWN], 0, "skipped: no database answered (pypi: no way out; osv: it knows none of the packages)"),
        (None, None, 0, "skipped: no database answered (pypi: no way out; osv: no way out)"),
    ],
)
def test_what_the_databases_know(tmp_path, pypi, osv, code, told):
    """A stand-in for pip-audit answers as each database would."""
    (tmp_path / "pip_audit.py").write_text(
        "import sys\n"
        f"told = {{'pypi': {pypi and json.dumps({'dependencies': pypi})!r}, "
        f"'osv': {osv and json.dumps({'dependencies': osv})!r}}}\n"
        "service = sys.argv[sys.argv.index('--vulnerability-service') + 1]\n"
        "print(told[service]) if told[service] else sys.exit('no way out')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "scripts.audit"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert told in done.stdout
