-- What data.sqlite has besides its tables: indexes, and views to look at the tables without joining them.
CREATE INDEX projects_disclosure_id ON projects (disclosure_id);
CREATE INDEX projects_key ON projects (key);
CREATE INDEX projects_funds_total ON projects (funds_total);
CREATE INDEX indicators_project_id ON indicators (project_id);
CREATE INDEX indicators_department_target_id ON indicators (department_target_id) WHERE department_target_id IS NOT NULL;
CREATE INDEX disclosures_department_id ON disclosures (department_id);
CREATE INDEX disclosures_year ON disclosures (year);
CREATE INDEX departments_locality_id ON departments (locality_id);
CREATE INDEX department_targets_disclosure_id ON department_targets (disclosure_id);
CREATE INDEX tasks_department_target_id ON tasks (department_target_id);
CREATE INDEX facts_disclosure_id ON facts (disclosure_id);
CREATE INDEX corrections_disclosure_id ON corrections (disclosure_id);
CREATE INDEX withdrawals_disclosure_id ON withdrawals (disclosure_id);
CREATE INDEX own_values_holder_id ON own_values (holder_id);

CREATE VIEW 项目一览 AS
SELECT projects.id AS 项目编号, localities.name AS 地区, departments.name AS 部门, disclosures.year AS 年度,
  projects.name AS 项目名称, projects.type AS 项目类型, projects.funds_total AS 年度资金,
  (SELECT count(*) FROM indicators WHERE project_id = projects.id) AS 指标数
FROM projects JOIN disclosures ON disclosures.id = projects.disclosure_id
  JOIN departments ON departments.id = disclosures.department_id
  JOIN localities ON localities.id = departments.locality_id;

CREATE VIEW 指标一览 AS
SELECT indicators.id AS 指标编号, localities.name AS 地区, departments.name AS 部门, disclosures.year AS 年度,
  projects.name AS 项目名称, indicators.level1 AS 一级指标, indicators.level2 AS 二级指标, indicators.level3 AS 三级指标,
  indicators.annual_target AS 年度指标值, indicators.annual_target_comparator AS 符号,
  indicators.annual_target_number AS 数值, indicators.annual_target_unit AS 单位
FROM indicators LEFT JOIN projects ON projects.id = indicators.project_id
  LEFT JOIN department_targets ON department_targets.id = indicators.department_target_id
  JOIN disclosures ON disclosures.id = coalesce(projects.disclosure_id, department_targets.disclosure_id)
  JOIN departments ON departments.id = disclosures.department_id
  JOIN localities ON localities.id = departments.locality_id;

CREATE VIEW 部门年度合计 AS
SELECT disclosures.id AS 公开编号, localities.name AS 地区, departments.name AS 部门, disclosures.year AS 年度,
  disclosures.disclosed_projects AS 公开项目数, disclosures.all_projects AS 项目总数,
  sum(projects.funds_total) AS 项目资金合计
FROM disclosures LEFT JOIN projects ON projects.disclosure_id = disclosures.id
  JOIN departments ON departments.id = disclosures.department_id
  JOIN localities ON localities.id = departments.locality_id
GROUP BY disclosures.id;

CREATE VIEW 项目历年 AS
SELECT disclosures.department_id AS 部门编号, departments.name AS 部门, projects.key AS 项目标识,
  disclosures.year AS 年度, projects.name AS 项目名称, projects.funds_total AS 年度资金
FROM projects JOIN disclosures ON disclosures.id = projects.disclosure_id
  JOIN departments ON departments.id = disclosures.department_id
  JOIN localities ON localities.id = departments.locality_id
ORDER BY disclosures.department_id, projects.key, disclosures.year;
