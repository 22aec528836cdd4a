import Postgres

/// What an import reads and writes, a whole file at a time: the database takes the JSON apart.
enum ImportStatements {
    /// Stored rows of a kind, each as a JSON object of texts in the words of the files.
    static func stored(_ kind: ImportKind) -> SQL {
        switch kind {
        case .agencies:
            """
            SELECT jsonb_build_object('code', a.code, 'name', a.name, 'number', a.number::text, 'prefix', a.prefix,
                'parent', p.code, 'calendar', o.calendar, 'intake_url', a.intake_url, 'hosted_on', a.hosted_on,
                'area_code', o.area_code, 'email', o.email, 'is_arbiter', o.is_arbiter::text,
                'is_coordinator', o.is_coordinator::text, 'is_triage', o.is_triage::text, 'joined', o.joined::text)::text AS stored
            FROM directory.agency a
            LEFT JOIN directory.agency p ON p.number = a.parent
            LEFT JOIN directory.office o ON o.code = a.code
            """
        case .categories:
            """
            SELECT jsonb_build_object('code', code, 'name_id', name_id, 'name_en', name_en, 'valid_from', valid_from::text,
                'valid_to', valid_to::text)::text AS stored
            FROM directory.category
            """
        case .areas:
            """
            SELECT jsonb_build_object('code', code, 'code_system', code_system, 'name', name, 'level', level::text,
                'parent', parent, 'successors', array_to_string(successors, '|'),
                'geojson', \(digest("geom")), 'valid_from', valid_from::text, 'valid_to', valid_to::text)::text AS stored
            FROM directory.area
            """
        case .units:
            """
            SELECT jsonb_build_object('code', o.code, 'name', o.name, 'agency', a.code, 'parent', p.code,
                'calendar', o.calendar, 'area_code', o.area_code, 'email', o.email, 'duties', o.duties,
                'dangers', array_to_string(o.dangers, '|'), 'duty_phone', o.duty_phone, 'is_arbiter', o.is_arbiter::text,
                'is_coordinator', o.is_coordinator::text, 'is_triage', o.is_triage::text, 'joined', o.joined::text,
                'valid_from', o.valid_from::text, 'valid_to', o.valid_to::text)::text AS stored
            FROM directory.office o
            JOIN directory.agency a ON a.number = o.agency
            LEFT JOIN directory.office p ON p.id = o.parent
            WHERE strpos(o.code, '/') > 0
            """
        case .jurisdictions:
            """
            SELECT jsonb_build_object('agency', a.code, 'office', o.code, 'area_code', j.area_code,
                'valid_from', j.valid_from::text, 'valid_to', j.valid_to::text)::text AS stored
            FROM directory.jurisdiction j
            JOIN directory.agency a ON a.number = j.agency
            LEFT JOIN directory.office o ON o.id = j.office
            """
        case .boundaries:
            """
            SELECT jsonb_build_object('agency', a.code, 'office', o.code, 'name', b.name, 'geojson', \(digest("b.geom")),
                'valid_from', b.valid_from::text, 'valid_to', b.valid_to::text)::text AS stored
            FROM directory.boundary b
            JOIN directory.agency a ON a.number = b.agency
            LEFT JOIN directory.office o ON o.id = b.office
            """
        case .responsibilities:
            """
            SELECT jsonb_build_object('office', o.code, 'category', r.category, 'area_code', r.area_code,
                'valid_from', r.valid_from::text, 'valid_to', r.valid_to::text)::text AS stored
            FROM directory.responsibility r
            JOIN directory.office o ON o.id = r.office
            """
        }
    }

    /// What stands for a geometry in comparisons.
    private static func digest(_ geometry: SQL) -> SQL { "md5(public.st_asewkb(\(geometry)))" }

    /// For each GeoJSON text what stands for it, and what is wrong with its shape.
    static func digests(_ texts: [String]) -> SQL {
        """
        SELECT \(digest("x.geom")) AS digest, CASE WHEN NOT public.st_isvalid(x.geom) THEN public.st_isvalidreason(x.geom) END AS fault
        FROM unnest(\(texts)::text[]) WITH ORDINALITY AS t(geojson, n) CROSS JOIN LATERAL (SELECT \(geometry("t.geojson")) AS geom) x
        ORDER BY t.n
        """
    }

    /// WGS 84, flat, always a multipolygon.
    private static func geometry(_ text: SQL) -> SQL {
        "public.st_multi(public.st_force2d(public.st_setsrid(public.st_geomfromgeojson(\(text)), 4326)))"
    }

