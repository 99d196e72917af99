"""Remembered answers: a repeated request id gets the first one again, also when the record is
gone since (quickbooks-api.md 13)."""

import hashlib
from typing import Any

from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault

LONGEST = 50
LONGEST_IN_BATCH = 36


def check_request_id(request_id: str, longest: int = LONGEST) -> None:
    if len(request_id) > longest:
        detail = f"Invalid request id: {len(request_id)} characters, at most {longest}"
        raise Fault("2130", detail, "requestid")


def fingerprint(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:24]


def first_answer(company: Company, key: str, content: str) -> dict[str, Any] | None:
    """None when the id is new or forgotten; Fault 600 when it stood for something else."""
    _forget_old(company)
    kept = company.answered_requests.get(key)
    if kept is None:
        return None
    if kept["content"] != content and company.options["requestid_reused"] == "fault_600":
        raise Fault("600", f"Duplicate Request ID : {key} was used for another request")
    answer: dict[str, Any] = kept["answer"]
    return answer


def remember(company: Company, key: str, content: str, answer: dict[str, Any]) -> None:
    kept = {"at": company.now_ms(), "content": content, "answer": answer}
    company.answered_requests.pop(key, None)
    company.answered_requests[key] = kept


def remember_fault(company: Company, key: str, content: str, answer: dict[str, Any]) -> None:
    if company.options["requestid_remembers_faults"]:
        remember(company, key, content, answer)


def _forget_old(company: Company) -> None:
    horizon = company.now_ms() - int(company.options["requestid_memory_seconds"] * 1000)
    kept = company.answered_requests
    while kept:  # the oldest come first
        key = next(iter(kept))
        if kept[key]["at"] > horizon:
            break
        del kept[key]
