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
import java.util.function.Predicate;
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
 * The private keys of the database, opened by a master key when they are needed. Each is named by its public key. Thread-safe.
 *
 * <p>Every look-up reads the rows, so that what another process imports, maps or removes counts at once; only what a row opens to is kept in memory.
 */
public final class KeyVault {
    private static final CacheCount COUNT = CacheCount.of("keys");

    private final CertificateDatabase database;
    private final MasterKey master;
    private final Map<String, MasterKey> masters = new LinkedHashMap<>();
    private final Cache<ByteBuffer, KeyMaterial> opened =
            Caffeine.newBuilder().maximumSize(MAX_OPENED).build();
    private final Cache<ChainOf, List<MailCertificate>> chains =
            Caffeine.newBuilder().maximumSize(MAX_OPENED).build();

    /** Keys wrapped by {@code master}; new ones are wrapped by it too. */
    public KeyVault(CertificateDatabase database, MasterKey master) {
        this(database, master, List.of());
    }

    /**
     * As above, while the master key is being changed.
     *
     * @param former open what they wrapped, wrap nothing
     */
    public KeyVault(CertificateDatabase database, MasterKey master, List<MasterKey> former) {
        this.database = database;
        this.master = master;
        former.forEach(each -> masters.put(each.name(), each));
        masters.put(master.name(), master);
    }

    private record ChainOf(CertificateId certificate, long changes) {}

    /** What came of an import. */
    public sealed interface KeyImport {
        /**
         * The key is stored.
         *
         * @param paired certificates it is used under from this import on
         * @param isNew false when the key was there already
         */
        record Imported(PublicKeyId id, List<MailCertificate> paired, boolean isNew) implements KeyImport {}

        /**
         * Nothing changed: no certificate may use the key.
         *
         * @param unvouched certificates of this key that are stored, but neither came with it nor are vouched for
         */
        record WithoutCertificate(PublicKeyId id, List<MailCertificate> unvouched) implements KeyImport {}
    }

    /**
     * A key, without its secret.
     *
     * @param kind of its certificates; empty while it waits for the first
     * @param certificates newest first; none while it waits for the answer to a request
     * @param addresses of the certificates and those mapped
     * @param mapped the administrator gave it these
     * @param opens false when none of the master keys at hand wrapped it
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

    /** A key on its way into a PKCS #12 file, with the certificates it is used under, newest first, and the issuers of the first. */
    public record Exported(KeyMaterial key, List<MailCertificate> certificates, List<MailCertificate> chain) {}

    /**
     * Imports a key.
     *
     * @param beside the certificates of the same file; all are stored. Those of this key are paired with it
     * @param isVouchedFor whether a stored certificate of this key, which did not come with it, may use it: it has, or had in its time, a path to an anchor.
     *     Anybody can have a certificate made over somebody else's public key
     */
    public KeyImport importKey(
            KeyMaterial key, List<MailCertificate> beside, Predicate<MailCertificate> isVouchedFor, Act act) {
        return database.write(transaction -> importKey(
                transaction,
                key,
                beside,
                certificate -> isVouchedFor.test(certificate) ? Optional.of(PairedBy.PATH) : Optional.empty(),
                act));
    }

    /**
     * As above, as part of a transaction.
     *
     * @param within the transaction; nothing of the import stays when it fails
     * @param vouching why a stored certificate of this key, which did not come with it, may use it; not {@code IMPORT}
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
     * Keeps a key that a certificate was asked for, and that nobody uses before there is one.
     *
     * @param address whose it is to be
     */
    public PublicKeyId keepForRequest(Contents within, KeyMaterial key, MailAddress address, Act act) {
        PublicKeyId id = PublicKeyId.of(key.publicKey());
        within.wrappedKeys().keepForRequest(KeyWrap.wrap(key, master), act);
        within.wrappedKeys().map(id, address, act);
        return id;
    }

    /**
     * Lets a stored key be used under a certificate of its public key, as part of a transaction.
     *
     * @return false when there is no such key
     */
    public static boolean pair(Contents within, MailCertificate certificate, PairedBy by, Act act) {
        PublicKeyId id = PublicKeyId.of(certificate);
        if (within.wrappedKeys().find(id).isEmpty()) {
            return false;
        }
        within.certificates().add(certificate, Certificates.Origin.OWN, act);
        within.wrappedKeys().pair(id, certificate.id(), by);
        return true;
    }

    /**
     * Lets a stored key be used under one more certificate of its public key (a renewal), which is stored as our own.
     *
     * @param by why that may be; not {@code IMPORT}
     * @return false when there is no such key
     */
    public boolean pair(MailCertificate certificate, PairedBy by, Act act) {
        if (by == PairedBy.IMPORT) {
            throw new IllegalArgumentException("an import pairs by itself");
        }
        PublicKeyId id = PublicKeyId.of(certificate);
        return database.write(transaction -> {
            if (transaction.wrappedKeys().find(id).isEmpty()) {
                return false;
            }
            transaction.certificates().add(certificate, Certificates.Origin.OWN, act);
            transaction.wrappedKeys().pair(id, certificate.id(), by);
            return true;
        });
    }

