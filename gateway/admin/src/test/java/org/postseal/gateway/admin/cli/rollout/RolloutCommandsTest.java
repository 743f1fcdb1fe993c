package org.postseal.gateway.admin.cli.rollout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.testkit.HowtoPage;

/** Tests {@code client} and {@code exchange} as an administrator types them. */
final class RolloutCommandsTest {
    private static final String ONLINE =
            "exchange online --mail-host example-com.mail.protection.outlook.com --out %s/exchange";
    private static final String PLAIN = """
        version: 1
        internal: [example.com]
        mailboxPolicies:
          default: { RequireSignedSMIMEMessages: true }
        rules: [{ id: everything, when: always, then: mailboxPolicy }]
        """;

    @TempDir
    private Path folder;

    private final CapturedConsole console = new CapturedConsole();

    @BeforeEach
    void configuration() throws IOException {
        Files.createDirectory(folder.resolve("store"));
        Files.writeString(folder.resolve("policy.yaml"), PLAIN);
        Files.writeString(folder.resolve("postseal.yaml"), """
            hostName: gw.example.com
            policy: policy.yaml
            store: { directory: store }
            audit: { file: audit.jsonl }
            listeners: [{ protocol: smtp, address: "127.0.0.1:2525" }]
            nextHop: "127.0.0.1:2526"
            """);
    }

    /** The commands run in the order of the page, and each folder gets a name of its own. */
    @Test
    void theCommandsOfThePageRun() throws IOException {
        List<String> commands =
                HowtoPage.blocks(Files.readString(Path.of("../../docs/howto-exchange.md")), "sh").stream()
                        .flatMap(String::lines)
                        .toList();
        assertThat(commands).hasSize(5);
        for (int i = 0; i < commands.size(); i++) {
            String command = commands.get(i)
                    .replaceFirst("^postseal ", "")
                    .replaceFirst(" > \\S+$", "")
                    .replace("--out exchange", "--out %s/exchange-" + i);
            assertThat(run(command)).as(command + console.err()).isEqualTo(ExitCode.OK);
            assertThat(!console.out().isEmpty() || Files.isDirectory(folder.resolve("exchange-" + i)))
                    .as(command)
                    .isTrue();
        }
    }

    @Test
    void theOtherSideIsAConfigurationThatKeepsItsSecrets() throws IOException {
        assertThat(run(ONLINE)).as(console.err()).isEqualTo(ExitCode.OK);
        Path made = folder.resolve("exchange");
        assertThat(names(made))
                .containsExactlyInAnyOrder(
                        "README.md",
                        "connectors.ps1",
                        "done.token",
                        "gateway.yaml",
                        "inbound.token",
                        "mobile-policies.ps1",
                        "remove.ps1",
                        "rules.ps1",
                        "submission.token",
                        "tnef.ps1");
        assertThat(mode(made.resolve("rules.ps1"))).isEqualTo("rw-------");
        assertThat(mode(made)).isEqualTo("rwx------");
        assertThat(console.err()).contains("the secrets are new");

        // The part that the page says to merge is a valid configuration, and the next call uses the same secrets
        for (String name : List.of("submission.token", "inbound.token", "done.token")) {
            Files.copy(made.resolve(name), folder.resolve(name));
        }
        for (String name : List.of("gateway.pem", "gateway.key")) {
            Files.createFile(folder.resolve(name));
        }
        Files.writeString(folder.resolve("loop.key"), "0123456789abcdef0123456789abcdef\n");
        String common =
                Files.readString(folder.resolve("postseal.yaml")).replaceAll("(?m)^(listeners|nextHop):.*\n", "");
        Files.writeString(folder.resolve("postseal.yaml"), common + Files.readString(made.resolve("gateway.yaml")));
        ConfigResult read = ConfigReader.read(folder.resolve("postseal.yaml"));
        assertThat(read).isInstanceOf(ConfigResult.Loaded.class);
        GatewayConfig config = ((ConfigResult.Loaded) read).config();
        assertThat(config.listeners()
                        .getFirst()
                        .tenantTokens()
                        .orElseThrow()
                        .inbound()
                        .orElseThrow()
                        .octets())
                .isEqualTo(
                        Files.readString(made.resolve("inbound.token")).strip().getBytes(US_ASCII));

        String rules = Files.readString(made.resolve("rules.ps1"));
        Files.move(made, folder.resolve("before"));
        assertThat(run(ONLINE)).as(console.err()).isEqualTo(ExitCode.OK);
        assertThat(Files.readString(made.resolve("rules.ps1"))).isEqualTo(rules);
        assertThat(console.err()).doesNotContain("the secrets are new");
    }

