"""What is installed in the container: this tree, the commit before it, and one that is broken in the worst way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BUILT_WITHIN = 600
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "dist", "build", "*_cache", "__pycache__", ".hypothesis")
_MIGRATION = '''"""A table that the version before does not know."""

from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "{new}", "{old}", None, None


def upgrade() -> None:
    op.create_table("future", sa.Column("number", sa.Integer, primary_key=True))
'''


@dataclass(frozen=True, slots=True)
class Packages:
    """Folders of `make wheelhouse`."""

    current: Path
    previous: Path
    broken: Path
    """It changes the schema, and its daemon never comes up."""
    tree: Path
    """This tree without what is made in it; the lab runs from it."""


def before_last_change() -> str:
    """The commit before the last one that changed the product, as far back as it can be installed this way."""
    words = ["git", "-C", str(ROOT), "rev-list", "--max-count=100", "HEAD", "--", "monitor", "deploy", "requirements"]
    commits = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    for commit in commits[1:]:
        script = f"{commit}:deploy/wheelhouse.sh"
        if (
            subprocess.run(
                ["git", "-C", ROOT, "cat-file", "-e", script], stderr=subprocess.DEVNULL, check=False
            ).returncode
            == 0
        ):
            return commit
    raise LookupError("no earlier commit can be installed; name one with --previous")


def build(folder: Path, previous: str) -> Packages:
    """All of them below *folder*; *previous* is a commit. Raises `CalledProcessError`."""
    trees = folder / "trees"
    tree = trees / "current"
    shutil.copytree(ROOT, tree, ignore=_LEFT_OUT, symlinks=True)
    before = trees / "previous"
    before.mkdir(parents=True)
    archive = subprocess.run(["git", "-C", ROOT, "archive", previous], capture_output=True, check=True).stdout
    subprocess.run(["tar", "--extract", "--directory", before], input=archive, check=True)
    broken = trees / "broken"
    shutil.copytree(tree, broken, symlinks=True)
    _break(broken)
    return Packages(
        current=_wheelhouse(folder / "current", tree),
        previous=_wheelhouse(folder / "previous", before),
        broken=_wheelhouse(folder / "broken", broken),
        tree=tree,
    )


def _wheelhouse(folder: Path, tree: Path) -> Path:
    """Made by the script of *tree* itself, or by ours where it has none yet."""
    own = tree / "deploy" / "wheelhouse.sh"
    script = own if own.exists() else ROOT / "deploy" / "wheelhouse.sh"
    words = [str(script), sys.executable, str(folder), str(tree)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=_BUILT_WITHIN, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed: {(done.stdout + done.stderr)[-2000:]}")
    return folder


def _break(tree: Path) -> None:
    schema = tree / "monitor" / "store" / "schema.py"
    text = schema.read_text(encoding="utf-8")
    old = text.partition('HEAD = "')[2].partition('"')[0]
    new = f"{int(old) + 1:04}"
    schema.write_text(text.replace(f'HEAD = "{old}"', f'HEAD = "{new}"'), encoding="utf-8")
    versions = tree / "monitor" / "store" / "migrations" / "versions"
    (versions / f"{new}_future.py").write_text(_MIGRATION.format(new=new, old=old), encoding="utf-8")
    app = tree / "monitor" / "app.py"
    text = app.read_text(encoding="utf-8")
    came = "        server = await stack.enter_async_context(Server(view, settings.web))\n"
    assert came in text
    app.write_text(text.replace(came, '        raise RuntimeError("versi rusak")\n' + came), encoding="utf-8")
