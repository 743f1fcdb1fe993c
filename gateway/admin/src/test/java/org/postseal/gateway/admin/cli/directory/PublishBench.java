package org.postseal.gateway.admin.cli.directory;

import static org.postseal.gateway.admin.cli.CommandBench.AUTHORITY;
import static org.postseal.gateway.admin.cli.CommandBench.issue;

import java.nio.file.Path;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.CommandBench;

/**
 * What tests of {@code directory publish} share: a server, a user with a key and a certificate, and a user without a
 * key.
 */
final class PublishBench {
    static final String ALICE = "alice@example.com";
    static final IssuedCertificate KEYED = issue(ALICE, 300);
    static final IssuedCertificate EXPIRED = issue(ALICE, -10);
    static final IssuedCertificate BARE = issue("bob@example.com", 300);

    private PublishBench() {}

    static CommandBench with(Path folder, MemoryDirectory directory) throws Exception {
        CommandBench bench = ServerBench.with(folder, directory.settings("corp"));
        bench.pem("ca.pem", AUTHORITY.root(), AUTHORITY.issuer());
        bench.run("trust", "import", "partners", folder.resolve("ca.pem"));
        bench.run("key", "init");
        bench.run(
                "key",
                "import",
                bench.pkcs12("alice.p12", KEYED),
                "--password-file",
                folder.resolve("alice.p12.password"));
        bench.run("cert", "import", bench.pem("bob.pem", BARE.certificate()));
        return bench;
    }
}
