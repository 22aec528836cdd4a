-- Run once by a superuser, connected to Sinergi's empty database: roles that own things, and extensions.
-- Idempotent. Passwords are set by the operator afterwards (ALTER ROLE … PASSWORD), never here.
DO $$
DECLARE
    v_role text;
BEGIN
    FOREACH v_role IN ARRAY ARRAY['sinergi_owner', 'sinergi_gate', 'sinergi_intake', 'sinergi_routing',
                                  'sinergi_notification', 'sinergi_analytics'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = v_role) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', v_role);
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'sinergi_migrator') THEN
        CREATE ROLE sinergi_migrator LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'sinergi_platform') THEN
        CREATE ROLE sinergi_platform LOGIN;
    END IF;
END
$$;
-- The gate owns the definer functions: it passes the policies, so only its functions decide what crosses the border.
ALTER ROLE sinergi_gate BYPASSRLS;
-- The migrator passes the policies too, or data migrations would silently touch nothing. It also makes agencies' logins.
ALTER ROLE sinergi_migrator BYPASSRLS CREATEROLE;
ALTER ROLE sinergi_platform CONNECTION LIMIT 10;
GRANT sinergi_owner, sinergi_gate TO sinergi_migrator;
-- The watchdog must end transactions of agencies that hold on for too long.
GRANT pg_signal_backend, pg_read_all_stats TO sinergi_platform;

CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

DO $$
BEGIN
    EXECUTE pg_catalog.format('GRANT CREATE ON DATABASE %I TO sinergi_owner, sinergi_migrator', pg_catalog.current_database());
    EXECUTE pg_catalog.format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', pg_catalog.current_database());
END
$$;
-- Made here because the migrator keeps its ledger in it before the first migration runs.
CREATE SCHEMA IF NOT EXISTS platform AUTHORIZATION sinergi_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO sinergi_owner, sinergi_gate, sinergi_migrator;

-- What would let one agency stall or fill another: advisory locks and large objects. Letting go of one's own locks stays
-- allowed: a pool does it when it takes a connection back.
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace
          AND p.proname <> 'pg_advisory_unlock_all'
          AND (p.proname ~ '^pg_(try_)?advisory_' OR p.proname ~ '^lo_' OR p.proname IN ('loread', 'lowrite'))
    LOOP
        EXECUTE pg_catalog.format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v_function);
    END LOOP;
END
$$;
