package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/** Stores wrapped private keys with the certificates they are used under. It knows no secret. */
public final class WrappedKeys {
    private final Access access;

    WrappedKeys(Access access) {
        this.access = access;
    }

    /**
     * Says why a certificate may use a key. The same public key is not enough, since anybody can obtain a certificate
     * over somebody else's key.
     */
    public enum PairedBy {
        /** Both came in one file. */
        IMPORT,
        /** The administrator said so. */
        ADMINISTRATOR,
        /** The certificate had a path to a trust anchor. */
        PATH
    }

    /** A key with one of the certificates it is used under. */
    public record Pair(WrappedKey key, MailCertificate certificate) {}

    /**
     * A key with everything that is known of it.
     *
     * @param mapped addresses that the administrator gave it in addition to those of its certificates
     */
    public record Described(
            WrappedKey key, List<MailCertificate> certificates, List<MailAddress> mapped, Act imported) {
        public Described {
            certificates = List.copyOf(certificates);
            mapped = List.copyOf(mapped);
        }
    }

    /**
     * Stores a key, or replaces it, for use under these stored certificates. Returns true if the key was not there.
     *
     * @param pairs the certificates, at least one, each with the reason why it may use the key
     */
    public boolean put(WrappedKey key, Map<CertificateId, PairedBy> pairs, Act act) {
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("a key is used under one certificate at least");
        }
        return access.write(sql -> {
            boolean isNew = !sql.exists("SELECT 1 FROM private_key WHERE id = ?", key.id());
            sql.update(
                    "INSERT INTO private_key (id, format, master, nonce, wrapped, who, added, note)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id)"
                            + " DO UPDATE SET format = excluded.format, master = excluded.master,"
                            + " nonce = excluded.nonce, wrapped = excluded.wrapped",
                    key.id(),
                    key.format(),
                    key.master(),
                    key.nonce(),
                    key.wrapped(),
                    act.who(),
                    act.when(),
                    act.note());
            for (Map.Entry<CertificateId, PairedBy> each : pairs.entrySet()) {
                pair(sql, key.id(), each.getKey(), each.getValue());
            }
            return isNew;
        });
    }

    /** Stores a key that is used under no certificate yet. */
    public void keepForRequest(WrappedKey key, Act act) {
        access.write(sql -> sql.update(
                "INSERT INTO private_key (id, format, master, nonce, wrapped, who, added, note)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                key.id(),
                key.format(),
                key.master(),
                key.nonce(),
                key.wrapped(),
                act.who(),
                act.when(),
                act.note()));
    }

    /** Replaces a stored key by the same key wrapped under another master key. Returns false if it is not there. */
    public boolean rewrap(WrappedKey key) {
        return access.write(sql -> sql.update(
                        "UPDATE private_key SET format = ?, master = ?, nonce = ?, wrapped = ? WHERE id = ?",
                        key.format(),
                        key.master(),
                        key.nonce(),
                        key.wrapped(),
                        key.id())
                > 0);
    }

    /** Lets the key be used under a certificate of its own public key. The certificate must be stored. */
    public void pair(PublicKeyId key, CertificateId certificate, PairedBy by) {
        access.write(sql -> pair(sql, key, certificate, by));
    }

    /** Gives the key an address that none of its certificates carries. Returns false if there is no such key. */
    public boolean map(PublicKeyId key, MailAddress address, Act act) {
        return access.write(sql -> sql.exists("SELECT 1 FROM private_key WHERE id = ?", key)
                && sql.update(
                                "INSERT INTO key_map (address, private_key, who, added, note) VALUES (?, ?, ?, ?, ?)"
                                        + " ON CONFLICT (address, private_key) DO UPDATE SET who = excluded.who,"
                                        + " added = excluded.added, note = excluded.note",
                                address,
                                key,
                                act.who(),
                                act.when(),
                                act.note())
                        > 0);
    }

    /** Takes such an address from the key again. Returns false if the key did not have it. */
    public boolean unmap(PublicKeyId key, MailAddress address) {
        return access.write(
                sql -> sql.update("DELETE FROM key_map WHERE private_key = ? AND address = ?", key, address) > 0);
    }

    /** Removes a key for good. Its certificates stay. Returns false if there is no such key. */
    public boolean remove(PublicKeyId key) {
        return access.write(sql -> sql.update("DELETE FROM private_key WHERE id = ?", key) > 0);
    }

    public Optional<Described> find(PublicKeyId key) {
        return access.read(sql -> {
            List<Described> found = described(sql, " WHERE id = ?", key);
            return found.stream().findFirst();
        });
    }

    /** Lists keys by id, starting behind {@code after}. */
    public List<Described> list(Optional<PublicKeyId> after, int limit) {
        byte[] position = after.map(PublicKeyId::octets).orElse(new byte[0]);
        return access.read(sql -> described(sql, " WHERE id > ? ORDER BY id LIMIT ?", position, limit));
    }

    /**
     * Returns each key with each of its certificates that carries the address. A key that is mapped to the address is
     * returned with all of its certificates.
     */
    public List<Pair> usableFor(MailAddress address) {
        return access.read(sql -> {
            Map<List<String>, Pair> pairs = new LinkedHashMap<>();
            for (String query : List.of(BY_ADDRESS, BY_MAP)) {
                for (Pair pair : sql.list(query, WrappedKeys::pair, address)) {
                    pairs.put(
                            List.of(
                                    pair.key().id().hex(),
                                    pair.certificate().id().hex()),
                            pair);
                }
            }
            return List.copyOf(pairs.values());
        });
    }

    /** Returns the stored issuers of {@code certificate} up to the anchor, which is left out. */
    public List<MailCertificate> intermediates(MailCertificate certificate) {
        return access.read(sql -> Issuance.intermediates(sql, certificate));
    }

    /** Returns true if the issuer of {@code certificate} is stored, or it issued itself. */
    public boolean isIssuerKnown(MailCertificate certificate) {
        return certificate.isSelfIssued()
                || access.read(sql -> Issuance.issuer(sql, certificate)).isPresent();
    }

    /** Returns a number that changes whenever {@link #intermediates} may return something else. */
    public long authorities() {
        return access.read(sql -> sql.first(AUTHORITIES, row -> row.getLong(1)).orElse(0L));
    }

    private static boolean pair(Sql sql, PublicKeyId key, CertificateId certificate, PairedBy by) throws SQLException {
        if (!sql.exists("SELECT 1 FROM certificate WHERE id = ? AND public_key = ?", certificate, key)) {
            throw new IllegalArgumentException("certificate is not stored, or for another key: " + certificate);
        }
        return sql.update(
                        "INSERT INTO key_certificate (private_key, certificate, paired_by)"
                                + " VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                        key,
                        certificate,
                        by)
                > 0;
    }

    private static List<Described> described(Sql sql, String condition, Object... values) throws SQLException {
        List<Described> found = new ArrayList<>();
        for (Described head : sql.list(
                "SELECT id AS key_id, format, master, nonce, wrapped, who, added, note FROM private_key" + condition,
                row -> new Described(key(row), List.of(), List.of(), Rows.act(row)),
                values)) {
            PublicKeyId id = head.key().id();
            found.add(new Described(
                    head.key(),
                    sql.list(CERTIFICATES_OF_KEY, Rows::certificate, id),
                    sql.list(ADDRESSES_OF_KEY, row -> Rows.address(row, "address"), id),
                    head.imported()));
        }
        return found;
    }

    private static Pair pair(ResultSet row) throws SQLException {
        return new Pair(key(row), Rows.certificate(row));
    }

    private static WrappedKey key(ResultSet row) throws SQLException {
        return new WrappedKey(
                Rows.publicKeyId(row, "key_id"),
                row.getInt("format"),
                row.getBytes("master"),
                row.getBytes("nonce"),
                row.getBytes("wrapped"));
    }

    private static final String PAIR =
            "SELECT k.id AS key_id, k.format, k.master, k.nonce, k.wrapped, c.id, c.der FROM ";
    static final String BY_ADDRESS = PAIR
            + "certificate_address a JOIN key_certificate kc ON kc.certificate = a.certificate"
            + " JOIN private_key k ON k.id = kc.private_key"
            + " JOIN certificate c ON c.id = kc.certificate WHERE a.address = ?";
    static final String BY_MAP = PAIR
            + "key_map m JOIN private_key k ON k.id = m.private_key JOIN key_certificate kc ON kc.private_key = k.id"
            + " JOIN certificate c ON c.id = kc.certificate WHERE m.address = ?";
    static final String AUTHORITIES = "SELECT authorities FROM generation";
    static final String CERTIFICATES_OF_KEY =
            "SELECT c.id, c.der FROM key_certificate kc JOIN certificate c ON c.id = kc.certificate"
                    + " WHERE kc.private_key = ? ORDER BY c.not_before DESC, c.id";
    static final String ADDRESSES_OF_KEY = "SELECT address FROM key_map WHERE private_key = ? ORDER BY address";
}
