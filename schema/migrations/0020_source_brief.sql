-- What queries read of Defender's properties, each place as the JSON that stands
-- there, so that they need not read the properties, which are long: null where
-- there is nothing, the JSON null where that is what is said.
alter table findings add column source_brief struct(id json, category json, impact json, remediation json, time_generated json, status json, resource json,
    patchable json, cve json, software json);
update findings set source_brief = b.brief
from (
    select finding, {id: places[1], category: places[2], impact: places[3], remediation: places[4], time_generated: places[5], status: places[6], resource: places[7],
        patchable: places[8], cve: places[9], software: places[10]} as brief
    from (select finding, json_extract(source_properties, ['$.id', '$.category', '$.impact', '$.remediation', '$.timeGenerated', '$.status', '$.resourceDetails',
              '$.additionalData.patchable', '$.additionalData.cve', '$.additionalData.softwareDetails']) as places
          from findings where source_properties is not null)) b
where b.finding = findings.finding;
