import Postgres

/// One upsert for each list of a directory file; the database takes the JSON apart.
enum DirectoryStatements {
    /// The statements in an order that every reference allows.
    static func all(_ file: JSONText, hours: JSONText, passwordHash: String?) -> [(list: String, statement: SQL)] {
        [
            ("agencies", agencies(file)), ("agencies above", parents(file)), ("calendars", calendars(file, hours)),
            ("offices", offices(file)), ("offices above", officeParents(file)),
            ("officers", officers(file, passwordHash)), ("positions", positions(file)),
            ("categories", categories(file)), ("questions", questions(file)), ("areas", areas(file)),
            ("jurisdictions", jurisdictions(file)), ("external bodies", externalBodies(file)),
            ("rules", rules(file)), ("rules on record", rulesOnRecord),
        ]
    }

    private static func agencies(_ file: JSONText) -> SQL {
        """
        INSERT INTO directory.agency AS a (number, code, name, prefix, hosted_on)
        SELECT number, code, name, prefix, hosted_on
        FROM jsonb_to_recordset(\(file)::jsonb -> 'agencies')
            AS x(number int, code text, name text, prefix text, hosted_on text)
        ON CONFLICT (code) DO UPDATE SET name = excluded.name
        """
    }

    private static func parents(_ file: JSONText) -> SQL {
        """
        UPDATE directory.agency a SET parent = p.number
        FROM jsonb_to_recordset(\(file)::jsonb -> 'agencies') AS x(code text, parent text)
        JOIN directory.agency p ON p.code = x.parent
        WHERE a.code = x.code AND a.parent IS DISTINCT FROM p.number
        """
    }

    /// Parents stand before their children in the file; rows of one INSERT see each other's references at its end.
    private static func calendars(_ file: JSONText, _ hours: JSONText) -> SQL {
        """
        INSERT INTO directory.calendar AS c (code, name, zone, parent, observes_holidays, hours)
        SELECT x.code, x.name, x.zone, x.parent, x.observes_holidays, \(hours)::jsonb -> x.hours
        FROM jsonb_to_recordset(\(file)::jsonb -> 'calendars')
            AS x(code text, name text, zone text, parent text, observes_holidays boolean, hours text)
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, zone = excluded.zone, parent = excluded.parent,
            observes_holidays = excluded.observes_holidays, hours = excluded.hours
        """
    }

    private static func offices(_ file: JSONText) -> SQL {
        """
        INSERT INTO directory.office AS o (id, agency, code, name, is_arbiter, is_coordinator, is_triage, joined, calendar,
            area_code, email, duties, dangers, duty_phone)
        SELECT directory.uuid7(), a.number, x.code, x.name, x.is_arbiter, x.is_coordinator, x.is_triage, x.joined, x.calendar,
            x.area_code, x.email, x.duties, coalesce(x.dangers, '{}'), x.duty_phone
        FROM jsonb_to_recordset(\(file)::jsonb -> 'offices')
            AS x(code text, agency text, name text, is_arbiter boolean, is_coordinator boolean, is_triage boolean,
                 joined boolean, calendar text, area_code text, email text, duties text, dangers text[], duty_phone text)
        JOIN directory.agency a ON a.code = x.agency
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, is_arbiter = excluded.is_arbiter,
            is_coordinator = excluded.is_coordinator, is_triage = excluded.is_triage, joined = excluded.joined,
            calendar = excluded.calendar, area_code = excluded.area_code, email = excluded.email,
            duties = excluded.duties, dangers = excluded.dangers, duty_phone = excluded.duty_phone
        """
    }

    private static func officeParents(_ file: JSONText) -> SQL {
        """
        UPDATE directory.office o SET parent = p.id
        FROM jsonb_to_recordset(\(file)::jsonb -> 'offices') AS x(code text, parent text)
        JOIN directory.office p ON p.code = x.parent
        WHERE o.code = x.code AND o.parent IS DISTINCT FROM p.id
        """
    }

    private static func officers(_ file: JSONText, _ passwordHash: String?) -> SQL {
        """
        INSERT INTO directory.officer AS o (agency, id, username, name, password_hash)
        SELECT a.number, directory.uuid7(), x.username, x.name, \(passwordHash)
        FROM jsonb_to_recordset(\(file)::jsonb -> 'officers') AS x(agency text, username text, name text)
        JOIN directory.agency a ON a.code = x.agency
        ON CONFLICT (agency, username) DO UPDATE
            SET name = excluded.name, password_hash = coalesce(excluded.password_hash, o.password_hash)
        """
    }

