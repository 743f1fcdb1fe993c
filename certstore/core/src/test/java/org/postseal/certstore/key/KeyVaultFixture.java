package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.END;
import static org.postseal.certstore.database.Samples.START;
import static org.postseal.certstore.database.Samples.imported;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.issue.CertificateRequest;
import org.postseal.certstore.key.KeyVault.KeyImport;

/** Opens a vault in a new database. */
abstract class KeyVaultFixture {
    static final MasterKey MASTER = master(1);
    static final MailAddress CAROL = MailAddress.of("carol@example.com");

    @TempDir
    Path directory;

    @AutoClose
    CertificateDatabase database;

    KeyVault vault;

    @BeforeEach
    void open() {
        database = CertificateDatabase.open(directory.resolve("postseal.db"));
        vault = new KeyVault(database, MASTER);
    }

    void importKey(KeyMaterial key, MailCertificate certificate) {
        assertThat(imported(database, vault, key, certificate)).isInstanceOf(KeyImport.Imported.class);
    }

    List<MailCertificate> certificatesOf(MailAddress address) {
        return vault.keysOf(address).stream().map(KeyHandle::certificate).toList();
    }

    void execute(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database.name());
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
        }
    }

    static CertificateRequest request(MailAddress address, KeyMaterial key) {
        return AUTHORITY.request(address).key(key).validity(START, END);
    }

    static MasterKey master(int fill) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) fill);
        try {
            return MasterKey.of(secret);
        } catch (KeyFileException e) {
            throw new AssertionError(e);
        }
    }
}
