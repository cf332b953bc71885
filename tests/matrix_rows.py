"""The table of tests/test_matrix.py: who gets which answer at which address.

A row is `{status: people}`; `rest` is for everybody who is signed in and not named. Without a login a
page leads to the login page (302) and the API says 401, except where OPEN says otherwise.
"""

ANONYMOUS = "anonymous"
LEADS = "lead lead_2 "
READERS = "leader assessor "
TF_A = "tf_a tf_a2 "
FOREIGN = "dept_jingfa tf_b other_lead other_tf system_admin auditor "
"""Who sees nothing of the hazard in park_a."""
OFFICES = "system_admin auditor "
OPERATOR = "operator_a "
WRITERS = "lead lead_2 dept_xincheng dept_jingfa dept_xiaofang tf_a tf_a2 tf_b other_lead other_tf "

Row = dict[int | str, int | str]

ALL_200: Row = {"rest": 200}
NO_GET: Row = {"rest": 405}
NO_POST: Row = {"rest": 405}
SEEN: Row = {"rest": 200, 404: FOREIGN}
"""The hazard, what belongs to it, and the file of its park: a unit that helps needs to find the place."""
INSIDE: Row = {"rest": 200, 404: "other_lead other_tf " + OFFICES}
"""What a campaign's plan says: for everybody who has a part in it."""
ORIGINAL: Row = {"rest": 403, 404: FOREIGN, 200: LEADS + "tf_a "}
REPORT: Row = {"rest": 404, 200: LEADS + READERS + "dept_xincheng "}
SIGN: Row = {"rest": 404, 422: LEADS + "dept_xincheng ", 403: READERS}
SIGNING = ("type", "fill", "review", "return", "issue", "reopen")
LEAD_ONLY: Row = {"rest": 403, 200: LEADS + "other_lead "}
LEAD_ONLY_DONE: Row = {"rest": 403, 302: LEADS + "other_lead "}
LED_ROW: Row = {"rest": 403, 404: "other_lead ", 200: LEADS}
BATCH: Row = {"rest": 404, 200: LEADS + "tf_a "}
MY_EXPORT: Row = {"rest": 404, 200: "tf_a "}
BATCH_WRITE: Row = {"rest": 404, 302: LEADS + "tf_a "}
VISIT: Row = {"rest": 200, 404: FOREIGN + "dept_xiaofang "}
"""A visit that xincheng made in park_a: a unit that only helps with a hazard there has no part in it."""
VOID_RECORD: Row = {"rest": 403, 404: FOREIGN + "dept_xiaofang ", 302: LEADS + "dept_xincheng "}

WORK: Row = {"rest": 404, 200: LEADS + READERS + TF_A + "dept_xincheng "}
"""What the task force of park_a owes: its unit, its members, and those who see the whole campaign."""
WORK_DONE: Row = {"rest": 404, 422: LEADS + TF_A + "dept_xincheng ", 403: READERS}

ELSEWHERE = "other_lead other_tf " + OFFICES
"""Whose current campaign is another one, or none."""
KEEPERS = LEADS + TF_A + "dept_xincheng "
"""Who keeps the file of park_a, and what is registered for it."""
NOT_IN_A = ELSEWHERE + "dept_jingfa dept_xiaofang tf_b "
REGISTER: Row = {"rest": 200, 404: ELSEWHERE}
APPLICANTS = KEEPERS + OPERATOR + "dept_jingfa tf_b "


def kept_by(people: str, answer: int, unseen: str) -> Row:
    """A page of a row that these people may change, and others may see."""
    return {"rest": 403, 404: unseen, answer: people}


def form_for(people: str, unseen: str) -> tuple[Row, Row]:
    """A form: shown, and refused without its fields."""
    return kept_by(people, 200, unseen), kept_by(people, 422, unseen)


