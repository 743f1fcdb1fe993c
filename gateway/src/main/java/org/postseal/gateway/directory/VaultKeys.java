package org.postseal.gateway.directory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.certstore.source.KeySource;

/**
 * The wrapped keys of the database. The master key may be made while the gateway runs, so it is read when it is first needed; while there are keys that it would have to
 * open and it is not there, mail waits: a gateway that acts as if it had no keys delivers what it should open and refuses what it should sign. Thread-safe.
 */
final class VaultKeys implements KeySource {
    private final CertificateDatabase database;
    private final Optional<Path> masterKey;
    private volatile @Nullable KeyVault opened;

    VaultKeys(CertificateDatabase database, Optional<Path> masterKey) {
        this.database = database;
        this.masterKey = masterKey;
    }

    /**
     * Demands that the keys there are can be opened.
     *
     * @throws KeyFileException when the master key is missing, not to be read, or another one
     */
    void demandOpenable() throws KeyFileException {
        Optional<KeyVault> vault = vault();
        if (vault.isEmpty()) {
            if (hasKeys()) {
                throw new KeyFileException(missing());
            }
        } else if (vault.get().list(Optional.empty(), 1).stream().anyMatch(key -> !key.opens())) {
            throw new KeyFileException(
                    masterKey.orElseThrow() + " is not the master key that wrapped the keys of the database");
        }
    }

    @Override
    public String name() {
        return "own";
    }

    @Override
    public List<KeyHandle> keysOf(MailAddress address) {
        try {
            Optional<KeyVault> vault = vault();
            if (vault.isPresent()) {
                return vault.get().keysOf(address);
            }
            if (hasKeys()) {
                throw new StoreUnavailableException(missing());
            }
            return List.of();
        } catch (KeyFileException | DatabaseException e) {
            throw new StoreUnavailableException("keys of " + address + ": " + e.getMessage(), e);
        }
    }

    private Optional<KeyVault> vault() throws KeyFileException {
        KeyVault known = opened;
        if (known == null && masterKey.isPresent() && !Files.notExists(masterKey.get())) {
            known = new KeyVault(database, MasterKey.read(masterKey.get()));
            opened = known;
        }
        return Optional.ofNullable(known);
    }

    private boolean hasKeys() {
        return !database.wrappedKeys().list(Optional.empty(), 1).isEmpty();
    }

    private String missing() {
        return masterKey
                .map(file -> "the master key is missing, and there are keys that it wraps: " + file)
                .orElse("the database holds private keys, and no master key is configured");
    }
}