    /// Stores rows that were checked.
    /// - Parameter rows: A JSON array of objects of texts.
    static func store(_ kind: ImportKind, _ rows: JSONText) -> [SQL] {
        switch kind {
        case .agencies: agencies(rows)
        case .categories:
            [
                """
                INSERT INTO directory.category (code, parent, name_id, name_en, valid_from, valid_to)
                SELECT code, CASE WHEN strpos(code, '.') > 0 THEN split_part(code, '.', 1) END, name_id, name_en, valid_from, valid_to
                FROM jsonb_to_recordset(\(rows)::jsonb) AS x(code text, name_id text, name_en text, valid_from date, valid_to date)
                ORDER BY code
                ON CONFLICT (code) DO UPDATE SET name_id = excluded.name_id, name_en = excluded.name_en,
                    valid_from = excluded.valid_from, valid_to = excluded.valid_to
                """
            ]
        case .areas:
            [
                """
                INSERT INTO directory.area AS a (code, code_system, name, level, parent, successors, geom, valid_from, valid_to)
                SELECT code, code_system, name, level, parent, string_to_array(successors, '|'), \(geometry("x.shape")), valid_from, valid_to
                FROM jsonb_to_recordset(\(rows)::jsonb) AS x(code text, code_system text, name text, level int, parent text,
                    successors text, geojson text, shape text, valid_from date, valid_to date)
                ON CONFLICT (code, code_system, valid_from) DO UPDATE SET name = excluded.name, level = excluded.level,
                    parent = excluded.parent, successors = excluded.successors, valid_to = excluded.valid_to,
                    geom = coalesce(excluded.geom, a.geom)
                """
            ]
        case .units: units(rows)
        case .jurisdictions: jurisdictions(rows)
        case .boundaries: boundaries(rows)
        case .responsibilities: responsibilities(rows)
        }
    }

    /// An agency is an office too: the one that coordinates its units and stands in the tree.
    private static func agencies(_ rows: JSONText) -> [SQL] {
        let list: SQL = """
            jsonb_to_recordset(\(rows)::jsonb) AS x(code text, name text, number int, prefix text, parent text, calendar text,
                intake_url text, hosted_on text, area_code text, email text, is_arbiter boolean, is_coordinator boolean,
                is_triage boolean, joined boolean)
            """
        return [
            """
            INSERT INTO directory.agency (number, code, name, prefix, intake_url, hosted_on)
            SELECT number, code, name, prefix, intake_url, hosted_on FROM \(list)
            ON CONFLICT (code) DO UPDATE SET name = excluded.name, intake_url = excluded.intake_url, hosted_on = excluded.hosted_on
            """,
            """
            UPDATE directory.agency a SET parent = p.number FROM \(list) LEFT JOIN directory.agency p ON p.code = x.parent
            WHERE a.code = x.code AND a.parent IS DISTINCT FROM p.number
            """,
            """
            INSERT INTO directory.office AS o (id, agency, code, name, is_arbiter, is_coordinator, is_triage, joined, calendar,
                area_code, email)
            SELECT directory.uuid7(), a.number, x.code, x.name, x.is_arbiter, x.is_coordinator, x.is_triage, x.joined, x.calendar,
                x.area_code, x.email
            FROM \(list) JOIN directory.agency a ON a.code = x.code
            ON CONFLICT (code) DO UPDATE SET name = excluded.name, is_arbiter = excluded.is_arbiter,
                is_coordinator = excluded.is_coordinator, is_triage = excluded.is_triage, joined = excluded.joined,
                calendar = excluded.calendar, area_code = excluded.area_code, email = excluded.email, version = o.version + 1
            """,
            """
            UPDATE directory.office o SET parent = p.id FROM \(list) LEFT JOIN directory.office p ON p.code = x.parent
            WHERE o.code = x.code AND o.parent IS DISTINCT FROM p.id
            """,
        ]
    }

