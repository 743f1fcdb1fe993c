package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.TimestampConfig;

/** Tests that every key either takes effect at once or is reported to wait for the next start. */
class ConfigChangeTest {
    private static final String BEFORE = """
            hostName: gw.example.com
            listeners: [{ protocol: lmtp, address: "127.0.0.1:10024" }]
            nextHop: "127.0.0.1:10026"
            loops: { keyFile: loop.key }
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "authservId: other                               | authservId           | at once",
                "trustedPeers: [192.0.2.1]                       | trustedPeers         | at once",
                "upstreams: { mta: { networks: 192.0.2.1 } }     | upstreams            | at once",
                "recipients: { allowLocalParts: [a%b] }          | recipients           | at once",
                "limits: { drain: 1s }                           | limits               | at once",
                "mode: observe                                   | mode                 | at the next start",
                "policy: { file: policy.yaml, reload: onSignal } | policy               | at the next start",
                "policy: { shadow: next.yaml }                   | policy               | at the next start",
                "store: { directory: other }                     | store                | at the next start",
                "crypto: { batch: off }                          | crypto               | at the next start",
                "revocation: { inbound: off }                    | directory, trust or revocation | at the next start",
                "audit: { file: other.jsonl }                    | audit                | at the next start",
                "journal: { retention: 7d }                      | journal              | at the next start",
                "metrics: { address: none }                      | metrics              | at the next start",
            })
    void isEither(String line, String key, String when) throws IOException {
        GatewayConfig before = loaded(BEFORE);
        GatewayConfig after = loaded(BEFORE + line);
        check(new ConfigChange(before, after), key, when.equals("at once"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gw.example.com          | gw2.example.com         | hostName",
                "10024                   | 10025                   | listeners",
                "10026                   | 10027                   | next hops and routes",
                "loop.key                | other.key               | loops"
            })
    void isChanged(String from, String to, String key) throws IOException {
        GatewayConfig before = loaded(BEFORE.replaceFirst("hostName", "authservId: x\nhostName"));
        GatewayConfig after = loaded(
                BEFORE.replaceFirst("hostName", "authservId: x\nhostName").replace(from, to));
        check(new ConfigChange(before, after), key, true);
    }

    @Test
    void whoeverHasAnotherNameNowIsNamed() throws IOException {
        GatewayConfig before = loaded(BEFORE + """
                upstreams:
                  same: { networks: 192.0.2.1 }
                  gone: { networks: 192.0.2.2 }
                  wider: { networks: 192.0.2.3 }
                """);
        GatewayConfig after = loaded(BEFORE + """
                upstreams:
                  wider: { networks: [192.0.2.3, 192.0.2.4] }
                  new: { networks: 192.0.2.2 }
                  same: { networks: 192.0.2.1 }
                """);
        assertThat(new ConfigChange(before, after).renamed()).containsExactly("gone", "wider", "new");
        assertThat(new ConfigChange(before, before).renamed()).isEmpty();
    }

    /** The command that asks for time stamps reads audit.timestamp itself. */
    @Test
    void whoStampsWaitsForNothing() throws IOException {
        GatewayConfig before = loaded(BEFORE);
        AuditConfig audit = before.audit();
        GatewayConfig after = with(
                before,
                new AuditConfig(
                        audit.file(),
                        audit.adminFile(),
                        audit.checkpoint(),
                        audit.rotateSize(),
                        audit.rotateEvery(),
                        audit.keep(),
                        audit.journald(),
                        audit.addressKey(),
                        Optional.of(new TimestampConfig(
                                Optional.empty(),
                                folder.resolve("tsa.pem"),
                                Optional.empty(),
                                Optional.empty(),
                                TimestampConfig.DEFAULT_TIME_LIMIT))));
        ConfigChange change = new ConfigChange(before, after);
        assertThat(change.atOnce()).isEmpty();
        assertThat(change.fromNextStart()).isEmpty();
    }

    private static GatewayConfig with(GatewayConfig config, AuditConfig audit) {
        return new GatewayConfig(
                config.hostName(),
                config.authservId(),
                config.listeners(),
                config.trustedPeers(),
                config.upstreams(),
                config.recipients(),
                config.nextHops(),
                config.mode(),
                config.policy(),
                config.storeDirectory(),
                config.crypto(),
                config.directory(),
                audit,
                config.journal(),
                config.fleet(),
                config.loops(),
                config.held(),
                config.enrolment(),
                config.metrics(),
                config.console(),
                config.limits());
    }

    private static void check(ConfigChange change, String key, boolean isAtOnce) {
        assertThat(change.atOnce()).isEqualTo(isAtOnce ? List.of(key) : List.of());
        assertThat(change.fromNextStart()).isEqualTo(isAtOnce ? List.of() : List.of(key));
        assertThat(change.inForce()).isEqualTo(isAtOnce ? change.written() : change.running());
        assertThat(new ConfigChange(change.written(), change.written()).inForce())
                .isEqualTo(change.written());
    }

    private GatewayConfig loaded(String text) throws IOException {
        Files.createDirectories(folder.resolve("store"));
        Files.createDirectories(folder.resolve("other"));
        Files.writeString(folder.resolve("policy.yaml"), "");
        Files.writeString(folder.resolve("loop.key"), "0123456789abcdef0123456789abcdef\n");
        Files.writeString(folder.resolve("other.key"), "0123456789abcdef0123456789abcdee\n");
        ConfigResult result = ConfigReader.read(Files.writeString(folder.resolve("postseal.yaml"), text));
        assertThat(result).isInstanceOf(ConfigResult.Loaded.class);
        return ((ConfigResult.Loaded) result).config();
    }
}
