SET maintenance_work_mem = '512MB';
DO $$ DECLARE v record; BEGIN FOR v IN SELECT definition FROM public.bench_index LOOP EXECUTE v.definition; END LOOP; END $$;
VACUUM (ANALYZE) casework."case", casework.participation, casework.entry, casework.clock, casework.handoff, casework.history, directory.office;
