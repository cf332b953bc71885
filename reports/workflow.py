"""What may follow what in the life of a report; pure, no database (domain §5).

draft → filled in 填报 → reviewed 审核 → issued 印发. An issued report never changes: what is found out
later becomes the next issue, which begins as a draft.
"""

from reports.enums import ReportAction, ReportState

STEPS: dict[tuple[ReportState, ReportAction], ReportState] = {
    (ReportState.DRAFT, ReportAction.COMPILE): ReportState.DRAFT,
    (ReportState.DRAFT, ReportAction.TYPE): ReportState.DRAFT,
    (ReportState.DRAFT, ReportAction.FILL): ReportState.FILLED,
    (ReportState.DRAFT, ReportAction.NIL): ReportState.FILLED,
    (ReportState.FILLED, ReportAction.REVIEW): ReportState.REVIEWED,
    (ReportState.FILLED, ReportAction.RETURN): ReportState.DRAFT,
    (ReportState.REVIEWED, ReportAction.ISSUE): ReportState.ISSUED,
    (ReportState.REVIEWED, ReportAction.RETURN): ReportState.DRAFT,
}
"""State and action → next state; REOPEN makes the next issue out of an issued one."""

NEXT: dict[ReportState, ReportAction] = {
    ReportState.DRAFT: ReportAction.FILL,
    ReportState.FILLED: ReportAction.REVIEW,
    ReportState.REVIEWED: ReportAction.ISSUE,
}
"""What a report waits for in each state; an issued one waits for nothing."""
