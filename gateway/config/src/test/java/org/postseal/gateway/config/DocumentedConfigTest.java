package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.gateway.mail.login.PasswordHash;
import org.postseal.policy.yaml.Problems;

/** Tests that the reader does what the documents say about the configuration. */
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
    void theExamplesHaveTheListenersOfTheRecommendedPage() throws IOException {
        List<String> listeners = Files.readAllLines(ROOT.resolve("docs/howto-postfix.md")).stream()
                .filter(line -> line.startsWith("  - { protocol:"))
                .toList();
        assertThat(listeners).hasSize(2);
        for (String example : List.of("etc/postseal.yaml", "packaging/etc/postseal.yaml")) {
            assertThat(Files.readAllLines(ROOT.resolve(example)).stream()
                            .filter(line -> line.startsWith("  - { protocol:"))
                            .map(line -> line.replaceFirst(" *#.*", "")))
                    .isEqualTo(listeners);
        }
    }

    @Test
    void theCommentedPartOfTheExampleIsRightToo() throws IOException {
        String example = Files.readString(ROOT.resolve("etc/postseal.yaml"));
        Path file = Files.writeString(
                folder.resolve("uncommented.yaml"),
                example.replaceAll("(?m)^#(loops|upstreams|directory|trust|revocation|enrolment|  )", "$1")
                        .replace("/var/lib/postseal/", ""));
        Files.writeString(folder.resolve("loop.key"), "0123456789abcdef0123456789abcdef\n");
        Path copy = folder.resolve("public/certificates.db");
        GatewayConfig config = loaded(file);
        assertThat(config.upstreams()).extracting(UpstreamConfig::name).containsExactly("pool");
        DirectoryConfig directory = config.directory();
        assertThat(directory.sources()).containsExactly("pins", "own", "files", "ldap:corp", "harvested", "smimea");
        assertThat(directory.trustCollections()).containsExactly("partners");
        assertThat(directory.publicCopy()).contains(copy);
        assertThat(config.enrolment()).isPresent();
    }

    @Test
    void theDocumentedNextHopsAreRead() throws IOException {
        Matcher block = Pattern.compile("(?s)```yaml\n(nextHops:\n.*?)```").matcher(pages());
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
        Matcher block = Pattern.compile("(?s)```yaml\n(listeners:\n.*?)```").matcher(pages());
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
    void theDocumentedUpstreamsAreRead() throws IOException {
        Matcher block = Pattern.compile("(?s)```yaml\n(upstreams:\n.*?)```").matcher(pages());
        assertThat(block.find()).isTrue();
        Files.createFile(folder.resolve("gw.pem"));
        StringBuilder text = new StringBuilder("nextHop: \"127.0.0.1:10026\"\nlisteners:\n");
        for (String address : List.of("0.0.0.0:25", "10.0.0.5:2525", "127.0.0.1:10024", "127.0.0.1:10025")) {
            text.append("  - { protocol: smtp, address: \"" + address + "\" }\n");
        }
        text.append("  - { protocol: smtp, address: \"10.0.0.5:2526\","
                + " tls: { certificate: gw.pem, key: gw.pem, clients: gw.pem } }\n");
        Path file = Files.writeString(folder.resolve("upstreams.yaml"), text + block.group(1));
        assertThat(loaded(file).upstreams())
                .extracting(UpstreamConfig::name)
                .containsExactly("exchange-online", "mx-pool", "branch", "here", "build");
    }

    @Test
    void theDocumentedFleetIsRead() throws IOException {
        Matcher block = Pattern.compile("(?s)```yaml\n(fleet:\n.*?)```").matcher(pages());
        assertThat(block.find()).isTrue();
        Files.createFile(folder.resolve("database.password"));
        Files.createFile(folder.resolve("database-ca.pem"));
        Path file = Files.writeString(folder.resolve("fleet.yaml"), """
                listeners: [{ protocol: lmtp, address: "127.0.0.1:10024" }]
                nextHop: "127.0.0.1:10026"
                upstreams: { mx: { listeners: "127.0.0.1:10024" } }
                """ + block.group(1));
        FleetConfig fleet = loaded(file).fleet().orElseThrow();
        assertThat(fleet.node()).isEqualTo("gw-1");
        assertThat(fleet.database().isTls()).isTrue();
        assertThat(fleet.database().passwordFile()).contains(folder.resolve("database.password"));
    }

    @Test
    void theDocumentedPolicyOfAFleetIsRead() throws Exception {
        Matcher block = Pattern.compile("(?s)```yaml\n(fleet:\n[^`]*\n  policy:\n.*?)```")
                .matcher(pages());
        assertThat(block.find()).isTrue();
        Files.createFile(folder.resolve("database.password"));
        String key = Base64.getEncoder()
                .encodeToString(KeyPairGenerator.getInstance("Ed25519")
                        .generateKeyPair()
                        .getPublic()
                        .getEncoded());
        Files.writeString(
                folder.resolve("policy-admin.pem"),
                "-----BEGIN PUBLIC KEY-----\n" + key + "\n-----END PUBLIC KEY-----\n");
        Path file = Files.writeString(
                folder.resolve("fleet.yaml"), """
                listeners: [{ protocol: lmtp, address: "127.0.0.1:10024" }]
                nextHop: "127.0.0.1:10026"
                upstreams: { mx: { listeners: "127.0.0.1:10024" } }
                """ + block.group(1).replace("/var/lib/postseal/", "copy-"));
        GatewayConfig config = loaded(file);
        assertThat(config.fleet().flatMap(FleetConfig::policy))
                .contains(new FleetConfig.SharedPolicy(
                        List.of(folder.resolve("policy-admin.pem")), folder.resolve("copy-policy.yaml")));
        assertThat(config.policyFile()).isEqualTo(folder.resolve("copy-policy.yaml"));
        assertThat(config.policy().shadow()).contains(folder.resolve("next.yaml"));
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
    void eachKeyOfTheReaderIsDocumentedAndNoOther() throws IOException {
        Set<String> known = new TreeSet<>();
        try (Stream<Path> vectors = Files.list(Path.of("src/test/vectors/config/good"))) {
            for (Path vector : vectors.toList()) {
                Problems problems = new Problems("postseal.yaml");
                ConfigReader.read(ConfigText.read(vector), TlsFiles.UNOPENED, ConfigReader.For.GATEWAY, problems);
                problems.known().forEach((section, keys) -> keys.forEach(key -> known.add(documented(section, key))));
            }
        }
        Map<String, List<String>> rows = rows();
        assertThat(known)
                .containsAll(
                        rows.keySet().stream().map(key -> documented("", key)).toList());
        assertThat(known).allSatisfy(key -> {
            String parent = key.replaceFirst("\\.?[^.]+$", "");
            String name = key.substring(key.lastIndexOf('.') + 1);
            assertThat(rows)
                    .satisfiesAnyOf(
                            all -> assertThat(all.keySet()).anyMatch(row -> row.startsWith(key)),
                            all -> assertThat(all.getOrDefault(parent, List.of(""))
                                            .getFirst())
                                    .containsPattern("\\b" + name + "\\b"));
        });
    }

    @Test
    void documentedDefaultsAreThoseInForce() throws IOException {
        Files.writeString(folder.resolve("held.key"), "0123456789abcdef0123456789abcdef\n");
        List<String> tried = new ArrayList<>();
        for (Map.Entry<String, List<String>> row : rows().entrySet()) {
            String key = row.getKey();
            Matcher value = DEFAULT.matcher(row.getValue().getLast());
            if (value.matches() && !NOT_ALONE.matcher(key).matches()) {
                String written = key.substring(key.lastIndexOf('.') + 1) + ": "
                        + row.getValue().getLast().replace("`", "");
                assertThat(loaded(configuration(key, written))).as(key).isEqualTo(loaded(configuration(key, "")));
                tried.add(key);
            }
        }
        assertThat(tried).hasSizeGreaterThan(80);
    }

    @Test
    void everyKeyThatMayBeACredentialIsDocumented() throws IOException {
        List<String> keys = Pattern.compile("(\\w+): credential:")
                .matcher(Files.readString(ROOT.resolve("docs/howto-systemd.md")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(keys).hasSize(10);
        String pages = pages();
        assertThat(keys)
                .allMatch(key -> Pattern.compile("\\| `[^`|]*\\b" + key + "`|\\b" + key + ": FILE")
                        .matcher(pages)
                        .find());
    }

    /** Returns the key as the tables of the pages spell it. */
    private static String documented(String section, String key) {
        return (section.isEmpty() ? key : section + "." + key)
                .replaceAll("\\[\\d+]", "[]")
                .replaceFirst(
                        "^(nextHops|upstreams|directory\\.(?:ldap|tokens)|enrolment\\.authorities)\\.[^.]+", "$1.NAME")
                .replaceFirst("^nextHop\\.", "nextHops.NAME.");
    }

    /** Returns the pages about keys, with an empty line after each. */
    private static String pages() throws IOException {
        StringBuilder text = new StringBuilder();
        try (DirectoryStream<Path> pages = Files.newDirectoryStream(ROOT.resolve("docs"), "config*.md")) {
            for (Path page : pages) {
                text.append(Files.readString(page)).append('\n');
            }
        }
        return text.toString();
    }

    /** Returns what the tables say of each key: its value and its default. */
    private static Map<String, List<String>> rows() throws IOException {
        Map<String, List<String>> rows = new TreeMap<>();
        Pattern row = Pattern.compile("\\| (`[A-Za-z.\\[\\]]+`(?:, `[A-Za-z.\\[\\]]+`)*) \\| (.*) \\| ?([^|]*) ?\\|");
        Stream.of(pages().split("\n\n", -1))
                .filter(block -> block.startsWith("| key | value | default |"))
                .flatMap(table -> table.lines().skip(2))
                .forEach(line -> {
                    Matcher found = row.matcher(line);
                    assertThat(found.matches()).as(line).isTrue();
                    for (String key : found.group(1).replace("`", "").split(", ", -1)) {
                        rows.put(key, List.of(found.group(2), found.group(3).strip()));
                    }
                });
        return rows;
    }

    /** Returns a configuration with one more key, in the section where it belongs. */
    private Path configuration(String key, String written) throws IOException {
        String around = AROUND.keySet().stream()
                .filter(key::startsWith)
                .max(Comparator.comparingInt(String::length))
                .map(AROUND::get)
                .orElseGet(() -> {
                    List<String> sections = List.of(key.split("\\.", -1)).reversed();
                    String nested = "KEY";
                    for (String section : sections.subList(1, sections.size())) {
                        nested = section + ": { " + nested + " }";
                    }
                    return nested;
                });
        String listeners = around.startsWith("listeners:") ? "" : AROUND.get("listeners[].") + "\n";
        String hops = around.startsWith("nextHops:") ? "\nroutes: [{ hop: NAME }]\n" : "\nnextHop: \"127.0.0.1:25\"\n";
        return Files.writeString(
                folder.resolve("one-key.yaml"), listeners.replace("KEY", "") + around.replace("KEY", written) + hops);
    }

    /**
     * Keys that are not tried alone. A hop is tried as one of `nextHops`, a port needs `mx`, a policy may set
     * `outbound` if the file does not, and a fleet needs other keys.
     */
    private static final Pattern NOT_ALONE =
            Pattern.compile("nextHop\\..*|nextHops\\.NAME\\.port|revocation\\.outbound|fleet\\..*");

    private static final Pattern DEFAULT = Pattern.compile("`[^`]+`|\\d+(ms|s|m|h|d)?");

    /** The text around some keys, by the prefix of the key. */
    private static final Map<String, String> AROUND = Map.ofEntries(
            Map.entry("audit.timestamp.", "audit: { timestamp: { trust: policy.yaml, KEY } }"),
            Map.entry("listeners[].", "listeners: [{ protocol: smtp, address: \"127.0.0.1:10024\", KEY }]"),
            Map.entry(
                    "listeners[].tls.",
                    "listeners: [{ protocol: smtp, address: \"127.0.0.1:10024\","
                            + " tls: { certificate: policy.yaml, key: policy.yaml, KEY } }]"),
            Map.entry("nextHops.NAME.", "nextHops: { NAME: { address: \"127.0.0.1:25\", KEY } }"),
            Map.entry("nextHops.NAME.limits.", "nextHops: { NAME: { address: \"127.0.0.1:25\", limits: { KEY } } }"),
            Map.entry(
                    "held.imap.",
                    "held: { key: held.key, imap: { address: \"127.0.0.1:993\", user: held,"
                            + " passwordFile: held.key, KEY } }"),
            Map.entry(
                    "directory.ldap.NAME.",
                    "directory: { database: own.db, ldap: { NAME: { urls: \"ldap://127.0.0.1\", KEY } } }"),
            Map.entry(
                    "directory.ldap.NAME.sync.",
                    "directory: { database: own.db, ldap: { NAME: { urls: \"ldap://127.0.0.1\", sync: { KEY } } } }"),
            Map.entry(
                    "enrolment.",
                    "directory: { database: own.db, masterKey: m.key }\nenrolment: { authorities: { NAME: { own: {} } }, users: [], KEY }"),
            Map.entry(
                    "enrolment.users[].",
                    "directory: { database: own.db, masterKey: m.key }\nenrolment: { authorities: { NAME: { own: {} } }, users: [{ for: example.com,"
                            + " authority: NAME, KEY }] }"),
            Map.entry(
                    "enrolment.authorities.NAME.own.",
                    "directory: { database: own.db, masterKey: m.key }\nenrolment: { authorities: { NAME: { own: { KEY } } }, users: [] }"),
            Map.entry(
                    "enrolment.authorities.NAME.exec.",
                    "directory: { database: own.db, masterKey: m.key }\nenrolment: { authorities: { NAME: { exec: { command: [/bin/true], KEY } } },"
                            + " users: [] }"),
            Map.entry(
                    "enrolment.authorities.NAME.est.",
                    "directory: { database: own.db, masterKey: m.key }\nenrolment: { authorities: { NAME: { est:"
                            + " { url: \"https://ca.example/.well-known/est\", trust: held.key, user: u, passwordFile: held.key, KEY } } },"
                            + " users: [] }"),
            Map.entry(
                    "enrolment.authorities.NAME.acme.",
                    "directory: { database: own.db, masterKey: m.key }\nenrolment: { authorities: { NAME: { acme:"
                            + " { directory: \"https://ca.example/\", trust: held.key, account: a.key, contact: a@b.example, KEY } } },"
                            + " users: [] }"),
            Map.entry(
                    "enrolment.authorities.NAME.acme.eab.",
                    "directory: { database: own.db, masterKey: m.key }\nenrolment: { authorities: { NAME: { acme:"
                            + " { directory: \"https://ca.example/\", trust: held.key, account: a.key, contact: a@b.example,"
                            + " eab: { kid: k, hmacFile: held.key, KEY } } } }, users: [] }"),
            Map.entry(
                    "enrolment.authorities.NAME.cmp.",
                    "directory: { database: own.db, masterKey: m.key }\nenrolment: { authorities: { NAME: { cmp:"
                            + " { url: \"https://ca.example/cmp\", trust: held.key, reference: r, secretFile: held.key, KEY } } },"
                            + " users: [] }"));

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
