package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.DatabaseException.Fault;

/**
 * Maps certificates to addresses that they do not carry, by the administrator's word. Gateways and whole domains have
 * such certificates.
 */
public final class CertificateMap {
    private final Access access;

    CertificateMap(Access access) {
        this.access = access;
    }

    /** Says which addresses a certificate is mapped to. */
    public sealed interface Scope {
        record Address(MailAddress address) implements Scope {}

        /** Covers every address of exactly this domain, but not of its subdomains. */
        record WholeDomain(Domain domain) implements Scope {}
    }

    /** A certificate, the addresses it is mapped to, and who mapped it. */
    public record Mapping(Scope scope, MailCertificate certificate, Act act) {}

    /** Adds a mapping, and stores the certificate if it is new. The act replaces that of an earlier equal mapping. */
    public void add(Mapping mapping) {
        access.write(sql -> {
            CertificateRows.insert(sql, mapping.certificate());
            return sql.update(
                    "INSERT INTO certificate_map (pattern, certificate, who, added, note)"
                            + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (pattern, certificate)"
                            + " DO UPDATE SET who = excluded.who, added = excluded.added, note = excluded.note",
                    pattern(mapping.scope()),
                    mapping.certificate().id(),
                    mapping.act().who(),
                    mapping.act().when(),
                    mapping.act().note());
        });
    }

    /** Removes a mapping. Returns false if there was none. */
    public boolean remove(Scope scope, CertificateId certificate) {
        return access.write(sql -> {
            int removed = sql.update(
                    "DELETE FROM certificate_map WHERE pattern = ? AND certificate = ?", pattern(scope), certificate);
            CertificateRows.dropIfUnused(sql, certificate);
            return removed > 0;
        });
    }

    /** Returns the mappings that cover an address. Mappings of the address itself come before those of its domain. */
    public List<Mapping> covering(MailAddress address) {
        return access.read(sql -> covering(sql, address));
    }

    static List<Mapping> covering(Sql sql, MailAddress address) throws SQLException {
        return sql.list(COVERING, CertificateMap::mapping, address, ofDomain(address.domain()));
    }

    private static String pattern(Scope scope) {
        return switch (scope) {
            case Scope.Address(MailAddress address) -> address.key();
            case Scope.WholeDomain(Domain domain) -> ofDomain(domain);
        };
    }

    // No address begins with an at sign, so this cannot collide with the pattern of an address.
    private static String ofDomain(Domain domain) {
        return "@" + domain.ascii();
    }

    private static Mapping mapping(ResultSet row) throws SQLException {
        String pattern = row.getString("pattern");
        Scope scope = pattern.startsWith("@")
                ? new Scope.WholeDomain(Domain.parse(pattern.substring(1))
                        .orElseThrow(() -> new DatabaseException(Fault.DAMAGED, "mapping in the database is damaged")))
                : new Scope.Address(Rows.address(row, "pattern"));
        return new Mapping(scope, Rows.certificate(row), Rows.act(row));
    }

    private static final String SELECT = "SELECT m.pattern, m.who, m.added, m.note, c.id, c.der"
            + " FROM certificate_map m JOIN certificate c ON c.id = m.certificate";
    // The mappings of the address come first, since an address is longer than its domain with an at sign.
    static final String COVERING = SELECT + " WHERE m.pattern IN (?, ?) ORDER BY length(m.pattern) DESC, m.certificate";
}
