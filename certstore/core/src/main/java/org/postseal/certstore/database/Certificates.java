package org.postseal.certstore.database;

import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * Certificates, each stored once, with entries that say where it came from. A certificate without entry, pin, mapping
 * and key is deleted.
 */
public final class Certificates {
    private final Access access;

    Certificates(Access access) {
        this.access = access;
    }

    /**
     * Adds a certificate of our own users or of a partner. Returns true if it had not been added with this origin
     * before.
     */
    public boolean add(MailCertificate certificate, Origin origin, Act act) {
        return addAll(List.of(certificate), origin, act) == 1;
    }

    /**
     * Adds all certificates, or none if anything fails. Returns the number of those that had not been added with this
     * origin before.
     */
    public int addAll(Collection<MailCertificate> certificates, Origin origin, Act act) {
        return access.write(sql -> {
            int added = 0;
            for (MailCertificate certificate : certificates) {
                CertificateRows.insert(sql, certificate);
                added += CertificateRows.enter(sql, certificate.id(), origin.source(), origin.state(), act) ? 1 : 0;
            }
            return added;
        });
    }

    /** Says whose certificate an administrator adds. */
    public enum Origin {
        /** The certificate belongs to one of our own users. */
        OWN,
        /** The certificate belongs to a partner, or to an authority and serves to build paths. */
        IMPORTED;

        EntryState state() {
            return this == OWN ? EntryState.OWN : EntryState.IMPORTED;
        }

        String source() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns the certificate with its entries. */
    public Optional<StoredCertificate> find(CertificateId id) {
        return access.read(sql -> {
            Optional<MailCertificate> found =
                    sql.first("SELECT id, der FROM certificate WHERE id = ?", Rows::certificate, id);
            return found.isEmpty() ? Optional.empty() : Optional.of(withEntries(sql, found.get()));
        });
    }

    /**
     * Returns at most {@code limit} certificates whose id begins with {@code hex}, which has at least 4 digits in
     * either case. Returns an empty list if {@code hex} is no such text.
     */
    public List<MailCertificate> withIdPrefix(String hex, int limit) {
        String digits = hex.toLowerCase(Locale.ROOT);
        if (!PREFIX.matcher(digits).matches()) {
            return List.of();
        }
        byte[] from = Octets.ofHex(digits + "0".repeat(64 - digits.length()));
        byte[] to = Octets.ofHex(digits + "f".repeat(64 - digits.length()));
        return access.read(sql -> sql.list(
                "SELECT id, der FROM certificate WHERE id >= ? AND id <= ? ORDER BY id LIMIT ?",
                Rows::certificate,
                from,
                to,
                limit));
    }

    /** Returns the certificates that carry the address, whatever their source. */
    public List<MailCertificate> withAddress(MailAddress address) {
        return access.read(sql -> sql.list(BY_ADDRESS, Rows::certificate, address));
    }

    /**
     * Returns the certificates with this serial number and this issuer, whose name is compared octet for octet. There
     * should be at most one.
     */
    public List<MailCertificate> issuedAs(X500Name issuer, BigInteger serial) {
        return access.read(sql ->
                sql.list(BY_ISSUER, Rows::certificate, Octets.nameHash(issuer), Octets.indexed(serial.toByteArray())));
    }

    public List<MailCertificate> withSubjectKeyIdentifier(KeyIdentifier identifier) {
        return access.read(sql -> sql.list(BY_SUBJECT_KEY_ID, Rows::certificate, identifier));
    }

    public List<MailCertificate> ofPublicKey(PublicKeyId key) {
        return access.read(sql -> sql.list(BY_PUBLIC_KEY, Rows::certificate, key));
    }

    /** Returns the certificates of possible issuers with this subject, which is compared octet for octet. */
    public List<MailCertificate> ofSubject(X500Name subject) {
        return access.read(sql -> sql.list(BY_SUBJECT, Rows::certificate, Octets.nameHash(subject)));
    }

    /** Returns one page, soonest expiry first. */
    public List<StoredCertificate> list(CertificateFilter filter) {
        return access.read(sql -> {
            List<@Nullable Object> values = new ArrayList<>();
            String query = listing(filter, isSmall(sql, filter.source()), values);
            List<StoredCertificate> page = new ArrayList<>();
            for (MailCertificate certificate : sql.list(query, Rows::certificate, values.toArray())) {
                page.add(withEntries(sql, certificate));
            }
            return page;
        });
    }

    /** Hands over every certificate that the filter finds, page by page, and so without having all in memory. */
    public void forEach(CertificateFilter filter, Consumer<StoredCertificate> taker) {
        CertificateFilter next = filter;
        List<StoredCertificate> page = list(next);
        while (!page.isEmpty()) {
            page.forEach(taker);
            next = next.following(page.getLast().certificate());
            page = page.size() < filter.limit() ? List.of() : list(next);
        }
    }

    /**
     * The number of certificates of one kind that expire on one day.
     *
     * @param day the start of the day in UTC
     * @param kind {@link EntryState#OWN}, {@link EntryState#TRUSTED} for an issuer's certificate, otherwise
     *     {@link EntryState#IMPORTED}
     */
    public record Expiring(Instant day, EntryState kind, long certificates) {}

