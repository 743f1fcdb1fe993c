package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyLinesTest {
    private static final String CONFIG = """
            listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
            nextHop: "127.0.0.1:10026"

            directory:
              database: directory.db
              ldap:
                corp:
                  urls: "ldap://127.0.0.1:389"
                  limits:
                    total: 2s
            revocation: { inbound: hard,
              outbound: soft }
            trustedPeers:
              - 127.0.0.1
              - "::1"
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "nextHop, 2",
        "directory, 4",
        "directory.database, 5",
        "directory.ldap.corp, 7",
        "directory.ldap.corp.limits.total, 10",
        "revocation.inbound, 11",
        "revocation.outbound, 12",
        "listeners[0].address, 1",
        "trustedPeers[1], 15",
        // These keys are not written, so the nearest section around each counts
        "trustedPeers[2].any, 13",
        "directory.masterKey, 4",
        "directory.ldap.corp.limits.connect, 9",
        "directory.ldap.other.limits.connect, 6",
        "nextHop.tls, 2",
        // Neither these keys nor a section around them are written
        "store.directory, 1",
        "trust.collections, 1",
        "directoryx, 1",
        "'', 1"
    })
    void aKeyThatIsNotThereStandsWhereTheNearestAboveIt(String key, int line) throws IOException {
        Files.createDirectory(folder.resolve("store"));
        Files.writeString(folder.resolve("policy.yaml"), "");
        Path file = Files.writeString(folder.resolve("postseal.yaml"), CONFIG);
        switch (ConfigReader.read(file)) {
            case ConfigResult.Loaded loaded ->
                assertThat(loaded.lines().of(key)).isEqualTo(line);
            case ConfigResult.Broken broken ->
                throw new AssertionError(broken.problems().toString());
        }
    }
}