    private static func positions(_ file: JSONText) -> SQL {
        """
        INSERT INTO directory.position (agency, id, officer, office, roles)
        SELECT a.number, directory.uuid7(), o.id, f.id, x.roles
        FROM jsonb_to_recordset(\(file)::jsonb -> 'officers')
            AS x(agency text, username text, office text, roles text[])
        JOIN directory.agency a ON a.code = x.agency
        JOIN directory.officer o ON o.agency = a.number AND o.username = x.username
        JOIN directory.office f ON f.code = x.office
        WHERE NOT EXISTS (SELECT FROM directory.position p
                          WHERE p.agency = a.number AND p.officer = o.id AND p.office = f.id AND p.roles = x.roles
                            AND p.valid_to IS NULL)
        """
    }

    private static func categories(_ file: JSONText) -> SQL {
        """
        INSERT INTO directory.category (code, parent, name_id, name_en)
        SELECT code, parent, name_id, name_en
        FROM jsonb_to_recordset(\(file)::jsonb -> 'categories') AS x(code text, parent text, name_id text, name_en text)
        ON CONFLICT (code) DO UPDATE SET name_id = excluded.name_id, name_en = excluded.name_en
        """
    }

    private static func questions(_ file: JSONText) -> SQL {
        """
        INSERT INTO directory.category_question AS q (category, code, position, type, required, name_id, name_en, options, only_if)
        SELECT category, code, coalesce(position, 0), type, coalesce(required, false), name_id, name_en,
            coalesce(options, '[]'), only_if
        FROM jsonb_to_recordset(\(file)::jsonb -> 'questions')
            AS x(category text, code text, position int, type text, required boolean, name_id text, name_en text,
                 options jsonb, only_if jsonb)
        ON CONFLICT (category, code) DO UPDATE SET position = excluded.position, type = excluded.type,
            required = excluded.required, name_id = excluded.name_id, name_en = excluded.name_en,
            options = excluded.options, only_if = excluded.only_if
        """
    }

    /// Boxes are given in degrees, WGS 84: south, north, west, east.
    private static func areas(_ file: JSONText) -> SQL {
        """
        INSERT INTO directory.area AS a (code, name, level, parent, geom)
        SELECT x.code, x.name, x.level, x.parent,
            (SELECT public.st_multi(public.st_union(public.st_makeenvelope(b.west, b.south, b.east, b.north, 4326)))
             FROM jsonb_to_recordset(x.boxes) AS b(south float8, north float8, west float8, east float8))
        FROM jsonb_to_recordset(\(file)::jsonb -> 'areas') AS x(code text, name text, level int, parent text, boxes jsonb)
        ON CONFLICT (code, code_system, valid_from) DO UPDATE SET name = excluded.name, geom = excluded.geom
        """
    }

    private static func jurisdictions(_ file: JSONText) -> SQL {
        """
        INSERT INTO directory.jurisdiction (id, agency, office, area_code)
        SELECT directory.uuid7(), a.number, o.id, x.area_code
        FROM jsonb_to_recordset(\(file)::jsonb -> 'jurisdictions') AS x(agency text, office text, area_code text)
        JOIN directory.agency a ON a.code = x.agency
        LEFT JOIN directory.office o ON o.code = x.office
        WHERE NOT EXISTS (SELECT FROM directory.jurisdiction j
                          WHERE j.agency = a.number AND j.office IS NOT DISTINCT FROM o.id AND j.area_code = x.area_code)
        """
    }

    /// Supervisors outside the administration, told only with the reporter's consent.
    private static func externalBodies(_ file: JSONText) -> SQL {
        """
        INSERT INTO casework.external_body (office, area_code)
        SELECT o.id, x.area_code
        FROM jsonb_to_recordset(\(file)::jsonb -> 'external_bodies') AS x(office text, area_code text)
        JOIN directory.office o ON o.code = x.office
        ON CONFLICT (office) DO UPDATE SET area_code = excluded.area_code
        """
    }

    private static func rules(_ file: JSONText) -> SQL {
        """
        INSERT INTO casework.rule (agency, id, priority, name, category, area_code, kind, lead, contributors, created_by)
        SELECT a.number, directory.uuid7(), x.priority, x.name, x.category, x.area_code, x.kind, x.lead,
            coalesce(x.contributors, '{}'), 'sinergi directory load'
        FROM jsonb_to_recordset(\(file)::jsonb -> 'rules')
            AS x(agency text, priority int, name text, category text, area_code text, kind text, lead text, contributors text[])
        JOIN directory.agency a ON a.code = x.agency
        WHERE NOT EXISTS (SELECT FROM casework.rule r WHERE r.agency = a.number AND r.name = x.name)
        """
    }

    /// What an operator loads is a version of the agency's rules as well.
    private static var rulesOnRecord: SQL {
        """
        SELECT casework.keep_rules(r.agency, 'sinergi directory load') FROM (SELECT DISTINCT x.agency FROM casework.rule x) r
        """
    }
}