UNITS = "dept_xincheng dept_jingfa dept_xiaofang "
DRAFTERS = LEADS + "dept_xincheng "
VERBS = ("assign", "progress", "submit", "accept", "reject", "void")
PROCEDURES = (
    "refer", "receive", "decline", "commit", "tell", "ask_extension", "extend", "refuse_extension",
    "supervise", "lift", "ask_joint", "urge", "merge",
)  # fmt: skip
FREE = ("accept", "receive", "extend", "urge")
"""Verbs that ask for nothing: over the API only the version is missing."""
TAKERS = {
    "assign": LEADS + TF_A,
    "progress": "dept_xincheng " + TF_A + OPERATOR,
    "submit": "dept_xincheng " + TF_A + OPERATOR,
    "accept": LEADS + TF_A,
    "reject": LEADS + TF_A,
    "void": LEADS,
    "refer": LEADS + "dept_xincheng ",
    **dict.fromkeys(("receive", "decline", "ask_extension"), "dept_xincheng "),
    # The hazard is a general one: what the law asks of major ones is for nobody here.
    **dict.fromkeys(("commit", "tell", "supervise", "lift"), ""),
    **dict.fromkeys(("extend", "refuse_extension", "urge", "merge"), LEADS),
    "ask_joint": TF_A,
}
"""Who may take the verb on the hazard in park_a: a form without its fields is a 400 for them."""


def verb(name: str, refused: int = 400) -> Row:
    return {"rest": 403, 404: FOREIGN, refused: TAKERS[name]}


