"""Every refusal's sentence by code: (Chinese, English), with `{named}` parameters; one file for each noun."""

from __future__ import annotations

from trace.core.messages import (
    account,
    attachment,
    authorisation,
    batch,
    brand,
    bundle,
    carton,
    certificate,
    complaint,
    design,
    erasure,
    event,
    job,
    key,
    ledger,
    log,
    organisation,
    paper,
    pin,
    plot,
    product,
    run,
    scan,
    text,
    web,
)

Catalogue = dict[str, tuple[str, str]]


def _merged() -> Catalogue:
    """Join the nouns' catalogues; a code said twice is a mistake of ours, found at import."""
    merged: Catalogue = {}
    for noun in (
        account,
        attachment,
        authorisation,
        batch,
        brand,
        bundle,
        carton,
        certificate,
        complaint,
        design,
        erasure,
        event,
        job,
        key,
        ledger,
        log,
        organisation,
        paper,
        pin,
        plot,
        product,
        run,
        scan,
        text,
        web,
    ):
        for code, sentences in noun.MESSAGES.items():
            if code in merged:
                raise RuntimeError(f"message code {code!r} stands twice")
            merged[code] = sentences
    return merged


MESSAGES: Catalogue = _merged()
