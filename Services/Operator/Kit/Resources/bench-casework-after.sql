VACUUM (ANALYZE) casework."case", casework.participation, casework.entry, casework.clock, casework.handoff, casework.history, directory.office;
CREATE TABLE public.bench_done ();
