#!/usr/bin/env python3
"""Validates the examples of conversions/ against the schemas of Kubernetes itself.

    tests/validate_examples.py [CONVERSIONS]

Every object that an example's `after` holds, of a kind that Kubernetes serves at the example's target, must pass
the strict schema of that release: no unknown key, no missing one (but for `part: true`, where other files supply
them), no value of a wrong type. The schemas are those of the PyPI package kubernetes-validate.

Exit code 1 where one does not pass, 2 where nothing could be checked. The last line is a summary.
"""
import json
import re
import sys
from functools import lru_cache
from pathlib import Path

try:
    import jsonschema
    import kubernetes_validate
    import yaml
    from referencing import Registry, Resource
except ImportError as error:
    sys.exit(f"validate_examples: {error}: pip install kubernetes-validate")

SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
GROUPS = re.compile(r"v\d+$|(apps|autoscaling|batch|policy)/|[a-z.-]+\.k8s\.io/")


class Loader(yaml.SafeLoader):
    """Reads texts as Kubernetes does: no dates."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def releases():
    """The minor releases there are schemas of."""
    found = (re.fullmatch(r"v1\.(\d+)\.\d+-local-strict", folder.name) for folder in SCHEMAS.iterdir())
    return {int(match[1]): SCHEMAS / match[0] for match in found if match}


@lru_cache(None)
def registry(folder):
    definitions = json.loads((folder / "_definitions.json").read_text())
    return Resource.from_contents(definitions) @ Registry()


@lru_cache(None)
def validator(folder, api_version, kind):
    """The judge of a kind; None where the release does not serve it."""
    if not GROUPS.match(api_version):
        return None
    group, _, version = api_version.rpartition("/")
    name = "-".join(filter(None, [kind.lower(), group.split(".")[0], version]))
    file = folder / f"{name}.json"
    if not file.exists():
        return None
    schema = json.loads(file.read_text())
    return jsonschema.Draft202012Validator(schema, registry=Resource.from_contents(schema) @ registry(folder))


def without_null(value):
    """A null means the same as nothing."""
    if isinstance(value, dict):
        return {key: without_null(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_null(item) for item in value]
    return value


def objects(document):
    if not isinstance(document, dict):
        return
    items = document.get("items")
    if str(document.get("kind", "")).endswith("List") and isinstance(items, list):
        for item in items:
            inherited = {"apiVersion": document.get("apiVersion"), "kind": document["kind"][: -len("List")]}
            yield from objects({**inherited, **item} if document["kind"] != "List" else item)
    elif document.get("apiVersion") and document.get("kind"):
        yield document


def target(example, newest):
    """The minor release of Kubernetes that an example is for."""
    match = re.search(r"(?:^|kubernetes=|k8s=)1\.(\d+)", str(example.get("to", "")))
    return int(match[1]) if match else newest


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "conversions"
    folders = releases()
    if not folders:
        print(f"validate_examples: no schemas in {SCHEMAS}")
        return 2
    checked, failed = 0, []
    for path in sorted(root.rglob("*.yaml")):
        file = yaml.load(path.read_text(), Loader=Loader)
        for example in file.get("examples", []) if isinstance(file, dict) else []:
            if "after" not in example:
                continue
            # Schemas of old releases are gone; what they served and newer ones serve has the same shape.
            release = min((r for r in folders if r >= target(example, max(folders))), default=max(folders))
            for document in yaml.load_all(example["after"], Loader=Loader):
                for item in objects(document):
                    judge = validator(folders[release], str(item["apiVersion"]), str(item["kind"]))
                    if judge is None:
                        continue
                    checked += 1
                    for error in judge.iter_errors(without_null(item)):
                        if error.validator == "required" and example.get("part"):
                            continue
                        where = "/".join(map(str, error.absolute_path))
                        failed.append(f"{path.relative_to(root)}: {example['name']}: {where}: {error.message[:160]}")
    print("\n".join(failed + [f"validate_examples: {checked} objects, {len(failed)} errors"]))
    return 1 if failed else 0 if checked else 2


if __name__ == "__main__":
    sys.exit(main())
