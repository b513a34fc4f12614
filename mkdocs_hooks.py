"""Makes the site of what a forge shows: the same anchors and lists, and the files beside docs/ that its pages link to."""

import re
import shutil
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from mkdocs.structure.files import File

ROOT = Path(__file__).parent
STAGED = ROOT / "target" / "site-sources"

# What lies beside docs/ and belongs to the site, and what it is called there.
BESIDE = {
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "ingest/src/test/lab/README.md": "lab.md",
    "ingest/src/test/lab/guest/truth.c": "truth.c",
}
IN_REPOSITORY = {site: path for path, site in BESIDE.items()}

FENCE = re.compile(r"^(?:```|~~~)")
LINK = re.compile(r"(\]\()([^)#\s:]+)((?:#[^)\s]*)?\))")
ITEM = re.compile(r"^(?:[-*]|\d+\.) ")


def slug(text, separator):
    """A heading's anchor, by GitHub's rule."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", separator)


def on_config(config):
    config["mdx_configs"].setdefault("toc", {})["slugify"] = slug
    return config


def on_files(files, config):
    shutil.rmtree(STAGED, ignore_errors=True)
    STAGED.mkdir(parents=True)
    for path, name in BESIDE.items():
        shutil.copyfile(ROOT / path, STAGED / name)
        files.append(File(name, str(STAGED), config["site_dir"], config["use_directory_urls"]))
    return files


def on_page_markdown(markdown, page, config, files):
    here = page.file.src_uri
    at = IN_REPOSITORY.get(here, join("docs", here))

    def link(match):
        target = normpath(join(dirname(at), match[2]))
        name = BESIDE.get(target) or (target.startswith("docs/") and target[len("docs/") :])
        return match[1] + relpath(name, dirname(here) or ".") + match[3] if name else match[0]

    lines = []
    fenced = False
    begun = ""  # the first line since the last empty one
    for line in markdown.split("\n"):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            # A list needs no empty line before it, and what is nested two blanks, as everywhere but in Python-Markdown.
            if ITEM.match(line) and begun and not ITEM.match(begun):
                lines.append("")
                begun = ""
            if re.match(r"  [-*|]", line) or (not begun and re.match(r"  \S", line)):
                line = "  " + line
            begun = "" if not line.strip() else begun or line
            line = LINK.sub(link, line)
        lines.append(line)
    return "\n".join(lines)