    /** Keys by id, beginning behind {@code after}. Opens none. */
    public List<VaultKey> list(Optional<PublicKeyId> after, int limit) {
        return database.wrappedKeys().list(after, limit).stream()
                .map(this::described)
                .toList();
    }

    /** The key of this id. Does not open it. */
    public Optional<VaultKey> find(PublicKeyId id) {
        return database.wrappedKeys().find(id).map(this::described);
    }

    /**
     * The key for a PKCS #12 file; empty when there is none.
     *
     * @throws KeyFileException when it does not open
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

    /** Removes a key for good, from the disk as well; its certificates stay. False when there is none. */
    public boolean remove(PublicKeyId id) {
        boolean removed = database.wrappedKeys().remove(id);
        opened.invalidateAll();
        database.emptyLog();
        return removed;
    }

    /** Lets the key open mail for an address that none of its certificates carries; false when there is no such key. */
    public boolean map(PublicKeyId id, MailAddress address, Act act) {
        return database.wrappedKeys().map(id, address, act);
    }

    /** Takes that back; false when it was not so. */
    public boolean unmap(PublicKeyId id, MailAddress address) {
        return database.wrappedKeys().unmap(id, address);
    }

    /**
     * The keys whose certificate carries {@code address}, and those mapped to it, each once per certificate, newest certificate first. Expired ones included.
     *
     * @throws StoreUnavailableException when the database cannot be read, or any of these keys does not open: mail is deferred rather than tried with fewer
     */
    public List<KeyHandle> keysOf(MailAddress address) {
        try {
            List<KeyHandle> handles = new ArrayList<>();
            for (WrappedKeys.Pair pair : database.wrappedKeys().usableFor(address)) {
                handles.add(open(pair.key()).handle(pair.certificate(), chain(pair.certificate())));
            }
            handles.sort(NEWEST_FIRST);
            return List.copyOf(handles);
        } catch (KeyFileException | DatabaseException e) {
            throw new StoreUnavailableException("keys of " + address + ": " + e.getMessage(), e);
        }
    }

    /**
     * Wraps every key anew by {@code next}, all or none; then this vault opens none of them any more.
     *
     * @return how many
     * @throws KeyFileException when one does not open; nothing changed then
     */
    public int rewrap(MasterKey next) throws KeyFileException {
        try {
            int count = database.write(transaction -> rewrapAll(transaction, next));
            opened.invalidateAll();
            database.emptyLog();
            return count;
        } catch (NotOpened e) {
            throw e.why;
        }
    }

    /**
     * As above, as part of a transaction.
     *
     * @param within the transaction; to be given up when this fails. Once it is done, {@link CertificateDatabase#emptyLog} takes what was before from the disk
     */
    public int rewrap(Contents within, MasterKey next) throws KeyFileException {
        try {
            return rewrapAll(within, next);
        } catch (NotOpened e) {
            throw e.why;
        }
    }

    private int rewrapAll(Contents transaction, MasterKey next) {
        int count = 0;
        Optional<PublicKeyId> last = Optional.empty();
        while (true) {
            List<WrappedKeys.Described> page = transaction.wrappedKeys().list(last, 100);
            if (page.isEmpty()) {
                return count;
            }
            for (WrappedKeys.Described each : page) {
                try {
                    transaction.wrappedKeys().rewrap(KeyWrap.wrap(open(each.key()), next));
                } catch (KeyFileException e) {
                    throw new NotOpened(e);
                }
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
        MasterKey by = masters.get(HexFormat.of().formatHex(wrapped.master()));
        if (by == null) {
            throw new KeyFileException("private key " + wrapped.id() + " is wrapped by another master key");
        }
        KeyMaterial key = KeyWrap.unwrap(wrapped, by);
        opened.put(row, key);
        return key;
    }

    // all of the row: a changed one is another entry, and does not open
    private static ByteBuffer whole(WrappedKey key) {
        return ByteBuffer.allocate(32 + 4 + key.master().length + key.nonce().length + key.wrapped().length)
                .put(key.id().octets())
                .putInt(key.format())
                .put(key.master())
                .put(key.nonce())
                .put(key.wrapped())
                .flip();
    }

    private List<MailCertificate> chain(MailCertificate certificate) {
        ChainOf key = new ChainOf(certificate.id(), database.changes());
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
                masters.containsKey(HexFormat.of().formatHex(key.key().master())));
    }

    /** Carries a failure out of a transaction, which rolls it back. */
    private static final class NotOpened extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final KeyFileException why;

        NotOpened(KeyFileException why) {
            super(why);
            this.why = why;
        }
    }

    private static final int MAX_OPENED = 10_000;
    private static final java.util.Comparator<KeyHandle> NEWEST_FIRST = java.util.Comparator.comparing(
                    (KeyHandle key) -> key.certificate().notBefore(), java.util.Comparator.reverseOrder())
            .thenComparing(key -> key.certificate().notAfter(), java.util.Comparator.reverseOrder())
            .thenComparing(key -> key.certificate().id().hex());
}
