package org.postseal.gateway.admin.cli.ca;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postseal.certstore.authority.CaCreation;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;

/** An administrator with an authority of the organization {@code ours.example}. */
final class CaOffice {
    static final String URL = "http://pki.ours.example/";

    final Administration admin;
    private final String rootPassphrase;
    private final String passphrase;

    private CaOffice(Path folder) throws IOException {
        admin = Administration.in(folder);
        rootPassphrase = admin.write("root-pass", "correct horse battery\n");
        passphrase = admin.write("pass", "staple battery horse\n");
    }

    /** Makes an office without an authority. */
    static CaOffice in(Path folder) throws IOException {
        CaOffice office = new CaOffice(folder);
        office.admin.run("key init");
        return office;
    }

    /**
     * Makes an office with an authority of keys on P-256, whose passphrases are stretched only a little to save time.
     * The gateway trusts it.
     */
    static CaOffice withAuthority(Path folder) throws IOException {
        CaOffice office = withUntrustedAuthority(folder);
        Path anchors = Files.createDirectory(office.admin.file("store").resolve("trust"));
        Files.copy(office.file("root.pem"), anchors.resolve("root.pem"));
        return office;
    }

    static CaOffice withUntrustedAuthority(Path folder) throws IOException {
        return withUntrustedAuthority(folder, KeyAlgorithm.P256);
    }

    static CaOffice withUntrustedAuthority(Path folder, KeyAlgorithm keys) throws IOException {
        CaOffice office = in(folder);
        CaCreation creation =
                new CaCreation(office.file(""), office.file("root.key"), new CaSettings("Ours", "DE", URL), keys, 1000);
        try {
            creation.create(
                            "correct horse battery".toCharArray(),
                            "staple battery horse".toCharArray(),
                            Administration.NOW)
                    .close();
        } catch (CaException e) {
            throw new IllegalStateException(e);
        }
        return office;
    }

    Done init() {
        return admin.run(
                "ca init --key p256 --organization Ours --country DE --url " + URL,
                "--root-passphrase-file",
                rootPassphrase,
                "--passphrase-file",
                passphrase);
    }

    /** Runs a command that needs the intermediate's passphrase. */
    Done run(String command, Object... more) {
        Object[] all = java.util.Arrays.copyOf(more, more.length + 2);
        all[more.length] = "--passphrase-file";
        all[more.length + 1] = passphrase;
        return admin.run(command, all);
    }

    String rootPassphrase() {
        return rootPassphrase;
    }

    Path file(String name) {
        return name.isEmpty() ? admin.file("ca") : admin.file("ca").resolve(name);
    }

    List<IssuedEntry> issued() {
        try (CaFolder folder = CaFolder.open(admin.file("ca"))) {
            return folder.index().entries();
        } catch (CaException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Changes the database behind the back of the commands. */
    void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + admin.file("postseal.db"));
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    List<String> actions() {
        return admin.changes().stream().map(each -> each.action()).toList();
    }
}