    private static func units(_ rows: JSONText) -> [SQL] {
        let list: SQL = """
            jsonb_to_recordset(\(rows)::jsonb) AS x(code text, name text, agency text, parent text, calendar text, area_code text,
                email text, duties text, dangers text, duty_phone text, is_arbiter boolean, is_coordinator boolean,
                is_triage boolean, joined boolean, valid_from date, valid_to date)
            """
        return [
            """
            INSERT INTO directory.office AS o (id, agency, code, name, is_arbiter, is_coordinator, is_triage, joined, calendar,
                area_code, email, duties, dangers, duty_phone, valid_from, valid_to)
            SELECT directory.uuid7(), a.number, x.code, x.name, x.is_arbiter, x.is_coordinator, x.is_triage, x.joined, x.calendar,
                x.area_code, x.email, x.duties, coalesce(string_to_array(x.dangers, '|'), '{}'), x.duty_phone, x.valid_from, x.valid_to
            FROM \(list) JOIN directory.agency a ON a.code = x.agency
            ON CONFLICT (code) DO UPDATE SET name = excluded.name, is_arbiter = excluded.is_arbiter,
                is_coordinator = excluded.is_coordinator, is_triage = excluded.is_triage, joined = excluded.joined,
                calendar = excluded.calendar, area_code = excluded.area_code, email = excluded.email, duties = excluded.duties,
                dangers = excluded.dangers, duty_phone = excluded.duty_phone, valid_from = excluded.valid_from,
                valid_to = excluded.valid_to, version = o.version + 1
            """,
            """
            UPDATE directory.office o SET parent = p.id FROM \(list) JOIN directory.office p ON p.code = x.parent
            WHERE o.code = x.code AND o.parent IS DISTINCT FROM p.id
            """,
        ]
    }

    private static func jurisdictions(_ rows: JSONText) -> [SQL] {
        let list: SQL = """
            jsonb_to_recordset(\(rows)::jsonb) AS x(agency text, office text, area_code text, valid_from date, valid_to date)
            JOIN directory.agency a ON a.code = x.agency LEFT JOIN directory.office o ON o.code = x.office
            """
        return [
            """
            UPDATE directory.jurisdiction j SET valid_to = x.valid_to, version = j.version + 1 FROM \(list)
            WHERE j.agency = a.number AND j.office IS NOT DISTINCT FROM o.id AND j.area_code = x.area_code AND j.valid_from = x.valid_from
            """,
            """
            INSERT INTO directory.jurisdiction (id, agency, office, area_code, valid_from, valid_to)
            SELECT directory.uuid7(), a.number, o.id, x.area_code, x.valid_from, x.valid_to FROM \(list)
            WHERE NOT EXISTS (SELECT FROM directory.jurisdiction j WHERE j.agency = a.number AND j.office IS NOT DISTINCT FROM o.id
                              AND j.area_code = x.area_code AND j.valid_from = x.valid_from)
            """,
        ]
    }

    private static func boundaries(_ rows: JSONText) -> [SQL] {
        let list: SQL = """
            jsonb_to_recordset(\(rows)::jsonb) AS x(agency text, office text, name text, shape text, valid_from date, valid_to date)
            JOIN directory.agency a ON a.code = x.agency LEFT JOIN directory.office o ON o.code = x.office
            """
        return [
            """
            UPDATE directory.boundary b SET valid_to = x.valid_to, geom = coalesce(\(geometry("x.shape")), b.geom), version = b.version + 1
            FROM \(list)
            WHERE b.agency = a.number AND b.office IS NOT DISTINCT FROM o.id AND b.name = x.name AND b.valid_from = x.valid_from
            """,
            """
            INSERT INTO directory.boundary (id, agency, office, name, geom, valid_from, valid_to)
            SELECT directory.uuid7(), a.number, o.id, x.name, \(geometry("x.shape")), x.valid_from, x.valid_to FROM \(list)
            WHERE NOT EXISTS (SELECT FROM directory.boundary b WHERE b.agency = a.number AND b.office IS NOT DISTINCT FROM o.id
                              AND b.name = x.name AND b.valid_from = x.valid_from)
            """,
        ]
    }

    private static func responsibilities(_ rows: JSONText) -> [SQL] {
        let list: SQL = """
            jsonb_to_recordset(\(rows)::jsonb) AS x(office text, category text, area_code text, valid_from date, valid_to date)
            JOIN directory.office o ON o.code = x.office
            """
        return [
            """
            UPDATE directory.responsibility r SET valid_to = x.valid_to, version = r.version + 1 FROM \(list)
            WHERE r.agency = o.agency AND r.office = o.id AND r.category = x.category
                AND r.area_code IS NOT DISTINCT FROM x.area_code AND r.valid_from = x.valid_from
            """,
            """
            INSERT INTO directory.responsibility (agency, id, office, category, area_code, valid_from, valid_to)
            SELECT o.agency, directory.uuid7(), o.id, x.category, x.area_code, x.valid_from, x.valid_to FROM \(list)
            WHERE NOT EXISTS (SELECT FROM directory.responsibility r WHERE r.agency = o.agency AND r.office = o.id
                              AND r.category = x.category AND r.area_code IS NOT DISTINCT FROM x.area_code
                              AND r.valid_from = x.valid_from)
            """,
        ]
    }
}
