package org.postseal.gateway.admin.cli.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.AUTHORITY;
import static org.postseal.gateway.admin.cli.CommandBench.issue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.HowtoPage;

/** Runs every command of {@code docs/howto-certificates.md}, in its order, with its configuration. */
final class HowtoCertificatesTest {
    @TempDir
    private Path folder;

    @Test
    void everyCommandDoesWhatThePageSays() throws IOException {
        CommandBench bench = new CommandBench(folder);
        String page = Files.readString(Path.of("../../docs/howto-certificates.md"));
        bench.configure(HowtoPage.blocks(page, "postseal.yaml").getFirst());
        bench.pem("bob.pem", issue("bob@partner.example", 400).certificate());
        bench.pem("gateway.pem", issue("gateway@partner.example", 100).certificate());
        bench.pem("partner-ca.pem", AUTHORITY.root(), AUTHORITY.issuer());
        bench.write("alice.password", "secret\n");
        bench.write("alice.p12", identity("alice@example.com", 50));
        bench.write("alice-2027.p12", identity("alice@example.com", 300));
        bench.directory("users");
        bench.pkcs12("users/dan.p12", issue("dan@example.com", 100));

        List<String> failed = new ArrayList<>();
        List<String> commands = new ArrayList<>();
        for (String block : HowtoPage.blocks(page, "sh")) {
            for (String command : block.lines().toList()) {
                int code = bench.run(words(command).toArray());
                commands.add(command);
                if (code != ExitCode.OK) {
                    failed.add(command + " -> " + code + " " + bench.out() + bench.err());
                }
            }
        }
        assertThat(commands).hasSizeGreaterThan(20).allMatch(each -> each.startsWith("postseal "));
        // One command fails before the authority is trusted, another while the certificate is blocked
        assertThat(failed).hasSize(2);
        assertThat(failed.get(0)).startsWith("postseal trust verify bob.pem -> 65 [not usable to encrypt");
        assertThat(failed.get(1)).startsWith("postseal cert explain bob@partner.example -> 65 [");
    }

    private static byte[] identity(String address, int days) {
        IssuedCertificate issued = issue(address, days);
        return issued.pkcs12("secret".toCharArray());
    }

    // Words in quotes are one word, and file names become paths in the folder
    private List<Object> words(String command) {
        return Pattern.compile("'([^']*)'|(\\S+)")
                .matcher(command.substring("postseal ".length()))
                .results()
                .<Object>map(word -> word.group(1) != null ? word.group(1) : file(word.group(2)))
                .toList();
    }

    private String file(String word) {
        return word.matches("[a-z0-9-]+\\.(pem|p12|key|password)|users/")
                ? folder.resolve(word).toString()
                : word;
    }
}
