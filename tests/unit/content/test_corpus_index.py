"""The corpus is what its index says: nothing missing or unlisted, and no part is another part again."""

import hashlib
import re
import tomllib
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

CORPUS = Path(__file__).parents[2] / "corpus"
# `blind` has the frequencies of reality, so not a page of every technique.
COMPLETE_PARTS = ("train", "heldout")
PARTS = (*COMPLETE_PARTS, "blind")
PAIRS = list(combinations(PARTS, 2))
FAMILIES = {"slot", "togel", "casino", "poker", "sportsbook", "mixed"}
# A part that lacks one of these measures nothing about it.
CORE_TECHNIQUES = {
    "amphtml-foreign",
    "base64",
    "broken-charset",
    "canonical-foreign",
    "cloaking",
    "comment-spam",
    "data-uri",
    "doorway-listing",
    "doorway-page",
    "end-of-page",
    "entity-encoded",
    "foreign-language",
    "full-replacement",
    "hidden-links",
    "homoglyph",
    "iframe-overlay",
    "inline-redirect",
    "json-ld",
    "leet",
    "meta-refresh",
    "meta-rewrite",
    "minimal",
    "og-rewrite",
    "percent-encoded",
    "same-colour",
    "script-src",
    "spaced",
    "tiny-text",
    "title-rewrite",
    "visible-links",
    "zero-width",
}
LARGEST = 60 * 1024
LARGEST_TREE = 6 * 1024 * 1024
SHINGLE = 5  # words
NEAR_IDENTICAL = 0.8  # Jaccard
ENOUGH = [("injected", 160, 60, 60), ("benign", 320, 120, 140)]


@cache
def entries(part: str) -> tuple[dict[str, Any], ...]:
    text = (CORPUS / part / "index.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["page"])


def labelled(part: str, label: str) -> list[dict[str, Any]]:
    return [page for page in entries(part) if page["file"].startswith(f"{label}/")]


def read(part: str, file: str) -> bytes:
    return (CORPUS / part / file).read_bytes()


def shingles(content: bytes) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", re.sub(r"<[^>]*>", " ", content.decode("utf-8", "replace")).lower())
    return frozenset(tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))


@cache
def shingles_of(part: str, label: str) -> dict[str, frozenset[tuple[str, ...]]]:
    return {page["file"]: shingles(read(part, page["file"])) for page in labelled(part, label)}


@cache
def hashes_of(part: str) -> dict[bytes, str]:
    """Every page that is not empty, the visitors' pages too, by what it holds."""
    contents = {str(path.relative_to(CORPUS)): path.read_bytes() for path in (CORPUS / part).rglob("*.html")}
    return {hashlib.sha256(content).digest(): file for file, content in contents.items() if content}


