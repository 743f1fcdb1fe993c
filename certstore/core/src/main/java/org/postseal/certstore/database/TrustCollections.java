package org.postseal.certstore.database;

import java.security.cert.CertificateException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureAlgorithms;
import org.postseal.certstore.UnsupportedAlgorithms;

/**
 * Named collections of trust anchors (self-signed) and intermediates, like Exchange's SMIMECertificateIssuingCA. A
 * collection is imported as a whole or not at all. It stays as it is when a member expires, because paths through that
 * member then become invalid by themselves.
 */
public final class TrustCollections {
    private final Access access;

    TrustCollections(Access access) {
        this.access = access;
    }

    /**
     * A collection with its members.
     *
     * @param expiryDate the earliest NotAfter of its members, to the second
     * @param expiringThumbprint the SHA-1 of the member that expires first, in upper-case hex
     */
    public record Collected(
            String name,
            Instant expiryDate,
            String expiringThumbprint,
            List<MailCertificate> anchors,
            List<MailCertificate> intermediates,
            Act act) {
        public Collected {
            anchors = List.copyOf(anchors);
            intermediates = List.copyOf(intermediates);
        }
    }

    /**
     * Replaces the collection of this name by the certificates of a bundle, all of them or none.
     *
     * @param bundle the DER of each element; an empty list removes the collection
     */
    public TrustImport replace(String name, List<byte[]> bundle, Act act) {
        Set<MailCertificate> members = new LinkedHashSet<>();
        List<TrustImport.Problem> problems = new ArrayList<>();
        for (byte[] der : bundle) {
            try {
                MailCertificate certificate = MailCertificate.of(der);
                members.add(certificate);
                problem(certificate, act.when()).ifPresent(problems::add);
            } catch (CertificateException e) {
                problems.add(unparsable(der, String.valueOf(e.getMessage())));
            }
        }
        if (!problems.isEmpty()) {
            return new TrustImport.Refused(problems);
        }
        return access.write(sql -> {
            clear(sql, name);
            if (members.isEmpty()) {
                return new TrustImport.Cleared();
            }
            return new TrustImport.Imported(insert(sql, name, members, act));
        });
    }

    /** Removes a collection. Returns false if there was none. */
    public boolean remove(String name) {
        return access.write(sql -> clear(sql, name));
    }

    public Optional<Collected> find(String name) {
        return access.read(sql -> {
            List<Collected> found = collected(sql, " WHERE name = ?", name);
            return found.stream().findFirst();
        });
    }

    /** Returns every collection, ordered by name. */
    public List<Collected> list() {
        return access.read(sql -> collected(sql, " ORDER BY name"));
    }

    private static Collected insert(Sql sql, String name, Set<MailCertificate> members, Act act) throws SQLException {
        MailCertificate first = members.stream()
                .min(Comparator.comparing(MailCertificate::notAfter)
                        .thenComparing(certificate -> certificate.id().hex()))
                .orElseThrow();
        sql.update(
                "INSERT INTO trust_collection (name, expiry_date, expiring_thumbprint, who, added, note)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                name,
                first.notAfter().truncatedTo(ChronoUnit.SECONDS),
                Octets.thumbprint(CertificateRows.der(first)),
                act.who(),
                act.when(),
                act.note());
        for (MailCertificate member : members) {
            CertificateRows.insert(sql, member);
            CertificateRows.enter(sql, member.id(), source(name), EntryState.TRUSTED, act);
            sql.update(
                    "INSERT INTO trust_member (collection, certificate, role) VALUES (?, ?, ?)",
                    name,
                    member.id(),
                    isSelfSigned(member) ? "anchor" : "intermediate");
        }
        return collected(sql, " WHERE name = ?", name).getFirst();
    }

    private static boolean clear(Sql sql, String name) throws SQLException {
        List<CertificateId> members = sql.list(
                "SELECT certificate FROM trust_member WHERE collection = ?",
                row -> Rows.certificateId(row, "certificate"),
                name);
        boolean existed = sql.update("DELETE FROM trust_collection WHERE name = ?", name) > 0;
        for (CertificateId member : members) {
            CertificateRows.leave(sql, member, source(name));
        }
        return existed;
    }

    private static List<Collected> collected(Sql sql, String condition, String... values) throws SQLException {
        List<Collected> collections = new ArrayList<>();
        for (Collected head : sql.list(
                "SELECT name, expiry_date, expiring_thumbprint, who, added, note FROM trust_collection" + condition,
                TrustCollections::head,
                (Object[]) values)) {
            collections.add(new Collected(
                    head.name(),
                    head.expiryDate(),
                    head.expiringThumbprint(),
                    members(sql, head.name(), "anchor"),
                    members(sql, head.name(), "intermediate"),
                    head.act()));
        }
        return collections;
    }

    private static Collected head(ResultSet row) throws SQLException {
        return new Collected(
                row.getString("name"),
                Sql.instant(row, "expiry_date"),
                row.getString("expiring_thumbprint"),
                List.of(),
                List.of(),
                Rows.act(row));
    }

    private static List<MailCertificate> members(Sql sql, String name, String role) throws SQLException {
        return sql.list(MEMBERS, Rows::certificate, name, role);
    }

    private static Optional<TrustImport.Problem> problem(MailCertificate certificate, Instant now) {
        return complaint(certificate, now)
                .map(text -> new TrustImport.Problem(
                        Octets.thumbprint(CertificateRows.der(certificate)),
                        certificate.subject().toString(),
                        Optional.of(certificate.notAfter()),
                        text));
    }

    private static Optional<String> complaint(MailCertificate certificate, Instant now) {
        if (certificate.notAfter().isBefore(now)) {
            return Optional.of("expired");
        }
        if (certificate.notBefore().isAfter(now)) {
            return Optional.of("not yet valid");
        }
        AlgorithmIdentifier algorithm = certificate.holder().getSignatureAlgorithm();
        return SignatureAlgorithms.isKnown(algorithm)
                ? Optional.empty()
                : Optional.of("signature algorithm " + UnsupportedAlgorithms.refusal(algorithm.getAlgorithm()));
    }

    // Bouncy Castle may still read the subject and the date of a certificate that we refuse. They tell the
    // administrator which one it is.
    private static TrustImport.Problem unparsable(byte[] der, String detail) {
        String subject = "";
        Optional<Instant> notAfter = Optional.empty();
        try {
            X509CertificateHolder holder = new X509CertificateHolder(der);
            X500Name name = holder.getSubject();
            subject = name.getEncoded().length > MAX_PRINTED_NAME ? "" : name.toString();
            notAfter = Optional.of(holder.getNotAfter().toInstant());
        } catch (java.io.IOException | RuntimeException nothingReadable) {
            // The thumbprint has to suffice.
        }
        return new TrustImport.Problem(Octets.thumbprint(der), subject, notAfter, detail);
    }

    private static boolean isSelfSigned(MailCertificate certificate) {
        return certificate.isSelfIssued() && Issuance.isSignedBy(certificate, certificate);
    }

    private static String source(String name) {
        return "trust:" + name;
    }

    private static final int MAX_PRINTED_NAME = 4_096;
    static final String MEMBERS = "SELECT c.id, c.der FROM trust_member m JOIN certificate c ON c.id = m.certificate"
            + " WHERE m.collection = ? AND m.role = ? ORDER BY c.not_after, c.id";
}
