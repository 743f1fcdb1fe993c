package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.Candidate.Vouching;
import org.postseal.certstore.source.CertificateSource;

/** Offers the contents of the database as sources of certificates. */
public final class DatabaseSources {
    private DatabaseSources() {}

    /**
     * Returns the source {@code pins}: the certificates that the administrator pinned for encryption. The administrator
     * vouches for the address.
     */
    public static CertificateSource pins(CertificateDatabase database) {
        return new Lookup(
                "pins",
                address -> database.pins().of(address, CertificatePurpose.ENCRYPT).stream()
                        .map(pin -> candidate(pin.certificate(), "pin", true))
                        .toList());
    }

    /**
     * Returns the source {@code own}: certificates of our own users and imported ones, found by the addresses they
     * carry. A second tier holds the certificates that the administrator mapped to the address or its domain.
     */
    public static CertificateSource own(CertificateDatabase database) {
        return new Lookup(
                "own",
                address -> database.access().read(sql -> {
                    List<Candidate> found = new ArrayList<>(sql.list(STORED, DatabaseSources::stored, address));
                    for (CertificateMap.Mapping mapping : CertificateMap.covering(sql, address)) {
                        Candidate mapped = candidate(mapping.certificate(), "map", true);
                        found.add(new Candidate(
                                mapped.certificate(),
                                mapped.origin(),
                                1,
                                false,
                                List.of(),
                                List.of(),
                                Optional.empty(),
                                mapped.vouching(),
                                Optional.empty()));
                    }
                    return found;
                }));
    }

    /**
     * Returns the source {@code harvested}: certificates seen in verified mail. A certificate is left out if the
     * address has a pin, or if the mirror of a directory server has another key for it, unless the administrator
     * accepted the certificate.
     */
    public static CertificateSource harvested(CertificateDatabase database) {
        return new Lookup(
                "harvested",
                address -> database.access()
                        .read(sql -> sql.list(
                                HARVESTED, row -> candidate(Rows.certificate(row), "harvested", false), address)));
    }

    /**
     * Returns a mirror as a source. It fails if several entries have the address, and if the mirror was never filled,
     * because an empty answer would mean nothing then.
     *
     * @param source the name of the mirror, {@code mirror:NAME}
     * @param covers whether the directory server may know an address. The mirror is not asked for others, even if it
     *     has entries of them from a time when it was.
     * @param skipDisabledAccounts whether to pass over entries of accounts that may not log in
     */
    public static CertificateSource mirror(
            CertificateDatabase database, String source, Predicate<MailAddress> covers, boolean skipDisabledAccounts) {
        return new Lookup(
                source,
                covers,
                address -> database.read(contents -> {
                    List<MirrorEntry> entries = contents.mirrors().withAddress(source, address).stream()
                            .filter(entry -> !(skipDisabledAccounts && entry.isDisabled()))
                            .toList();
                    if (entries.size() > 1) {
                        throw new StoreUnavailableException(
                                source + ": " + entries.size() + " entries have the address",
                                new IllegalStateException("ambiguous"));
                    }
                    if (entries.isEmpty() && contents.mirrors().state(source).isEmpty()) {
                        throw new StoreUnavailableException(
                                source + ": was never copied: postseal directory sync does it");
                    }
                    return entries.isEmpty() ? List.of() : mirrored(entries.getFirst());
                }));
    }

    private static List<Candidate> mirrored(MirrorEntry entry) {
        return entry.certificates().stream()
                .map(each -> new Candidate(
                        each.certificate(),
                        each.origin(),
                        each.tier(),
                        each.isFlagged(),
                        entry.addresses(),
                        entry.helpers(),
                        each.capabilities(),
                        new Vouching.Path(),
                        Optional.empty()))
                .sorted(java.util.Comparator.comparingInt(Candidate::tier))
                .toList();
    }

    private static Candidate stored(ResultSet row) throws SQLException {
        return candidate(Rows.certificate(row), row.getString("source"), false);
    }

    private static Candidate candidate(MailCertificate certificate, String origin, boolean byAdministrator) {
        return new Candidate(
                certificate,
                origin,
                0,
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                byAdministrator ? new Vouching.Administrator() : new Vouching.Path(),
                Optional.empty());
    }

    private record Lookup(String name, Predicate<MailAddress> covered, Function<MailAddress, List<Candidate>> query)
            implements CertificateSource {
        Lookup(String name, Function<MailAddress, List<Candidate>> query) {
            this(name, _ -> true, query);
        }

        @Override
        public boolean covers(MailAddress address) {
            return covered.test(address);
        }

        @Override
        public List<Candidate> find(MailAddress address) {
            try {
                return covers(address) ? query.apply(address) : List.of();
            } catch (DatabaseException e) {
                throw new StoreUnavailableException(name + ": " + e.getMessage(), e);
            }
        }
    }

    static final String STORED = "SELECT e.source, c.id, c.der FROM certificate_address a"
            + " JOIN entry e ON e.certificate = a.certificate AND e.source IN ('own', 'imported')"
            + " JOIN certificate c ON c.id = a.certificate WHERE a.address = ? ORDER BY e.source DESC, c.id";
    static final String HARVESTED = "SELECT c.id, c.der FROM harvest h JOIN certificate c ON c.id = h.certificate"
            + " WHERE h.address = ? AND h.state = 'active' AND (h.decided_by IS NOT NULL OR"
            + " NOT EXISTS (SELECT 1 FROM pin p WHERE p.address = h.address AND p.purpose = 'encrypt')"
            + " AND NOT EXISTS (SELECT 1 FROM mirror_address a JOIN sync_state s ON s.source = a.source"
            + " JOIN mirror_certificate m ON m.source = a.source AND m.entry = a.entry AND m.is_helper = 0"
            + " JOIN certificate o ON o.id = m.certificate"
            + " WHERE a.address = h.address AND o.public_key <> c.public_key)) ORDER BY c.id";
}