def overlap(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """How alike two sets are, 0 to 1; the sizes alone often settle that it is little."""
    if not one or not other or min(len(one), len(other)) < NEAR_IDENTICAL * max(len(one), len(other)):
        return 0.0
    return len(one & other) / len(one | other)


@pytest.mark.parametrize("part", PARTS)
def test_every_file_is_listed_once_and_every_listed_file_exists(part: str) -> None:
    listed = [page["file"] for page in entries(part)] + [p["visitor"] for p in entries(part) if "visitor" in p]
    there = {str(path.relative_to(CORPUS / part)) for path in (CORPUS / part).rglob("*.html")}

    assert [file for file, times in Counter(listed).items() if times > 1] == []
    assert set(listed) == there


def test_nothing_else_lies_in_the_tree() -> None:
    expected = {CORPUS / "README.md"} | {CORPUS / part / "index.toml" for part in PARTS}
    strays = {path for path in CORPUS.rglob("*") if path.is_file() and path.suffix != ".html"} - expected

    assert strays == set()


@pytest.mark.parametrize(("label", "together", "held_out", "blind"), ENOUGH)
def test_there_are_enough_pages(label: str, together: int, held_out: int, blind: int) -> None:
    clean = {part: len([p for p in labelled(part, label) if "expect" not in p]) for part in PARTS}

    assert sum(clean[part] for part in COMPLETE_PARTS) >= together
    assert clean["heldout"] >= held_out
    assert clean["blind"] >= blind


@pytest.mark.parametrize("part", PARTS)
def test_an_entry_says_what_its_kind_of_page_needs(part: str) -> None:
    for page in labelled(part, "injected"):
        assert set(page) <= {"file", "url", "family", "techniques", "view", "visitor", "content_type"}, page["file"]
        assert page["family"] in FAMILIES, page["file"]
        assert page["techniques"], page["file"]
        assert page["view"] in {"visitor", "bot"}, page["file"]
        assert (page["view"] == "bot") == ("visitor" in page), page["file"]
    for page in labelled(part, "benign"):
        assert set(page) <= {"file", "url", "topic", "expect", "content_type"}, page["file"]
        assert page["topic"], page["file"]
        assert page.get("expect") == ("suspect" if page["topic"] == "spam-comment" else None), page["file"]


@pytest.mark.parametrize("part", PARTS)
def test_every_family_occurs_in_each_part(part: str) -> None:
    assert {page["family"] for page in labelled(part, "injected")} == FAMILIES


@pytest.mark.parametrize("part", COMPLETE_PARTS)
def test_every_core_technique_occurs_in_each_part_that_is_to_be_complete(part: str) -> None:
    techniques = {technique for page in labelled(part, "injected") for technique in page["techniques"]}

    assert CORE_TECHNIQUES - techniques == set()


@pytest.mark.parametrize("part", PARTS)
def test_urls_are_well_formed_hosts_of_the_regency(part: str) -> None:
    for page in entries(part):
        url = urlsplit(page["url"])
        assert url.scheme in {"http", "https"}, page["url"]
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(desa\.id|purbalinggakab\.go\.id)", url.netloc), page["url"]
        assert url.path.startswith("/"), page["url"]


def test_no_file_is_too_large_and_the_tree_is_small() -> None:
    sizes = {path: path.stat().st_size for path in CORPUS.rglob("*.html")}

    assert [path.name for path, size in sizes.items() if size > LARGEST] == []
    assert sum(sizes.values()) < LARGEST_TREE


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_parts_share_no_page(one: str, other: str) -> None:
    shared = hashes_of(one).keys() & hashes_of(other).keys()

    assert [(hashes_of(one)[digest], hashes_of(other)[digest]) for digest in shared] == []


@pytest.mark.parametrize("label", ["injected", "benign"])
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_parts_share_no_nearly_identical_text(one: str, other: str, label: str) -> None:
    theirs = shingles_of(other, label)

    for file, mine in shingles_of(one, label).items():
        assert [twin for twin, text in theirs.items() if overlap(mine, text) > NEAR_IDENTICAL] == [], file


def test_the_blind_part_has_its_own_sites() -> None:
    sites = {part: {urlsplit(page["url"]).netloc for page in entries(part)} for part in PARTS}

    assert sites["blind"] & (sites["train"] | sites["heldout"]) == set()


def test_near_identical_is_told_from_merely_alike() -> None:
    page = b"<p>" + b" ".join(b"kata%d" % n for n in range(100)) + b"</p>"
    edited = page.replace(b"kata50", b"lain")
    other = page.replace(b"kata5", b"beda").replace(b"kata2", b"baru")

    assert overlap(shingles(page), shingles(edited)) > NEAR_IDENTICAL
    assert overlap(shingles(page), shingles(other)) < NEAR_IDENTICAL


@pytest.mark.parametrize("part", PARTS)
def test_a_cloaked_page_shows_the_visitor_something_else(part: str) -> None:
    for page in labelled(part, "injected"):
        if "visitor" in page:
            assert read(part, page["file"]) != read(part, page["visitor"]), page["file"]
