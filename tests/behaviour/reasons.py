"""Reasons that several items share."""

PAGE = "About a page of the admin that is not there yet."
ADVICE = "Advice to people; nothing that software does."
ELSEWHERE = "Told of another integration for comparison."
