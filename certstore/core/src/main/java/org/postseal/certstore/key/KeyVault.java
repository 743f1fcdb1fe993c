package org.postseal.certstore.key;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.postseal.certstore.CacheCount;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Certificates;
import org.postseal.certstore.database.Contents;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.WrappedKey;
import org.postseal.certstore.database.WrappedKeys;
import org.postseal.certstore.database.WrappedKeys.PairedBy;

/**
 * The private keys of the database. A master key unwraps them when they are needed. Each key is named by its public
 * key. Thread-safe.
 *
 * <p>Every look-up reads the rows, so an import, mapping or removal by another process counts at once. Only the
 * unwrapped keys are kept in memory.
 */
public final class KeyVault {
    private static final CacheCount COUNT = CacheCount.of("keys");

    private final CertificateDatabase database;
    private final MasterKey master;
    private final Cache<ByteBuffer, KeyMaterial> opened =
            Caffeine.newBuilder().maximumSize(MAX_OPENED).build();
    private final Cache<ChainOf, List<MailCertificate>> chains =
            Caffeine.newBuilder().maximumSize(MAX_OPENED).build();

    /** Opens the vault of keys wrapped by {@code master}, which also wraps new keys. */
    public KeyVault(CertificateDatabase database, MasterKey master) {
        this.database = database;
        this.master = master;
    }

    private record ChainOf(CertificateId certificate, long authorities) {}

    private record Usable(List<WrappedKeys.Pair> pairs, long authorities) {}

    public sealed interface KeyImport {
        /**
         * The key is stored.
         *
         * @param paired the certificates that this import lets the key be used under
         * @param isNew false if the key was already there
         */
        record Imported(PublicKeyId id, List<MailCertificate> paired, boolean isNew) implements KeyImport {}

        /**
         * Nothing changed, because no certificate may use the key.
         *
         * @param unvouched stored certificates of this key that neither came with it nor are vouched for
         */
        record WithoutCertificate(PublicKeyId id, List<MailCertificate> unvouched) implements KeyImport {}
    }

    /**
     * Describes a key without its secret.
     *
     * @param kind the kind of key that its certificates name; empty while it has no certificate
     * @param certificates its certificates, newest first; none while it waits for the answer to a request
     * @param addresses the addresses of the certificates and the mapped ones
     * @param mapped the addresses that the administrator gave the key
     * @param opens false if another master key wrapped it
     */
    public record VaultKey(
            PublicKeyId id,
            Optional<PublicKeyKind> kind,
            boolean isHardware,
            List<MailCertificate> certificates,
            List<MailAddress> addresses,
            List<MailAddress> mapped,
            Act imported,
            boolean opens) {}

    /**
     * A key for a PKCS #12 file, with the certificates it is used under, newest first, and the issuers of the first.
     */
    public record Exported(KeyMaterial key, List<MailCertificate> certificates, List<MailCertificate> chain) {}

    /**
     * Imports a key as part of a transaction.
     *
     * @param within the transaction; nothing of the import stays if it fails
     * @param vouching why a stored certificate of this key that did not come with it may use it; never {@code IMPORT}
     */
    public KeyImport importKey(
            Contents within,
            KeyMaterial key,
            List<MailCertificate> beside,
            Function<MailCertificate, Optional<PairedBy>> vouching,
            Act act) {
        PublicKeyId id = PublicKeyId.of(key.publicKey());
        List<MailCertificate> own = beside.stream().filter(key::matches).toList();
        List<MailCertificate> stored = within.certificates().ofPublicKey(id).stream()
                .filter(certificate -> !own.contains(certificate))
                .toList();
        Map<MailCertificate, PairedBy> vouched = new LinkedHashMap<>();
        stored.forEach(each -> vouching.apply(each).ifPresent(by -> vouched.put(each, by)));
        if (own.isEmpty() && vouched.isEmpty()) {
            return new KeyImport.WithoutCertificate(id, stored);
        }
        List<MailCertificate> others = beside.stream()
                .filter(certificate -> !own.contains(certificate))
                .toList();
        within.certificates().addAll(own, Certificates.Origin.OWN, act);
        within.certificates().addAll(vouched.keySet(), Certificates.Origin.OWN, act);
        within.certificates().addAll(others, Certificates.Origin.IMPORTED, act);
        Map<CertificateId, PairedBy> pairs = new LinkedHashMap<>();
        own.forEach(each -> pairs.put(each.id(), PairedBy.IMPORT));
        vouched.forEach((each, by) -> pairs.put(each.id(), by));
        boolean isNew = within.wrappedKeys().put(KeyWrap.wrap(key, master), pairs, act);
        List<MailCertificate> paired = new ArrayList<>(own);
        paired.addAll(vouched.keySet());
        return new KeyImport.Imported(id, List.copyOf(paired), isNew);
    }

    /**
     * Stores a key for which a certificate was requested. It is not used before there is a certificate.
     *
     * @param address the address that the key is meant for
     */
    public PublicKeyId keepForRequest(Contents within, KeyMaterial key, MailAddress address, Act act) {
        PublicKeyId id = PublicKeyId.of(key.publicKey());
        within.wrappedKeys().keepForRequest(KeyWrap.wrap(key, master), act);
        within.wrappedKeys().map(id, address, act);
        return id;
    }

    /**
     * Lets a stored key be used under one more certificate of its public key, since the administrator says so. The
     * certificate is stored as our own.
     *
     * @return false if there is no such key
     */
    public static boolean pair(Contents within, MailCertificate certificate, Act act) {
        PublicKeyId id = PublicKeyId.of(certificate);
        if (within.wrappedKeys().find(id).isEmpty()) {
            return false;
        }
        within.certificates().add(certificate, Certificates.Origin.OWN, act);
        within.wrappedKeys().pair(id, certificate.id(), PairedBy.ADMINISTRATOR);
        return true;
    }

