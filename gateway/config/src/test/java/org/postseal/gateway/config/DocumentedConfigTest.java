package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.config.GatewayConfig.Limits;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.gateway.mail.login.PasswordHash;
import org.postseal.policy.yaml.Words;

/** What the documents say of the configuration is what the reader does. */
final class DocumentedConfigTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    @Test
    void theExampleIsTheContract() throws IOException {
        assertThat(loaded(ROOT.resolve("etc/postseal.yaml")))
                .isEqualTo(loaded(Path.of("src/test/vectors/config/good/01-contract.yaml")));
    }

    @Test
    void theCommentedPartOfTheExampleIsRightToo() throws IOException {
        String example = Files.readString(ROOT.resolve("etc/postseal.yaml"));
        Path file = Files.writeString(
                folder.resolve("uncommented.yaml"),
                example.replaceAll("(?m)^#(loops|directory|trust|revocation|  )", "$1")
                        .replace("/var/lib/postseal/", ""));
        Files.writeString(folder.resolve("loop.key"), "0123456789abcdef0123456789abcdef\n");
        Path copy = folder.resolve("public/certificates.db");
        DirectoryConfig directory = loaded(file).directory();
        assertThat(directory.sources()).containsExactly("pins", "own", "files", "ldap:corp", "harvested", "smimea");
        assertThat(directory.trustCollections()).containsExactly("partners");
        assertThat(directory.publicCopy()).contains(copy);
    }

    @Test
    void theDocumentedNextHopsAreRead() throws IOException {
        Matcher block = Pattern.compile("(?s)```yaml\n(nextHops:\n.*?)```")
                .matcher(Files.readString(ROOT.resolve("docs/configuration.md")));
        assertThat(block.find()).isTrue();
        Files.createFile(folder.resolve("ca.pem"));
        Path file = Files.writeString(
                folder.resolve("hops.yaml"),
                "listeners: [{ protocol: lmtp, address: \"127.0.0.1:10024\" }]\n" + block.group(1));
        assertThat(loaded(file).nextHops().routes())
                .extracting(NextHopsConfig.Route::hop)
                .containsExactly("partner", "internal", "outside");
    }

    @Test
    void theDocumentedListenersAreRead() throws IOException {
        Matcher block = Pattern.compile("(?s)```yaml\n(listeners:\n.*?)```")
                .matcher(Files.readString(ROOT.resolve("docs/configuration.md")));
        assertThat(block.find()).isTrue();
        Files.createFile(folder.resolve("gw.pem"));
        Files.createFile(folder.resolve("gw.key"));
        Files.writeString(
                folder.resolve("logins"),
                LoginFile.line("alice@example.com", PasswordHash.of("pencil", new SecureRandom()), List.of()) + "\n");
        Path file =
                Files.writeString(folder.resolve("listeners.yaml"), block.group(1) + "nextHop: \"127.0.0.1:10026\"\n");
        assertThat(loaded(file).listeners())
                .extracting(listener -> listener.logins().isPresent())
                .containsExactly(false, true, false);
    }

    @Test
    void theDocumentedConsolesAreRead() throws IOException {
        Files.writeString(
                folder.resolve("console-logins"),
                LoginFile.line("auditor@example.com", PasswordHash.of("pencil", new SecureRandom()), List.of()) + "\n");
        for (String name : List.of("console.pem", "console.key", "reviewers-ca.pem")) {
            Files.createFile(folder.resolve(name));
        }
        List<String> blocks = Pattern.compile("(?s)```yaml\n(console:\n.*?)```")
                .matcher(Files.readString(ROOT.resolve("docs/console.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(blocks).hasSize(2);
        for (String block : blocks) {
            Path file = Files.writeString(
                    folder.resolve("console.yaml"),
                    "listeners: [{ protocol: lmtp, address: \"127.0.0.1:10024\" }]\nnextHop: \"127.0.0.1:10026\"\n"
                            + block);
            assertThat(loaded(file).console().isGuarded()).isTrue();
            assertThat(loaded(file).console().hosts()).containsExactly("console.example.com");
        }
    }

    @Test
    void documentedDefaultsOfHopLimitsAreThoseInForce() throws IOException {
        HopLimits limits = HopLimits.DEFAULT;
        assertThat(documented("nextHops.NAME.limits."))
                .isEqualTo(new TreeMap<>(Map.of(
                        "nextHops.NAME.limits.connections",
                        String.valueOf(limits.connections()),
                        "nextHops.NAME.limits.messages",
                        String.valueOf(limits.messages()),
                        "nextHops.NAME.limits.idle",
                        limits.idle().toSeconds() + "s",
                        "nextHops.NAME.limits.timeLimit",
                        limits.timeLimit().toSeconds() + "s",
                        "nextHops.NAME.limits.backOff",
                        limits.backOff().toSeconds() + "s",
                        "nextHops.NAME.limits.handOver",
                        limits.handOver().map(Object::toString).orElse("none"),
                        "nextHops.NAME.limits.greeting",
                        limits.patience().greeting().toSeconds() + "s",
                        "nextHops.NAME.limits.command",
                        limits.patience().command().toSeconds() + "s",
                        "nextHops.NAME.limits.octetsPerSecond",
                        String.valueOf(limits.patience().octetsPerSecond()))));
    }

    @Test
    void documentedDefaultsOfLimitsAreThoseInForce() throws IOException {
        Limits limits = Limits.DEFAULT;
        SessionLimits session = limits.session();
        Map<String, String> inForce = new TreeMap<>(Map.of(
                "limits.messageOctets", String.valueOf(limits.messageOctets()),
                "limits.recipients", String.valueOf(limits.recipients()),
                "limits.lineOctets", String.valueOf(limits.lineOctets()),
                "limits.octetsInFlight", String.valueOf(limits.octetsInFlight()),
                "limits.connections", String.valueOf(limits.connections()),
                "limits.bareLineEnds", "`" + Words.word(limits.bareLineEnds()) + "`",
                "limits.heapOctets", String.valueOf(limits.heapOctets()),
                "limits.drain", limits.drain().toSeconds() + "s",
                "limits.preparation", limits.preparation().toSeconds() + "s"));
        inForce.putAll(Map.of(
                "limits.session.command",
                session.commandTimeout().toMinutes() + "m",
                "limits.session.envelope",
                session.envelopeTimeout().toHours() + "h",
                "limits.session.data",
                session.dataTimeout().toMinutes() + "m",
                "limits.session.octetsPerSecond",
                String.valueOf(session.dataOctetsPerSecond()),
                "limits.session.handshake",
                session.handshakeTimeout().toMinutes() + "m",
                "limits.session.write",
                session.writeTimeout().toMinutes() + "m",
                "limits.session.errors",
                String.valueOf(session.errors()),
                "limits.session.idleCommands",
                String.valueOf(session.idleCommands()),
                "limits.session.failedLogins",
                String.valueOf(session.failedLogins())));
        assertThat(documented("limits.")).isEqualTo(inForce);
    }

    @Test
    void everyDocumentedKeyIsKnown() throws IOException {
        // nextHops cannot stand beside nextHop
        String text = Files.readString(Path.of("src/test/vectors/config/good/03-everything.yaml"))
                + Files.readString(Path.of("src/test/vectors/config/good/40-next-hops.yaml"))
                + Files.readString(Path.of("src/test/vectors/config/good/42-tls-and-passwords.yaml"))
                + Files.readString(Path.of("src/test/vectors/config/good/50-console.yaml"));
        assertThat(documented("").keySet())
                .isNotEmpty()
                .allMatch(key -> Pattern.compile("\\b" + key.substring(key.lastIndexOf('.') + 1) + ":")
                        .matcher(text)
                        .find());
    }

    @Test
    void everyKeyThatMayBeACredentialIsDocumented() throws IOException {
        List<String> keys = Pattern.compile("(\\w+): credential:")
                .matcher(Files.readString(ROOT.resolve("docs/howto-systemd.md")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(keys).hasSize(10);
        String table = Files.readString(ROOT.resolve("docs/configuration.md"));
        assertThat(keys)
                .allMatch(key -> Pattern.compile("\\| `[^`|]*\\b" + key + "`|\\b" + key + ": FILE")
                        .matcher(table)
                        .find());
    }

    /** Keys of the table that begin so, with what its last column says. */
    private static Map<String, String> documented(String prefix) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        Pattern row = Pattern.compile("(?m)^\\| `([A-Za-z.\\[\\]]+)` \\|.*\\| ([^|]*) \\|$");
        String page = Files.readString(ROOT.resolve("docs/configuration.md"));
        for (MatchResult found : row.matcher(page).results().toList()) {
            if (found.group(1).startsWith(prefix)) {
                rows.put(found.group(1), found.group(2));
            }
        }
        return rows;
    }

    private GatewayConfig loaded(Path file) throws IOException {
        Files.createDirectories(folder.resolve("store"));
        for (String name : List.of("policy.yaml", "postseal.yaml")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.createFile(folder.resolve("policy.yaml"));
        ConfigResult result = ConfigReader.read(Files.copy(file, folder.resolve("postseal.yaml")));
        assertThat(result).isInstanceOf(ConfigResult.Loaded.class);
        return ((ConfigResult.Loaded) result).config();
    }
}