PAGES: dict[str, tuple[Row, Row]] = {
    "notices:list": (ALL_200, NO_POST),
    "notices:read_all": (NO_GET, {"rest": 302}),
    "notices:read": (NO_GET, {"rest": 404, 302: "tf_a "}),
    "notices:mark": (NO_GET, {"rest": 302}),
    "notices:unread_again": (NO_GET, {"rest": 302}),
    # Without any field there is nothing wrong: no e-mail, and nothing wanted by it.
    "notices:preferences": (ALL_200, {"rest": 302}),
    "notices:rules": (LEAD_ONLY, {"rest": 403, 422: LEADS + "other_lead "}),
    "notices:rules_reset": (NO_GET, LEAD_ONLY_DONE),
    "notices:rules_restore": (NO_GET, LEAD_ONLY_DONE),
    "notices:preview": (LEAD_ONLY, NO_POST),
    "notices:mine": (ALL_200, NO_POST),
    "notices:log": ({"rest": 403, 200: LEADS + "other_lead system_admin "}, NO_POST),
    "notices:message": ({"rest": 404, 200: LEADS + "tf_a system_admin "}, NO_POST),
    "notices:retry": (NO_GET, {"rest": 404, 403: "tf_a ", 302: LEADS + "system_admin "}),
    "notices:robots": (LEAD_ONLY, NO_POST),
    "notices:robot_new": (LEAD_ONLY, {"rest": 403, 422: LEADS + "other_lead "}),
    "notices:robot": (LED_ROW, {"rest": 403, 404: "other_lead ", 422: LEADS}),
    **{
        f"notices:robot_{verb}": (NO_GET, {"rest": 403, 404: "other_lead ", 302: LEADS})
        for verb in ("switch", "test")
    },
    "reports:home": (ALL_200, NO_POST),
    "reports:list": (ALL_200, NO_POST),
    "reports:detail": (REPORT, NO_POST),
    "reports:download": (REPORT, NO_POST),
    "reports:preview": (REPORT, NO_POST),
    "reports:text": (REPORT, NO_POST),
    "reports:enterprises": (ALL_200, NO_POST),
    "reports:figure": (REPORT, NO_POST),
    "reports:figure_by_number": ({"rest": 404, 302: LEADS + READERS + "dept_xincheng "}, NO_POST),
    "reports:form": ({"rest": 404, 200: LEADS + READERS + "other_lead "}, NO_POST),
    "reports:form_preview": ({"rest": 404, 200: LEADS + READERS + "other_lead "}, NO_POST),
    "reports:exports": (ALL_200, NO_POST),
    "reports:export": (MY_EXPORT, NO_POST),
    "reports:export_progress": (MY_EXPORT, NO_POST),
    # It is written already: nothing to cancel, and a file to be had.
    "reports:export_cancel": (NO_GET, {"rest": 404, 302: "tf_a "}),
    "reports:export_again": (NO_GET, {"rest": 404, 302: "tf_a "}),
    "reports:export_download": (MY_EXPORT, NO_POST),
    "reports:export_hazards": ({"rest": 200, 404: OFFICES}, {"rest": 302, 404: OFFICES}),
    "reports:five_list": ({"rest": 200, 404: OFFICES}, NO_POST),
    "reports:compile": (NO_GET, {"rest": 404, 302: LEADS + "dept_xincheng ", 403: READERS}),
    "reports:remind": (NO_GET, {"rest": 404, 302: LEADS, 403: READERS + "dept_xincheng "}),
    "reports:compare": (REPORT, NO_POST),
    **{f"reports:{step}": (NO_GET, SIGN) for step in SIGNING},
    "reports:letters": (ALL_200, NO_POST),
    # Without a unit nothing is issued.
    "reports:letter_new": (LEAD_ONLY, {"rest": 403, 422: LEADS + "other_lead "}),
    "reports:letter": (REPORT, NO_POST),
    "reports:letter_download": (REPORT, NO_POST),
    "reports:letter_reply": (NO_GET, SIGN),
    "reports:letter_void": (NO_GET, {"rest": 404, 422: LEADS, 403: READERS + "dept_xincheng "}),
    "reports:import_list": ({"rest": 403, 200: WRITERS}, NO_POST),
    "reports:import_new": (NO_GET, {"rest": 403, 422: WRITERS}),
    "reports:import_detail": (BATCH, NO_POST),
    "reports:import_progress": (BATCH, NO_POST),
    "reports:import_retry": (NO_GET, BATCH_WRITE),
    "reports:import_aliases": (NO_GET, BATCH_WRITE),
    "reports:import_confirm": (NO_GET, BATCH_WRITE),
    "reports:import_undo": (NO_GET, BATCH_WRITE),
    # A batch without faults has no workbook of them, so that nobody finds one.
    "reports:import_faults": ({"rest": 404}, NO_POST),
    "reports:plan_import_list": ({"rest": 403, 200: LEADS + "other_lead "}, NO_POST),
    "reports:plan_import_new": (NO_GET, {"rest": 403, 422: LEADS + "other_lead "}),
    "reports:plan_import": ({"rest": 404, 200: LEADS}, NO_POST),
    **{
        f"reports:plan_import_{verb}": (NO_GET, {"rest": 404, 302: LEADS})
        for verb in ("units", "retry", "confirm", "undo")
    },
    "hazards:list": (ALL_200, NO_POST),
    "hazards:tabs": (ALL_200, NO_POST),
    # Without a campaign there is nothing to report in: the page says so, whatever is sent.
    "hazards:report": (ALL_200, {"rest": 403, 400: WRITERS + OPERATOR, 200: OFFICES}),
    "hazards:enterprise_options": ({"rest": 200, 404: OFFICES}, NO_POST),
    "hazards:measure_options": ({"rest": 200, 404: OFFICES}, NO_POST),
    "hazards:likely": (NO_GET, {"rest": 200, 404: OFFICES}),
    "hazards:bulk_assign": ({"rest": 302}, {"rest": 403, 400: WRITERS + OPERATOR, 302: OFFICES}),
    "hazards:bulk_accept": ({"rest": 302}, {"rest": 403, 400: WRITERS + OPERATOR, 302: OFFICES}),
    "hazards:bulk_urge": ({"rest": 302}, {"rest": 403, 400: WRITERS + OPERATOR, 302: OFFICES}),
    "hazards:five": (ALL_200, NO_POST),
    "hazards:five_list": (ALL_200, NO_POST),
    "hazards:views": (ALL_200, {"rest": 422, 404: OFFICES}),
    "hazards:views_restore": (NO_GET, {"rest": 302, 404: OFFICES}),
    # A view is its owner's alone: also a colleague in the lead bureau finds none.
    "hazards:view": (NO_GET, {"rest": 404, 302: "lead "}),
    "hazards:photo image": (SEEN, NO_POST),
    "hazards:photo thumbnail": (SEEN, NO_POST),
    "hazards:photo original": (ORIGINAL, NO_POST),
    "hazards:detail": (SEEN, NO_POST),
    **{f"hazards:act {name}": ({"rest": 302, 404: FOREIGN}, verb(name)) for name in VERBS + PROCEDURES},
    "hazards:joints": (ALL_200, NO_POST),
    "hazards:joint": (SEEN, NO_POST),
    "hazards:joint_new": (LEAD_ONLY, {"rest": 403, 422: LEADS + "other_lead "}),
    "hazards:joint_choices": (LEAD_ONLY, NO_POST),
    "hazards:joint_void": (NO_GET, {"rest": 403, 404: FOREIGN, 302: LEADS}),
    "hazards:inspections": (ALL_200, NO_POST),
    "hazards:inspection": (VISIT, NO_POST),
    "hazards:inspection_photo image": (VISIT, NO_POST),
    "hazards:inspection_photo thumbnail": (VISIT, NO_POST),
    # Nobody gets the file as it was taken: it holds the position.
    "hazards:inspection_photo original": ({"rest": 404}, NO_POST),
    "hazards:inspection_new": ({"rest": 403, 200: WRITERS}, {"rest": 403, 422: WRITERS}),
    "hazards:inspection_void": (NO_GET, VOID_RECORD),
    "hazards:enforcements": (ALL_200, NO_POST),
    "hazards:enforcement_new": ({"rest": 403, 200: WRITERS}, {"rest": 403, 422: WRITERS}),
    "hazards:enforcement_void": (NO_GET, VOID_RECORD),
    "hazards:enforcement_restore": (NO_GET, VOID_RECORD),
    "hazards:record_enterprises": (ALL_200, NO_POST),
    "parks:list": (ALL_200, NO_POST),
    "parks:detail": (SEEN, NO_POST),
    "parks:enterprise": (SEEN, NO_POST),
    "campaign:home": (ALL_200, NO_POST),
    "campaign:measure": (INSIDE, NO_POST),
    "campaign:unit": (INSIDE, NO_POST),
    "campaigns:task_forces": (ALL_200, NO_POST),
    "campaigns:switch": (NO_GET, {"rest": 404}),
    "campaigns:new": (LEAD_ONLY, {"rest": 403, 422: LEADS + "other_lead "}),
    "campaigns:setup": (LEAD_ONLY, NO_POST),
    "campaigns:setup_print": (LEAD_ONLY, NO_POST),
    "campaigns:setup_reading": (LEAD_ONLY, NO_POST),
    "campaigns:question_confirm": (NO_GET, {"rest": 403, 302: LEADS + "other_lead "}),
    "campaigns:setup_restore": (NO_GET, {"rest": 403, 302: LEADS + "other_lead "}),
    "campaigns:part": (LEAD_ONLY, NO_POST),
    "campaigns:part_new": (LEAD_ONLY, {"rest": 403, 422: LEADS + "other_lead "}),
    # A form sent without the mark of the row as it was opened is taken for an old one.
    "campaigns:part_edit": (LED_ROW, {"rest": 403, 404: "other_lead ", 409: LEADS}),
    "campaigns:part_delete": (LED_ROW, {"rest": 403, 404: "other_lead ", 302: LEADS}),
    "campaigns:part_move": (NO_GET, {"rest": 403, 404: "other_lead ", 302: LEADS}),
    "campaigns:part_confirm": (NO_GET, {"rest": 403, 404: "other_lead ", 302: LEADS}),
    "campaigns:member_add": (NO_GET, {"rest": 403, 404: LEADS + "other_lead "}),
    "campaigns:member_remove": (NO_GET, {"rest": 403, 404: LEADS + "other_lead "}),
    "campaigns:work": (ALL_200, NO_POST),
    "campaigns:work_detail": (WORK, NO_POST),
    # Without its fields nothing is saved.
    "campaigns:complete": (NO_GET, WORK_DONE),
    "campaigns:complete_many": (NO_GET, {"rest": 302, 403: READERS, 404: OFFICES}),
    "campaigns:revoke_many": (
        NO_GET,
        {"rest": 404, 302: LEADS + "tf_a ", 403: READERS + "tf_a2 dept_xincheng "},
    ),
    "campaigns:revoke": (NO_GET, {"rest": 404, 302: LEADS + "tf_a ", 403: READERS + "tf_a2 dept_xincheng "}),
    "campaigns:evidence file": (WORK, NO_POST),
    "campaigns:evidence thumbnail": (WORK, NO_POST),
    # Nothing of a park's file has to be filled in.
    "parks:edit": (kept_by(KEEPERS, 200, FOREIGN), kept_by(KEEPERS, 409, FOREIGN)),
    "parks:risk": form_for(KEEPERS, FOREIGN),
    "parks:enterprise_new": form_for(KEEPERS, FOREIGN),
    "parks:enterprise_edit": form_for(KEEPERS, FOREIGN),
    "parks:enterprise_risk": form_for(KEEPERS, FOREIGN),
    "parks:enterprise_leave": form_for(KEEPERS, FOREIGN),
    "parks:enterprise_return": (NO_GET, kept_by(KEEPERS, 302, FOREIGN)),
    "campaigns:registers": (REGISTER, NO_POST),
    "campaigns:checkups": (REGISTER, NO_POST),
    "campaigns:traits": (REGISTER, NO_POST),
    "campaigns:contractors": (REGISTER, NO_POST),
    "campaigns:contractor": (REGISTER, NO_POST),
    "campaigns:contractor_new": form_for(APPLICANTS, ELSEWHERE),
    "campaigns:contractor_edit": form_for(KEEPERS, ELSEWHERE),
    "campaigns:contractor_delete": (NO_GET, kept_by(KEEPERS, 302, ELSEWHERE)),
    "campaigns:entry_new": form_for(APPLICANTS, ELSEWHERE),
    "campaigns:conduct_new": form_for(KEEPERS, ELSEWHERE),
    "campaigns:entry_review": (NO_GET, kept_by(DRAFTERS, 302, NOT_IN_A)),
    "campaigns:entry_withdraw": (NO_GET, kept_by(LEADS + "tf_a ", 302, NOT_IN_A)),
    "campaigns:provisions": (REGISTER, NO_POST),
    "campaigns:provision_new": form_for(LEADS + UNITS, ELSEWHERE),
    "campaigns:provision_edit": form_for(DRAFTERS, NOT_IN_A),
    "campaigns:provision_delete": (NO_GET, kept_by(DRAFTERS, 302, NOT_IN_A)),
    "campaigns:disposals": (REGISTER, NO_POST),
    "campaigns:disposal_new": form_for(LEADS, ELSEWHERE),
    "campaigns:disposal_edit": form_for(LEADS, NOT_IN_A),
    "campaigns:disposal_delete": (NO_GET, kept_by(LEADS, 302, NOT_IN_A)),
    "campaigns:disposal_done": (NO_GET, kept_by(DRAFTERS, 302, NOT_IN_A)),
    "campaigns:disposal_accept": (NO_GET, kept_by(LEADS, 302, NOT_IN_A)),
    "campaigns:disposal_return": (NO_GET, kept_by(LEADS, 302, NOT_IN_A)),
    "accounts:login": ({"rest": 302}, {"rest": 302}),
    "accounts:logout": (NO_GET, {"rest": 302}),
    "accounts:password_change": (ALL_200, ALL_200),
    "accounts:password_change_done": (ALL_200, NO_POST),
    "api-docs": (ALL_200, NO_POST),
    # 503 here: the suite runs without the worker and the schedule, and says so.
    "healthz": ({"rest": 503}, NO_POST),
    "favicon": ({"rest": 301}, NO_POST),
}
API: dict[str, tuple[Row, Row]] = {
    "api-schema": (ALL_200, NO_POST),
    "api:token": (NO_GET, {"rest": 400}),
    "api:park-list": (ALL_200, NO_POST),
    "api:park-detail": (SEEN, NO_POST),
    "api:enterprise-list": (ALL_200, NO_POST),
    "api:enterprise-detail": (SEEN, NO_POST),
    "api:hazard-list": (ALL_200, {"rest": 403, 400: WRITERS + OPERATOR, 404: OFFICES}),
    "api:hazard-detail": (SEEN, NO_POST),
    # Of some verbs nothing but the version is asked.
    **{
        f"api:hazard-{name.replace('_', '-')}": (NO_GET, verb(name, 428 if name in FREE else 400))
        for name in VERBS + PROCEDURES
    },
    "api:joint-list": (ALL_200, {"rest": 403, 400: LEADS + "other_lead ", 404: OFFICES}),
    "api:joint-detail": (SEEN, NO_POST),
    "api:joint-void": (NO_GET, {"rest": 403, 404: FOREIGN, 400: LEADS}),
    "api:photo-detail": (SEEN, NO_POST),
    "api:photo-image": (SEEN, NO_POST),
    "api:photo-thumbnail": (SEEN, NO_POST),
    "api:photo-original": (ORIGINAL, NO_POST),
}
OPEN = {
    ("accounts:login", "GET"): 200,
    ("accounts:login", "POST"): 200,
    ("accounts:logout", "GET"): 302,
    ("healthz", "GET"): 503,
    ("healthz", "POST"): 405,
    ("favicon", "GET"): 301,
    ("favicon", "POST"): 405,
    ("api:token", "POST"): 400,
}
"""What a visitor without a login gets, apart from being sent to the login."""
ROWS = {**PAGES, **API}


