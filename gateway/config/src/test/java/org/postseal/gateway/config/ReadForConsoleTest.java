package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.DatabasePlace;
import org.postseal.policy.yaml.Problem;

/** Tests how the console reads the configuration of a gateway, whose files it may read only in part. */
class ReadForConsoleTest {
    private static final String GATEWAY = """
            hostName: gw.example.com
            listeners:
              - protocol: smtp
                address: "127.0.0.1:10025"
                tls: { certificate: gw.pem, key: credential:postseal.gw.key, clients: nowhere/ca.pem }
                auth: { passwords: credential:postseal.logins }
            upstreams: { relay: { listeners: "127.0.0.1:10025", certificates: "CN=relay.example" } }
            nextHop:
              address: "relay.example:587"
              auth: { user: gw, passwordFile: credential:postseal.relay.password }
              tls: encrypt
            store: { directory: nowhere/store }
            directory:
              database: nowhere/directory.db
              masterKey: credential:postseal.master.key
              ldap:
                corp:
                  urls: "ldaps://ldap.example"
                  base: "dc=example"
                  bindDn: "cn=gw"
                  passwordFile: credential:postseal.corp.password
              tokens: { hsm: { library: nowhere/lib.so, pinFile: credential:postseal.hsm.pin, slot: 0 } }
            loops: { keyFile: credential:postseal.loop.key }
            journal: { file: nowhere/journal.db }
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void policy() throws IOException {
        Files.createFile(folder.resolve("policy.yaml"));
    }

    @Test
    void whatIsForTheGatewayAloneNeedNotBeThere() throws IOException {
        Path file = write(GATEWAY);
        assertThat(problems(ConfigReader.read(file))).hasSizeGreaterThan(5);
        ConfigResult read = ConfigReader.readForConsole(file);
        assertThat(problems(read)).isEmpty();
        GatewayConfig config = ((ConfigResult.Loaded) read).config();
        assertThat(config.policyFile()).isEqualTo(folder.resolve("policy.yaml"));
        assertThat(config.directory().database())
                .contains(new DatabasePlace.InFile(folder.resolve("nowhere/directory.db")));
        assertThat(config.directory().sources()).contains("ldap:corp");
    }

    @Test
    void keysOfTheLogAreForTheGatewayAlone() throws IOException {
        for (String key : List.of("credential:postseal.address.key", "nowhere/address.key")) {
            Path file = write(GATEWAY + """
                    audit:
                      addresses: hashed
                      addressKey: %s
                      checkpoint: { key: nowhere/audit-key.pem }
                    """.formatted(key));
            assertThat(problems(ConfigReader.read(file)))
                    .anyMatch(line -> line.contains("audit.addressKey: "))
                    .anyMatch(line -> line.contains("audit.checkpoint.key: "));
            ConfigResult read = ConfigReader.readForConsole(file);
            assertThat(problems(read)).isEmpty();
            assertThat(((ConfigResult.Loaded) read).config().audit().addressKey())
                    .isEmpty();
        }
    }

    @Test
    void itsOwnPartMustBe() throws IOException {
        assertThat(problems(ConfigReader.readForConsole(write(GATEWAY
                        + "console: { auth: { passwords: credential:postseal.console }, fleet: policy.yaml }\n"
                        + "audit: { file: elsewhere/audit.jsonl }\npolicy: other.yaml\n"))))
                .anyMatch(line -> line.contains("console.auth.passwords: "))
                .anyMatch(line -> line.contains("console.fleet: is not a directory"))
                .anyMatch(line -> line.contains("audit.file: no such directory"))
                .anyMatch(line -> line.contains("policy: no such file"))
                .hasSize(4);
    }

    /** Only the console's service has these credentials, while a file named by its path must exist for both. */
    @Test
    void credentialsOfTheConsoleAreNotForTheGateway() throws IOException {
        Files.createDirectory(folder.resolve("store"));
        String start = "listeners: [{ protocol: lmtp, address: \"127.0.0.1:0\" }]\nnextHop: \"127.0.0.1:10026\"\n";
        String secrets = "console: { address: \"192.0.2.1:9726\","
                + " tls: { certificate: tls.pem, key: %s }, auth: { passwords: %s } }\n";
        Files.createFile(folder.resolve("tls.pem"));
        Path ours = write(
                start + secrets.formatted("credential:postseal-console.key", "credential:postseal-console.logins"));
        assertThat(problems(ConfigReader.read(ours))).isEmpty();
        assertThat(problems(ConfigReader.readForReviewer(ours))).isEmpty();
        assertThat(problems(ConfigReader.readForConsole(ours)))
                .anyMatch(line -> line.contains("console.tls.key: "))
                .anyMatch(line -> line.contains("console.auth.passwords: "))
                .hasSize(2);
        assertThat(problems(ConfigReader.read(write(start + secrets.formatted("nowhere.key", "nowhere")))))
                .anyMatch(line -> line.contains("console.tls.key: no such file"))
                .anyMatch(line -> line.contains("console.auth.passwords: no such file"))
                .hasSize(2);
    }

    @Test
    void anUnknownKeyStaysOne() throws IOException {
        assertThat(problems(ConfigReader.readForConsole(write(GATEWAY + "loopz: {}\n"))))
                .hasSize(1)
                .first()
                .asString()
                .contains("loopz");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("postseal.yaml"), text);
    }

    private static List<String> problems(ConfigResult result) {
        List<Problem> problems = switch (result) {
            case ConfigResult.Loaded _ -> List.of();
            case ConfigResult.Broken broken -> broken.problems();
        };
        return problems.stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .map(Problem::toString)
                .toList();
    }
}
