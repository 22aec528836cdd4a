import Foundation
import SinergiCore

/// The directory of the border's tests, as scripts.
enum BorderFixture {
    /// PUSAT ─ PROV (unit DPU) ─ KABA (SEKDA over TRI, DPU, DLH, PDAM), KABB (unit DPU) and KABC. ASING stands alone.
    static let directory = """
        INSERT INTO directory.calendar (code, name, zone, hours) VALUES ('border', 'Kantor', 'Asia/Makassar',
            '{"1":[["07:30","12:00"],["13:00","16:00"]],"2":[["07:30","12:00"],["13:00","16:00"]],
              "3":[["07:30","12:00"],["13:00","16:00"]],"4":[["07:30","12:00"],["13:00","16:00"]],
              "5":[["07:30","11:30"],["13:00","16:30"]]}');
        INSERT INTO directory.calendar (code, name, zone, parent, observes_holidays, hours) VALUES
            ('border-always', 'Siaga', 'Asia/Makassar', 'border', false,
             '{"1":[["00:00","24:00"]],"2":[["00:00","24:00"]],"3":[["00:00","24:00"]],"4":[["00:00","24:00"]],
               "5":[["00:00","24:00"]],"6":[["00:00","24:00"]],"7":[["00:00","24:00"]]}'),
            ('border-six', 'Enam hari', 'Asia/Jayapura', 'border', true,
             '{"1":[["08:00","15:00"]],"2":[["08:00","15:00"]],"3":[["08:00","15:00"]],"4":[["08:00","15:00"]],
               "5":[["08:00","15:00"]],"6":[["08:00","12:00"]]}');
        INSERT INTO directory.agency (number, code, name, prefix, parent) VALUES
            (9100, 'BPUSAT', 'Pusat', 'BPUSAT', NULL), (9101, 'BPROV', 'Provinsi', 'BPROV', 9100),
            (9102, 'BKABA', 'Kabupaten A', 'BKABA', 9101), (9103, 'BKABB', 'Kabupaten B', 'BKABB', 9101),
            (9104, 'BASING', 'Asing', 'BASING', NULL), (9105, 'BKABC', 'Kabupaten C', 'BKABC', 9101);
        INSERT INTO directory.office (id, agency, code, name, parent, is_arbiter, is_coordinator, is_triage, calendar) VALUES
            (directory.uuid7(), 9100, 'BPUSAT', 'Pusat', NULL, true, true, false, 'border');
        INSERT INTO directory.office (id, agency, code, name, parent, is_arbiter, is_coordinator, is_triage, calendar)
        SELECT directory.uuid7(), x.agency, x.code, x.code, o.id, x.arbiter, x.coordinator, x.triage, 'border'
        FROM (VALUES (9101, 'BPROV', 'BPUSAT', true, true, false)) AS x(agency, code, parent, arbiter, coordinator, triage)
        JOIN directory.office o ON o.code = x.parent;
        INSERT INTO directory.office (id, agency, code, name, parent, is_arbiter, is_coordinator, is_triage, calendar)
        SELECT directory.uuid7(), x.agency, x.code, x.code, o.id, x.arbiter, x.coordinator, x.triage, 'border'
        FROM (VALUES (9101, 'BPROV/DPU', 'BPROV', false, false, false), (9102, 'BKABA', 'BPROV', false, false, false),
                     (9103, 'BKABB', 'BPROV', false, false, false),
                     (9105, 'BKABC', 'BPROV', false, false, false)) AS x(agency, code, parent, arbiter, coordinator, triage)
        JOIN directory.office o ON o.code = x.parent;
        INSERT INTO directory.office (id, agency, code, name, parent, is_arbiter, is_coordinator, is_triage, calendar)
        SELECT directory.uuid7(), x.agency, x.code, x.code, o.id, x.arbiter, x.coordinator, x.triage, 'border'
        FROM (VALUES (9102, 'BKABA/SEKDA', 'BKABA', true, false, false), (9103, 'BKABB/DPU', 'BKABB', false, false, false))
            AS x(agency, code, parent, arbiter, coordinator, triage)
        JOIN directory.office o ON o.code = x.parent;
        INSERT INTO directory.office (id, agency, code, name, parent, is_arbiter, is_coordinator, is_triage, calendar)
        SELECT directory.uuid7(), 9102, x.code, x.code, o.id, false, false, x.triage, 'border'
        FROM (VALUES ('BKABA/TRI', true), ('BKABA/DPU', false), ('BKABA/DLH', false), ('BKABA/PDAM', false)) AS x(code, triage)
        JOIN directory.office o ON o.code = 'BKABA/SEKDA';
        INSERT INTO directory.office (id, agency, code, name, calendar) VALUES (directory.uuid7(), 9104, 'BASING', 'Asing', 'border');
        INSERT INTO directory.category (code, name_id, name_en) VALUES ('border', 'Perbatasan', 'Border') ON CONFLICT DO NOTHING;
        INSERT INTO directory.area (code, name, level) VALUES ('99', 'Daerah', 1), ('99.01', 'Kabupaten A', 2);
        INSERT INTO directory.jurisdiction (id, agency, area_code) VALUES
            (directory.uuid7(), 9101, '99'), (directory.uuid7(), 9102, '99.01');
        INSERT INTO directory.officer (agency, id, username, name)
        SELECT number, ('00000000-0000-7000-8000-00000000' || number)::uuid, 'petugas', 'Petugas ' || code
        FROM directory.agency WHERE number BETWEEN 9100 AND 9105;
        INSERT INTO directory.position (agency, id, officer, office, roles)
        SELECT a.number, directory.uuid7(), ('00000000-0000-7000-8000-00000000' || a.number)::uuid, o.id, '{liaison}'
        FROM directory.agency a JOIN directory.office o ON o.code = a.code WHERE a.number BETWEEN 9100 AND 9105;
        """

    /// The officer of an agency that the script above makes.
    static func officer(of agency: Border.Agency) -> UUID {
        UUID(uuidString: "00000000-0000-7000-8000-00000000\(agency.number)") ?? UUID()
    }

    /// The years that SinergiCore knows, and empty estimated ones after them, so that clocks can run.
    static var calendar: String {
        var script = ""
        for year in NationalCalendar.years {
            script += "INSERT INTO directory.calendar_year VALUES ('border', \(year.year), \(year.isEstimated));\n"
            for entry in year.entries {
                let name = entry.name.replacingOccurrences(of: "'", with: "''")
                // Two feasts can fall on one day; one row closes it.
                script += """
                    INSERT INTO directory.calendar_day (calendar, day, kind, name)
                    VALUES ('border', '\(entry.day)', '\(entry.kind.rawValue)', '\(name)') ON CONFLICT DO NOTHING;

                    """
            }
        }
        let next = (NationalCalendar.years.map(\.year).max() ?? 2027) + 1
        for year in next...(next + 6) {
            script += "INSERT INTO directory.calendar_year VALUES ('border', \(year), true);\n"
        }
        return script + "SELECT directory.rebuild_calendar('border');\n"
    }
}
