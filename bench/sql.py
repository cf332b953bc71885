"""The statements to compare with, as one would write them by hand."""

LIKE = """
SELECT h.id FROM hazards_hazard h LEFT JOIN parks_enterprise e ON e.id = h.enterprise_id
WHERE h.campaign_id = %s
  AND (h.number LIKE %s OR h.place LIKE %s OR h.description LIKE %s OR e.name LIKE %s)
ORDER BY h.found_on DESC, h.id DESC LIMIT %s
"""

FIGURES = """
WITH forces AS (
  SELECT park_id, department_id FROM campaigns_taskforce WHERE campaign_id = %(campaign)s
), small AS (
  SELECT f.department_id AS unit, count(*) AS n FROM parks_enterprise e
  JOIN forces f ON f.park_id = e.park_id WHERE (e.active OR e.left_on > %(end)s) AND e.is_micro GROUP BY 1
), visits AS (
  SELECT department_id AS unit, count(*) AS n FROM hazards_inspection
  WHERE campaign_id = %(campaign)s AND inspected_on BETWEEN %(start)s AND %(end)s
    AND enterprise_id IS NOT NULL AND voided_on IS NULL GROUP BY 1
), counted AS (
  SELECT responsible_department_id AS unit,
    count(*) FILTER (WHERE found_on BETWEEN %(start)s AND %(end)s) AS found,
    count(*) FILTER (WHERE found_on BETWEEN %(start)s AND %(end)s AND level = 'major') AS found_major,
    count(*) FILTER (WHERE status = 'closed' AND closed_on BETWEEN %(start)s AND %(end)s
      AND found_on >= %(origin)s) AS closed,
    count(*) FILTER (WHERE status = 'closed' AND closed_on BETWEEN %(start)s AND %(end)s
      AND found_on >= %(origin)s AND level = 'major') AS closed_major
  FROM hazards_hazard WHERE campaign_id = %(campaign)s AND status <> 'void' GROUP BY 1
), acts AS (
  SELECT department_id AS unit,
    count(*) FILTER (WHERE kind = 'filed') AS filed,
    coalesce(sum(amount) FILTER (WHERE kind = 'fine'), 0) / 10000 AS fines,
    count(DISTINCT enterprise_id) FILTER (WHERE kind = 'suspended') AS suspended,
    count(DISTINCT enterprise_id) FILTER (WHERE kind = 'shut_down') AS shut_down,
    coalesce(sum(persons) FILTER (WHERE kind = 'transferred'), 0) AS transferred
  FROM hazards_enforcement WHERE campaign_id = %(campaign)s
    AND acted_on BETWEEN %(start)s AND %(end)s AND voided_on IS NULL GROUP BY 1
)
SELECT unit, coalesce(small.n, 0), coalesce(visits.n, 0), coalesce(found, 0), coalesce(found_major, 0),
  coalesce(closed, 0), coalesce(closed_major, 0), coalesce(filed, 0), coalesce(fines, 0),
  coalesce(suspended, 0), coalesce(shut_down, 0), coalesce(transferred, 0)
FROM small FULL JOIN visits USING (unit) FULL JOIN counted USING (unit) FULL JOIN acts USING (unit)
"""

COUNTIES = """
WITH small AS (
  SELECT p.region_id AS region, count(*) AS n FROM parks_enterprise e
  JOIN parks_park p ON p.id = e.park_id
  JOIN campaigns_taskforce f ON f.park_id = p.id AND f.campaign_id = %(campaign)s
  WHERE (e.active OR e.left_on > %(end)s) AND e.is_micro GROUP BY 1
), visits AS (
  SELECT p.region_id AS region, count(*) AS n FROM hazards_inspection i
  JOIN parks_park p ON p.id = i.park_id
  WHERE i.campaign_id = %(campaign)s AND i.inspected_on BETWEEN %(start)s AND %(end)s
    AND i.enterprise_id IS NOT NULL AND i.voided_on IS NULL GROUP BY 1
), by_park AS (
  SELECT park_id,
    count(*) FILTER (WHERE found_on BETWEEN %(start)s AND %(end)s) AS found,
    count(*) FILTER (WHERE found_on BETWEEN %(start)s AND %(end)s AND level = 'major') AS found_major,
    count(*) FILTER (WHERE status = 'closed' AND closed_on BETWEEN %(start)s AND %(end)s
      AND found_on >= %(origin)s) AS closed,
    count(*) FILTER (WHERE status = 'closed' AND closed_on BETWEEN %(start)s AND %(end)s
      AND found_on >= %(origin)s AND level = 'major') AS closed_major
  FROM hazards_hazard WHERE campaign_id = %(campaign)s AND status <> 'void' GROUP BY 1
), counted AS (
  SELECT p.region_id AS region, sum(found)::bigint AS found, sum(found_major)::bigint AS found_major,
    sum(closed)::bigint AS closed, sum(closed_major)::bigint AS closed_major
  FROM by_park h JOIN parks_park p ON p.id = h.park_id GROUP BY 1
), acts AS (
  SELECT p.region_id AS region,
    count(*) FILTER (WHERE a.kind = 'filed') AS filed,
    coalesce(sum(a.amount) FILTER (WHERE a.kind = 'fine'), 0) / 10000 AS fines,
    count(DISTINCT a.enterprise_id) FILTER (WHERE a.kind = 'suspended') AS suspended,
    count(DISTINCT a.enterprise_id) FILTER (WHERE a.kind = 'shut_down') AS shut_down,
    coalesce(sum(a.persons) FILTER (WHERE a.kind = 'transferred'), 0) AS transferred
  FROM hazards_enforcement a JOIN parks_enterprise e ON e.id = a.enterprise_id
  JOIN parks_park p ON p.id = e.park_id
  WHERE a.campaign_id = %(campaign)s AND a.acted_on BETWEEN %(start)s AND %(end)s AND a.voided_on IS NULL
  GROUP BY 1
)
SELECT region, coalesce(small.n, 0), coalesce(visits.n, 0), coalesce(found, 0), coalesce(found_major, 0),
  coalesce(closed, 0), coalesce(closed_major, 0), coalesce(filed, 0), coalesce(fines, 0),
  coalesce(suspended, 0), coalesce(shut_down, 0), coalesce(transferred, 0)
FROM small FULL JOIN visits USING (region) FULL JOIN counted USING (region) FULL JOIN acts USING (region)
"""

DUE = """
SELECT id, measure_id, item_id, report_id, period, department_id, task_force_id, starts_on, due_on,
  quota, done_on
FROM campaigns_occurrence WHERE campaign_id = %s
"""

COLUMNS = (
    "number", "place", "description", "level", "source", "found_on", "due_on", "original_due_on",
    "campaign_id", "park_id", "task_force_id", "category_id", "responsible_department_id", "status",
    "reported_by_id", "reported_at", "latest_note",
)  # fmt: skip
INSERT = f"""
INSERT INTO hazards_hazard ({", ".join(COLUMNS)}, by_task_force, backfilled, on_the_spot, version,
  difficulty, measure_taken, import_key, client_digest, clause) VALUES %s RETURNING id
"""
HISTORY = """
INSERT INTO hazards_statuschange
  (hazard_id, action, from_status, to_status, by_id, at, "on", note, facts, version)
VALUES %s
"""