def expected(name: str, method: str, who: str) -> int:
    """The answer that the table gives; KeyError for an address without a row."""
    row = ROWS[name][method == "POST"]
    if who == ANONYMOUS:
        return OPEN.get((name, method), 401 if name in API else 302)
    for status, people in row.items():
        if status != "rest" and who in str(people).split():
            return int(status)
    return int(row["rest"])


# --- The admin ---------------------------------------------------------------------------------------

ADMIN_FREE = {"admin:login", "admin:logout"}
BASE_DATA = ("parks_", "campaigns_", "accounts_")
REFUSED = 403


def expected_in_admin(name: str, who: str) -> set[int]:
    """Who is not of the two offices is sent to the admin's login; each office has its own half."""
    if who not in OFFICES.split():
        return {302}
    what = name.removeprefix("admin:")
    if what.startswith("accounts_auditentry"):
        reading = what.endswith(("_changelist", "_change", "_history"))
        # A POST to a row is refused; to the list it only narrows it.
        return {200, REFUSED} if who == "auditor" and reading else {REFUSED}
    if what.startswith(BASE_DATA):
        if who == "auditor":
            return {REFUSED}
        if what == "campaigns_calendarday_delete":  # the day is again as the State Council arranged it
            return {200, 302}
        # What figures and history stand on is switched off, never deleted.
        return {REFUSED} if what.endswith("_delete") else {200, 302}
    if what == "auth_user_password_change":
        return {200} if who == "system_admin" else {REFUSED}
    if what in ("index", "jsi18n", "password_change", "password_change_done"):
        return {200, 405}
    if what == "app_list":
        return {200, 404}
    return {REFUSED, 404, 405}
