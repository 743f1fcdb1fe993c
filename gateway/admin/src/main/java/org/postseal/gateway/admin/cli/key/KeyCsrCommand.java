package org.postseal.gateway.admin.cli.key;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.issue.KeyRequest;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.admin.cli.ca.KeyWord;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.OutputFile;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "csr",
        description = "Make a key in the store, and a request (PKCS #10) for an authority to certify it.",
        footer = {
            "",
            "The key is not used before its certificate is imported: postseal key import ANSWER.",
            "",
            "  postseal key csr alice@example.com -o alice.csr"
        })
final class KeyCsrCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "ADDRESS", description = "the address that the key is for")
    private @Nullable MailAddress address;

    @Option(
            names = "--key",
            paramLabel = "KIND",
            converter = KeyWord.class,
            description = KeyWord.WORDS + "; default: rsa3072")
    private KeyAlgorithm algorithm = KeyAlgorithm.RSA3072;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "the file for the request, which is not made if the command fails")
    private Path file = Path.of("");

    @Option(names = "--force", description = "replace the file if it exists")
    private boolean isForced;

    @Mixin
    private Options.Note note = new Options.Note();

    KeyCsrCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        MailAddress owner = java.util.Objects.requireNonNull(address);
        MasterKey master = store.masterKey();
        KeyMaterial key = KeyMaterial.generate(algorithm);
        byte[] request = KeyRequest.pem(key, List.of(owner)).getBytes(StandardCharsets.US_ASCII);
        try (OutputFile output = OutputFile.write(file, request, "rw-r--r--", isForced)) {
            PublicKeyId id = store.change(note.text(), editing -> {
                PublicKeyId kept =
                        store.vault(editing, master).keepForRequest(editing.contents(), key, owner, editing.act());
                editing.record("key-request", "key:" + kept, List.of("address " + owner));
                return kept;
            });
            output.publish();
            store.out()
                    .println("made key " + id.hex().substring(0, 16) + " for " + Printable.line(owner.toString())
                            + ", request in " + file);
        }
        return ExitCode.OK;
    }
}
