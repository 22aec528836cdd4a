"""Holds real answers against the OpenAPI document that the same service serves."""

import re

import jsonschema


class Document:
    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver.from_schema(document)
        self.paths = [(pattern_of(path), path, item) for path, item in document["paths"].items()]
        # A path without parameters wins over one with them, as in every router.
        self.paths.sort(key=lambda entry: entry[1].count("{"))

    def differences(self, method, path, answer):
        """What in this answer the document does not allow. Pages are described as text/html and not looked into."""
        item = next((item for pattern, _, item in self.paths if pattern.fullmatch(path)), None)
        if item is None:
            # A route nobody serves is answered with 404, whatever the document says.
            return [] if answer.status_code == 404 else [f"{path} is not in the document"]
        operation = item.get(method.lower())
        if operation is None:
            return [] if answer.status_code in (404, 405) else [f"{method} {path} is not in the document"]
        responses = operation["responses"]
        status = str(answer.status_code)
        response = responses.get(status) or responses.get(f"{status[0]}XX") or responses.get("default")
        if response is None:
            return [f"{method} {path}: status {status} is not in the document"]
        response = self.resolved(response)
        media = answer.headers.get("Content-Type", "").split(";")[0].strip()
        content = response.get("content", {})
        if not answer.content:
            return [] if not content else [f"{method} {path} {status}: an empty body, the document promises one"]
        if media not in content:
            return [f"{method} {path} {status}: {media} is not in the document ({', '.join(content) or 'no body'})"]
        schema = content[media].get("schema")
        if schema is None or "json" not in media:
            return []
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        return [f"{method} {path} {status} {e.json_path}: {e.message[:300]}" for e in validator.iter_errors(answer.json())]

    def resolved(self, node):
        while "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node


def pattern_of(path):
    """/v1/cases/{case_id} as a regular expression."""
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]+\})", path)))
