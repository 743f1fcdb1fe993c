package org.postseal.gateway.admin.cli.key;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.WrappedKeys.Described;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.certstore.key.Pkcs12Profile;
import org.postseal.certstore.key.Pkcs12Writer;
import org.postseal.gateway.admin.cli.cert.ImportChecks;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.PasswordFile;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = "Write a private key with its newest certificate and the issuers to a PKCS #12 file.",
        footer = {"", "  postseal key export alice@example.com -o alice.p12 --password-file new.password"})
final class KeyExportCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "KEY", description = KeyName.HELP)
    private String name = "";

    @Mixin
    private Options.KeyFile file = new Options.KeyFile();

    @Option(
            names = "--password-file",
            required = true,
            paramLabel = "FILE",
            description = "file whose first line is the password for the new file")
    private Path passwordFile = Path.of("");

    @Mixin
    private Options.Note note = new Options.Note();

    KeyExportCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        file.demandPossible();
        MasterKey master = store.masterKey();
        char[] password = PasswordFile.read(passwordFile);
        if (password.length == 0) {
            throw new CommandFailure(ExitCode.REFUSED, "password file " + passwordFile + " is empty");
        }
        KeyVault.Exported exported = store.read(database -> open(database, master));
        if (exported.certificates().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED, "the key waits for its certificate", "import the answer to its request first");
        }
        MailCertificate certificate = exported.certificates().getFirst();
        String friendlyName = certificate.addresses().isEmpty()
                ? certificate.id().hex()
                : certificate.addresses().getFirst().toString();
        byte[] octets = Pkcs12Writer.write(
                List.of(new Pkcs12Writer.Identity(friendlyName, exported.key(), certificate, exported.chain())),
                password,
                Pkcs12Profile.MODERN);
        Arrays.fill(password, '\0');
        store.change(note.text(), editing -> {
            editing.record(
                    "key-export",
                    "certificate:" + certificate.id(),
                    List.of("file " + file.file().toAbsolutePath()));
            return true;
        });
        // This comes last: an export may be recorded and then fail, but it cannot succeed unrecorded
        file.write(octets);
        store.out().println("wrote key and certificate " + ImportChecks.line(certificate) + " to " + file.file());
        return ExitCode.OK;
    }

    private KeyVault.Exported open(CertificateDatabase database, MasterKey master) {
        Described found = database.read(contents -> KeyName.find(contents, name));
        try {
            return new KeyVault(database, master)
                    .export(found.key().id())
                    .orElseThrow(() -> new CommandFailure(ExitCode.REFUSED, "the key is gone"));
        } catch (KeyFileException e) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    String.valueOf(e.getMessage()),
                    "directory.masterKey must name the master key that wrapped it");
        }
    }
}