    /**
     * Counts the certificates that expire from {@code from} on and before {@code until}, per day and kind, soonest
     * first. Days without any are left out.
     */
    public List<Expiring> expiring(Instant from, Instant until) {
        return access.read(sql -> sql.list(
                EXPIRING,
                row -> new Expiring(
                        Instant.ofEpochSecond(row.getLong("day") * 86_400),
                        EntryState.ofStored(row.getString("kind")),
                        row.getLong("certificates")),
                from,
                until));
    }

    /**
     * Removes an imported or harvested certificate, with its entries {@code own}, {@code imported} and {@code harvest}.
     */
    public Removal remove(CertificateId id) {
        return access.write(sql -> {
            if (!sql.exists("SELECT 1 FROM certificate WHERE id = ?", id)) {
                return new Removal.Absent();
            }
            List<String> needed = new ArrayList<>();
            needed.addAll(sql.list(
                    "SELECT private_key FROM key_certificate WHERE certificate = ?",
                    row -> "private key " + Rows.publicKeyId(row, "private_key"),
                    id));
            needed.addAll(sql.list(
                    "SELECT address, purpose FROM pin WHERE certificate = ?",
                    row -> "pin of " + row.getString("address") + " for " + row.getString("purpose"),
                    id));
            needed.addAll(sql.list(
                    "SELECT pattern FROM certificate_map WHERE certificate = ?",
                    row -> "mapping to " + row.getString("pattern"),
                    id));
            needed.addAll(sql.list(
                    "SELECT source FROM entry WHERE certificate = ? AND state IN ('mirrored', 'trusted')",
                    row -> row.getString("source"),
                    id));
            if (!needed.isEmpty()) {
                return new Removal.StillNeeded(needed);
            }
            sql.update("DELETE FROM harvest WHERE certificate = ?", id);
            sql.update("DELETE FROM entry WHERE certificate = ?", id);
            CertificateRows.dropIfUnused(sql, id);
            return new Removal.Removed();
        });
    }

    public sealed interface Removal {
        record Removed() implements Removal {}

        /** There was no such certificate. */
        record Absent() implements Removal {}

        /** Nothing changed, because these things still need the certificate. They have to be removed first. */
        record StillNeeded(List<String> by) implements Removal {
            public StillNeeded {
                by = List.copyOf(by);
            }
        }
    }

    private static StoredCertificate withEntries(Sql sql, MailCertificate certificate) throws SQLException {
        return new StoredCertificate(
                certificate,
                sql.list(
                        "SELECT source, state, who, added, note FROM entry WHERE certificate = ? ORDER BY source",
                        Rows::entry,
                        certificate.id()));
    }

    // Of a small source, all certificates are fetched and sorted. Of a large one, a scan in the order of expiry finds
    // the first page soon.
    private static boolean isSmall(Sql sql, Optional<String> source) throws SQLException {
        return source.isPresent()
                && sql.list("SELECT 1 FROM entry WHERE source = ? LIMIT ?", row -> 1, source, SMALL_SOURCE)
                                .size()
                        < SMALL_SOURCE;
    }

    private static String listing(CertificateFilter filter, boolean isSmall, List<@Nullable Object> values) {
        StringBuilder query = new StringBuilder("SELECT c.id, c.der FROM ");
        query.append(
                isSmall
                        ? "entry e JOIN certificate c ON c.id = e.certificate WHERE 1 = 1"
                        : "certificate c WHERE 1 = 1");
        filter.source().ifPresent(source -> {
            query.append(
                    isSmall
                            ? " AND e.source = ?"
                            : " AND EXISTS (SELECT 1 FROM entry e WHERE e.certificate = c.id AND e.source = ?)");
            values.add(source);
        });
        filter.address().ifPresent(address -> {
            query.append(" AND c.id IN (SELECT certificate FROM certificate_address WHERE address = ?)");
            values.add(address);
        });
        filter.expiresBefore().ifPresent(time -> {
            query.append(" AND c.not_after < ?");
            values.add(time);
        });
        filter.after().ifPresent(position -> {
            query.append(" AND (c.not_after, c.id) > (?, ?)");
            values.add(position.notAfter());
            values.add(position.id());
        });
        query.append(" ORDER BY c.not_after, c.id LIMIT ?");
        values.add(filter.limit());
        return query.toString();
    }

    private static final int SMALL_SOURCE = 5_000;
    private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{4,64}");
    private static final String IS_OF = "EXISTS (SELECT 1 FROM entry e WHERE e.certificate = c.id AND e.state = '";
    static final String EXPIRING = "SELECT c.not_after / 86400000 AS day, CASE WHEN " + IS_OF + "own') THEN 'own' WHEN "
            + IS_OF + "trusted') OR c.authority_hash IS NOT NULL THEN 'trusted' ELSE 'imported' END AS kind,"
            + " count(*) AS certificates FROM certificate c WHERE c.not_after >= ? AND c.not_after < ?"
            + " GROUP BY 1, 2 ORDER BY 1, 2";
    static final String BY_ADDRESS = "SELECT c.id, c.der FROM certificate_address a"
            + " JOIN certificate c ON c.id = a.certificate WHERE a.address = ?";
    static final String BY_ISSUER = "SELECT id, der FROM certificate WHERE issuer_hash = ? AND serial = ?";
    static final String BY_SUBJECT = "SELECT id, der FROM certificate WHERE authority_hash = ?";
    static final String BY_SUBJECT_KEY_ID = "SELECT id, der FROM certificate WHERE subject_key_id = ?";
    static final String BY_PUBLIC_KEY = "SELECT id, der FROM certificate WHERE public_key = ?";
}