    @Test
    void whatMicrosoftCannotSayIsNamedWithWhatExchangeIsToldInstead() throws IOException {
        Files.copy(Path.of("../../etc/policy.yaml"), folder.resolve("policy.yaml"), REPLACE_EXISTING);
        assertThat(run(ONLINE)).as(console.err()).isEqualTo(ExitCode.OK);
        assertThat(console.err())
                .contains("mailboxPolicies.default.RequireEncryptionSMIMEAlgorithm: warning: AES256 has no value in"
                        + " Exchange, which is told TripleDES, its strongest; the gateway keeps to AES256")
                .contains(
                        "mailboxPolicies.default.RequireSignedSMIMEAlgorithm: warning: SHA256 has no value in Exchange,"
                                + " which is told SHA1, its strongest; the gateway keeps to SHA256")
                .contains("rules[0]: warning: has no parameter in Exchange, which has no rules for S/MIME;"
                        + " the gateway alone sees to it");
        assertThat(Files.readString(folder.resolve("exchange/mobile-policies.ps1")))
                .contains("'TripleDES'", "'SHA1'")
                .doesNotContain("AES", "SHA256");
    }

    @Test
    void aPolicyThatIsBrokenIsNotTold() throws IOException {
        Files.writeString(folder.resolve("policy.yaml"), PLAIN.replace("rules: [", "rulez: ["));
        assertThat(run(ONLINE)).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("error: the policy is not exported, see above");
        assertThat(names(folder)).containsExactlyInAnyOrder("policy.yaml", "postseal.yaml", "store");
        assertThat(run(ONLINE + " --without-policy")).isEqualTo(ExitCode.OK);
        assertThat(names(folder.resolve("exchange"))).doesNotContain("mobile-policies.ps1");
    }

    @Test
    void aFolderThatIsThereStays() throws IOException {
        Files.createDirectory(folder.resolve("exchange"));
        assertThat(run(ONLINE)).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("exchange exists already");
        assertThat(names(folder.resolve("exchange"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exchange online --out %s/x --mail-host a';b.example.com",
                "exchange online --out %s/x --mail-host localhost",
                "exchange online --out %s/x --mail-host m.example.com --gateway $(calc).example.com",
                "exchange online --out %s/x --mail-host m.example.com --arc-sealer \u2019x.example.com",
                "exchange on-premises --out %s/x --server m.example.com --server-address 10.0.0.1"
                        + " --world w.example.com --gateway-address 10.0.0.300",
                "exchange on-premises --out %s/x --server m.example.com"
                        + " --server-address 10.0.0.1 --world w.example.com --gateway-address ::1",
                "exchange on-premises --out %s/x --server m.example.com --server-address 10.0.0.1"
                        + " --world w.example.com --gateway-address 10.0.0.3 --port 0",
                "exchange online --out %s/x --mail-host m.example.com --gateway 10.0.0.5",
                "exchange on-premises --out %s/x --server m:\"x --server-address 10.0.0.1"
                        + " --world w.example.com --gateway-address 10.0.0.3",
                "client outlook-mobile --ldap ldap://ldap.example.com",
                "client outlook-mobile --ldap ldaps://a'b.example.com",
                "client browser-policy --browser firefox --format json",
                "client browser-policy --browser edge --format reg --index 0",
                "client mobile-policy --format xml",
                "client",
                "exchange"
            })
    void wrongInputIsRefused(String line) throws IOException {
        assertThat(run(line)).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).startsWith("error: ");
        assertThat(console.out()).isEmpty();
        assertThat(Files.exists(folder.resolve("x"))).isFalse();
    }

    @Test
    void aCollectionThatExchangeWouldRefuseIsRefused() throws IOException {
        Files.writeString(folder.resolve("some.sst"), "no store");
        assertThat(run(ONLINE + " --sst %s/some.sst")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("Exchange would refuse it: no header of a serialized store");
        assertThat(Files.exists(folder.resolve("exchange"))).isFalse();
    }

    @Test
    void policiesGoToStandardOutput() {
        assertThat(run("client browser-policy --browser edge --format reg --index 3"))
                .isZero();
        assertThat(new String(console.octets(), UTF_16LE))
                .isEqualTo(String.join(
                        "\r\n",
                        "\uFEFFWindows Registry Editor Version 5.00",
                        "",
                        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Edge\\ExtensionInstallForcelist]",
                        "\"3\"=\"maafgiompdekodanheihhgilkjchcakm;https://outlook.office.com/owa/SmimeCrxUpdate.ashx\"",
                        ""));
        assertThat(run("client mobile-policy --format powershell"))
                .as(console.err())
                .isZero();
        assertThat(console.out()).contains("RequireSignedSMIMEMessages = $true");
        assertThat(run("client mobile-policy --format eas-xml"))
                .as(console.err())
                .isZero();
        assertThat(console.out()).contains("<RequireSignedSMIMEMessages>1</RequireSignedSMIMEMessages>");
        assertThat(run("exchange on-premises --gateway-address 10.0.0.5 --server mail.example.com"
                        + " --server-address 10.0.0.10 --world edge.example.com --out %s/there"))
                .as(console.err())
                .isZero();
    }

    private int run(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            words.add(word.replace("%s", folder.toString()));
        }
        words.addAll(List.of("-c", folder.resolve("postseal.yaml").toString()));
        return console.run(words.toArray(String[]::new));
    }

    private static List<String> names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
