package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.policy.yaml.Problem;

/** Tests the warning about the key of hashed addresses: anybody who can read it can try out addresses with it. */
class AddressKeyTest {
    @TempDir
    private Path folder;

    @Test
    void oneThatEverybodyCanReadIsWarnedOf() throws IOException {
        assertThat(warnings("rw-r--r--"))
                .singleElement()
                .asString()
                .contains("audit.addressKey: can be read by everybody");
        assertThat(warnings("rw-r-----")).isEmpty();
        assertThat(warnings("rw-------")).isEmpty();
    }

    private List<Problem> warnings(String mode) throws IOException {
        Files.createDirectories(folder.resolve("store"));
        Files.writeString(folder.resolve("policy.yaml"), "");
        Path key = Files.writeString(folder.resolve("address.key"), "k".repeat(32));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
        Path file = Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.example.com
                listeners: [{ protocol: lmtp, address: "127.0.0.1:10024" }]
                nextHop: "127.0.0.1:10026"
                audit: { addresses: hashed, addressKey: address.key }
                """);
        return switch (ConfigReader.read(file)) {
            case ConfigResult.Loaded loaded -> loaded.warnings();
            case ConfigResult.Broken broken -> throw new AssertionError(broken.problems());
        };
    }
}
