package org.postseal.gateway.road.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.road.pipeline.Parties;

class VaultKeysTest {
    private static final IssuedCertificate ALICE = Parties.issued(Parties.ALICE);
    private static final Act ACT = Act.of("tester", Parties.NOW);

    @TempDir
    private Path folder;

    @AutoClose
    private CertificateDatabase database;

    private Path file;
    private VaultKeys keys;

    @BeforeEach
    void open() {
        database = CertificateDatabase.open(folder.resolve("directory.db"));
        file = folder.resolve("master.key");
        keys = new VaultKeys(database, Optional.of(file));
    }

    @Test
    void withoutKeysNoMasterKeyIsNeeded() {
        assertThat(keys.keysOf(Parties.ALICE)).isEmpty();
        assertThatCode(keys::demandOpenable).doesNotThrowAnyException();
    }

    @Test
    void aMasterKeyThatIsMadeWhileItRunsIsUsed() throws KeyFileException {
        assertThat(keys.keysOf(Parties.ALICE)).isEmpty();
        imported(MasterKey.create(file));
        assertThat(certificates()).containsExactly(ALICE.certificate());
        assertThat(keys.keysOf(Parties.BOB)).isEmpty();
    }

    @Test
    void keysWithoutTheirMasterKeyAreNoEmptyAnswer() throws Exception {
        imported(MasterKey.create(file));
        Files.delete(file);
        String message = "the master key is missing, and there are keys that it wraps: " + file;
        // This concerns everybody's mail, since nobody can tell whose keys they are without opening them.
        assertThatThrownBy(() -> keys.keysOf(Parties.BOB))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage(message);
        assertThatThrownBy(keys::demandOpenable)
                .isInstanceOf(KeyFileException.class)
                .hasMessage(message);
        VaultKeys without = new VaultKeys(database, Optional.empty());
        assertThatThrownBy(() -> without.keysOf(Parties.ALICE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("the database holds private keys, and no master key is configured");
    }

    @Test
    void anotherMasterKeyOpensNothing() throws Exception {
        imported(MasterKey.create(folder.resolve("other.key")));
        MasterKey.create(file);
        assertThatThrownBy(keys::demandOpenable)
                .isInstanceOf(KeyFileException.class)
                .hasMessage(file + " is not the master key that wrapped the keys of the database");
        assertThatThrownBy(() -> keys.keysOf(Parties.ALICE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageEndingWith(" is wrapped by another master key");
    }

    @Test
    void afterARewrapTheFileThatTakesThePlaceOfTheOldOneIsRead() throws Exception {
        MasterKey first = MasterKey.create(file);
        imported(first);
        assertThat(certificates()).containsExactly(ALICE.certificate());

        Path other = folder.resolve("master-2.key");
        rewrapped(first, MasterKey.create(other));
        assertThatThrownBy(() -> keys.keysOf(Parties.ALICE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageEndingWith(" is wrapped by another master key");
        assertThatThrownBy(keys::demandOpenable).isInstanceOf(KeyFileException.class);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThatCode(keys::demandOpenable).doesNotThrowAnyException();
        assertThat(certificates()).containsExactly(ALICE.certificate());

        // A key file that cannot be read is no reason to forget the key at hand.
        Files.writeString(file, "short");
        assertThat(certificates()).containsExactly(ALICE.certificate());
    }

    @Test
    void whileTheFileIsBeingExchangedMailWaits() throws Exception {
        MasterKey first = MasterKey.create(file);
        imported(first);
        assertThat(certificates()).containsExactly(ALICE.certificate());
        Path other = folder.resolve("master-2.key");
        rewrapped(first, MasterKey.create(other));
        Files.delete(file);
        assertThatThrownBy(() -> keys.keysOf(Parties.ALICE)).isInstanceOf(StoreUnavailableException.class);
        Files.write(file, new byte[3]);
        assertThatThrownBy(() -> keys.keysOf(Parties.ALICE)).isInstanceOf(StoreUnavailableException.class);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(certificates()).containsExactly(ALICE.certificate());
    }

    private void imported(MasterKey master) {
        KeyVault vault = new KeyVault(database, master);
        KeyVault.KeyImport done = database.write(within ->
                vault.importKey(within, ALICE.key(), List.of(ALICE.certificate()), _ -> Optional.empty(), ACT));
        assertThat(done).isInstanceOf(KeyVault.KeyImport.Imported.class);
    }

    private void rewrapped(MasterKey from, MasterKey to) {
        database.write(within -> {
            try {
                return new KeyVault(database, from).rewrap(within, to);
            } catch (KeyFileException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private List<MailCertificate> certificates() {
        return keys.keysOf(Parties.ALICE).stream().map(KeyHandle::certificate).toList();
    }
}