    /**
     * Returns true if a stored key is wrapped by another master key. A key that this vault wraps would then leave the
     * database with two, of which a gateway has one.
     */
    public boolean isOfAnotherMaster(Contents within) {
        return within.wrappedKeys().list(Optional.empty(), 1).stream().anyMatch(each -> !isOurs(each.key()));
    }

    /** Lists keys by id, starting behind {@code after}, without unwrapping any. */
    public List<VaultKey> list(Optional<PublicKeyId> after, int limit) {
        return database.wrappedKeys().list(after, limit).stream()
                .map(this::described)
                .toList();
    }

    /**
     * Returns the key for a PKCS #12 file, or empty if there is none.
     *
     * @throws KeyFileException if the key cannot be unwrapped
     */
    public Optional<Exported> export(PublicKeyId id) throws KeyFileException {
        Optional<WrappedKeys.Described> found = database.wrappedKeys().find(id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        List<MailCertificate> certificates = found.get().certificates();
        return Optional.of(new Exported(
                open(found.get().key()),
                certificates,
                certificates.isEmpty() ? List.of() : database.wrappedKeys().intermediates(certificates.getFirst())));
    }

    /**
     * Returns the keys whose certificate carries {@code address} and those mapped to it, each once per certificate,
     * newest certificate first. Keys with expired certificates are included.
     *
     * @throws StoreUnavailableException if the database cannot be read, or if any of these keys cannot be unwrapped;
     *     mail is then deferred rather than tried with fewer keys
     */
    public List<KeyHandle> keysOf(MailAddress address) {
        try {
            Usable usable = database.read(within -> new Usable(
                    within.wrappedKeys().usableFor(address),
                    within.wrappedKeys().authorities()));
            List<KeyHandle> handles = new ArrayList<>();
            for (WrappedKeys.Pair pair : usable.pairs()) {
                List<MailCertificate> chain = chain(pair.certificate(), usable.authorities());
                handles.add(open(pair.key()).handle(pair.certificate(), chain));
            }
            handles.sort(NEWEST_FIRST);
            return List.copyOf(handles);
        } catch (KeyFileException | DatabaseException e) {
            throw new StoreUnavailableException("keys of " + address + ": " + e.getMessage(), e);
        }
    }

    /**
     * Wraps every key anew by {@code next}, as part of a transaction. After that, this vault can unwrap none of them.
     *
     * @param within the transaction, which the caller must give up if this fails. After it is committed,
     *     {@link CertificateDatabase#emptyLog} removes the old rows from the disk
     * @return the number of keys
     */
    public int rewrap(Contents within, MasterKey next) throws KeyFileException {
        int count = 0;
        Optional<PublicKeyId> last = Optional.empty();
        while (true) {
            List<WrappedKeys.Described> page = within.wrappedKeys().list(last, 100);
            if (page.isEmpty()) {
                return count;
            }
            for (WrappedKeys.Described each : page) {
                within.wrappedKeys().rewrap(KeyWrap.wrap(open(each.key()), next));
                count++;
            }
            last = Optional.of(page.getLast().key().id());
        }
    }

    private KeyMaterial open(WrappedKey wrapped) throws KeyFileException {
        ByteBuffer row = whole(wrapped);
        KeyMaterial known = opened.getIfPresent(row);
        if (known != null) {
            COUNT.hit();
            return known;
        }
        COUNT.miss();
        if (!isOurs(wrapped)) {
            throw new KeyFileException("private key " + wrapped.id() + " is wrapped by another master key");
        }
        KeyMaterial key = KeyWrap.unwrap(wrapped, master);
        opened.put(row, key);
        return key;
    }

    private boolean isOurs(WrappedKey key) {
        return HexFormat.of().formatHex(key.master()).equals(master.name());
    }

    // The whole row is the cache key. A changed row is another entry, and cannot be unwrapped.
    private static ByteBuffer whole(WrappedKey key) {
        return ByteBuffer.allocate(32 + 4 + key.master().length + key.nonce().length + key.wrapped().length)
                .put(key.id().octets())
                .putInt(key.format())
                .put(key.master())
                .put(key.nonce())
                .put(key.wrapped())
                .flip();
    }

    private List<MailCertificate> chain(MailCertificate certificate, long authorities) {
        ChainOf key = new ChainOf(certificate.id(), authorities);
        List<MailCertificate> known = chains.getIfPresent(key);
        if (known == null) {
            known = database.wrappedKeys().intermediates(certificate);
            chains.put(key, known);
        }
        return known;
    }

    private VaultKey described(WrappedKeys.Described key) {
        Set<MailAddress> addresses = new LinkedHashSet<>();
        key.certificates().forEach(certificate -> addresses.addAll(certificate.addresses()));
        addresses.addAll(key.mapped());
        return new VaultKey(
                key.key().id(),
                key.certificates().stream().findFirst().map(MailCertificate::keyKind),
                false,
                key.certificates(),
                List.copyOf(addresses),
                key.mapped(),
                key.imported(),
                isOurs(key.key()));
    }

    private static final int MAX_OPENED = 10_000;
    private static final java.util.Comparator<KeyHandle> NEWEST_FIRST = java.util.Comparator.comparing(
                    (KeyHandle key) -> key.certificate().notBefore(), java.util.Comparator.reverseOrder())
            .thenComparing(key -> key.certificate().notAfter(), java.util.Comparator.reverseOrder())
            .thenComparing(key -> key.certificate().id().hex());
}
