package org.postseal.gateway.admin.cli.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.AUTHORITY;
import static org.postseal.gateway.admin.cli.CommandBench.issue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.testkit.HowtoPage;

/** Runs every command of {@code docs/howto-directory.md}, in its order, with its configuration. */
final class HowtoDirectoryTest {
    @TempDir
    private Path folder;

    @Test
    void everyCommandDoesWhatThePageSays() throws Exception {
        try (MemoryDirectory directory = MemoryDirectory.start()) {
            CommandBench bench = new CommandBench(folder);
            String page = Files.readString(Path.of("../../docs/howto-directory.md"));
            bench.configure(HowtoPage.blocks(page, "postseal.yaml")
                    .getFirst()
                    .replace("ldaps://dc1.example.com", "\"ldap://127.0.0.1:" + directory.port() + "\""));
            bench.pem("corp-ca.pem", AUTHORITY.root());
            bench.write("corp.password", MemoryDirectory.PASSWORD + "\n");
            bench.write("publisher.password", MemoryDirectory.PASSWORD + "\n");
            bench.pem("partners.pem", AUTHORITY.root(), AUTHORITY.issuer());
            bench.run("trust", "import", "partners", folder.resolve("partners.pem"));
            bench.run("key", "init");
            bench.pkcs12("alice.p12", issue("alice@example.com", 300));
            bench.run("key", "import", folder.resolve("alice.p12"));
            directory.person("Alice", "alice@example.com");
            directory.person(
                    "Bob", "bob@example.com", issue("bob@example.com", 300).certificate());

            List<String> codes = new ArrayList<>();
            for (String command :
                    HowtoPage.blocks(page, "sh").stream().flatMap(String::lines).toList()) {
                codes.add(command + " -> " + bench.run(words(command)) + bench.err());
            }
            assertThat(codes).hasSize(9).allMatch(each -> each.startsWith("postseal ") && each.endsWith(" -> 0[]"));
            assertThat(bench.out().getLast()).startsWith("wrote certificates of 2 recipients to ");
            assertThat(directory.values("Alice", "userCertificate")).hasSize(1);
        }
    }

    private Object[] words(String command) {
        return Stream.of(command.substring("postseal ".length()).split(" "))
                .map(word -> word.matches(".*\\.(password|ldif|ps1)")
                        ? folder.resolve(word).toString()
                        : word)
                .toArray();
    }
}
