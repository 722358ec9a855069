alter table schedule_runs add column resent integer default 0; -- argosy schedule resend
alter table schedule_runs add column message json;             -- what deliveries say: title, state, facts
