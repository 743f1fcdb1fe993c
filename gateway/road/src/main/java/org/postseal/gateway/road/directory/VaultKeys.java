package org.postseal.gateway.road.directory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.WrappedKeys;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.certstore.source.KeySource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the wrapped keys of the database. The master key may be made or exchanged while the gateway runs, so it is read
 * when it is first needed, and again if the one at hand does not open a key. If there are keys and the master key is
 * missing, mail waits. A gateway that went on without its keys would deliver encrypted mail unopened, and refuse mail
 * that it should sign. Thread-safe.
 */
final class VaultKeys implements KeySource {
    private static final Logger LOG = LoggerFactory.getLogger(VaultKeys.class);

    private final CertificateDatabase database;
    private final Optional<Path> masterKey;
    private volatile @Nullable Opened opened;

    VaultKeys(CertificateDatabase database, Optional<Path> masterKey) {
        this.database = database;
        this.masterKey = masterKey;
    }

    /** Holds the keys, with the master key that was in the file. */
    private record Opened(MasterKey by, KeyVault vault) {}

    /**
     * Requires that the keys can be opened, if there are any.
     *
     * @throws KeyFileException if the master key is missing, cannot be read, or is another one
     */
    void demandOpenable() throws KeyFileException {
        Optional<Opened> found = opened();
        if (found.isEmpty()) {
            if (hasKeys()) {
                throw new KeyFileException(missing());
            }
        } else if (!opens(found.get())) {
            // The master key may have been exchanged since it was read, so it is read again, as for mail.
            opened = read().filter(VaultKeys::opens)
                    .orElseThrow(() -> new KeyFileException(
                            masterKey.orElseThrow() + " is not the master key that wrapped the keys of the database"));
        }
    }

    /**
     * Says why mail that needs one of the keys would wait, in words that everybody may read; the result is empty if it
     * would not wait.
     */
    Optional<String> fault() {
        try {
            demandOpenable();
            return Optional.empty();
        } catch (KeyFileException | DatabaseException e) {
            return Optional.of("the gateway cannot open the keys of its database; postseal check there says why");
        }
    }

    private static boolean opens(Opened by) {
        return by.vault().list(Optional.empty(), 1).stream().allMatch(KeyVault.VaultKey::opens);
    }

    @Override
    public String name() {
        return "own";
    }

    @Override
    public List<KeyHandle> keysOf(MailAddress address) {
        try {
            Optional<Opened> found = opened();
            if (found.isPresent()) {
                return keysOf(address, found.get());
            }
            if (hasKeys()) {
                throw new StoreUnavailableException(missing());
            }
            return List.of();
        } catch (KeyFileException | DatabaseException e) {
            throw new StoreUnavailableException("keys of " + address + ": " + e.getMessage(), e);
        }
    }

    /** Returns the certificates of the database's keys, whether or not the keys can be opened. */
    List<MailCertificate> certificates() {
        List<MailCertificate> all = new ArrayList<>();
        Optional<PublicKeyId> last = Optional.empty();
        List<WrappedKeys.Described> page = database.wrappedKeys().list(last, PAGE);
        while (!page.isEmpty()) {
            page.forEach(key -> all.addAll(key.certificates()));
            last = Optional.of(page.getLast().key().id());
            page = database.wrappedKeys().list(last, PAGE);
        }
        return all;
    }

    // If a key does not open, the file is read again: `key rewrap` puts another one in its place, and the
    // administrator need not restart the gateway.
    private List<KeyHandle> keysOf(MailAddress address, Opened by) throws KeyFileException {
        try {
            return by.vault().keysOf(address);
        } catch (StoreUnavailableException e) {
            if (!(e.getCause() instanceof KeyFileException)) {
                throw e;
            }
            Optional<Opened> next = read().filter(other -> !other.by().isSame(by.by()));
            if (next.isEmpty()) {
                throw e;
            }
            List<KeyHandle> keys = next.get().vault().keysOf(address);
            opened = next.get();
            LOG.info("the master key in {} has changed, the new one is used from now on", masterKey.orElseThrow());
            return keys;
        }
    }

    private Optional<Opened> opened() throws KeyFileException {
        Opened known = opened;
        if (known == null) {
            known = read().orElse(null);
            opened = known;
        }
        return Optional.ofNullable(known);
    }

    private Optional<Opened> read() throws KeyFileException {
        if (masterKey.isEmpty() || Files.notExists(masterKey.get())) {
            return Optional.empty();
        }
        MasterKey master = MasterKey.read(masterKey.get());
        return Optional.of(new Opened(master, new KeyVault(database, master)));
    }

    private static final int PAGE = 1000;

    private boolean hasKeys() {
        return !database.wrappedKeys().list(Optional.empty(), 1).isEmpty();
    }

    private String missing() {
        return masterKey
                .map(file -> "the master key is missing, and there are keys that it wraps: " + file)
                .orElse("the database holds private keys, and no master key is configured");
    }
}
