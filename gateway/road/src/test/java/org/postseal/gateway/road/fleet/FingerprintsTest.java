package org.postseal.gateway.road.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FingerprintsTest {
    @Test
    void equalSecretsHaveEqualFingerprints() {
        String one = Fingerprints.of(Optional.of(new byte[] {1, 2, 3}));
        assertThat(one).matches("[0-9a-f]{8}").isEqualTo(Fingerprints.of(Optional.of(new byte[] {1, 2, 3})));
        assertThat(Fingerprints.of(Optional.of(new byte[] {1, 2, 4}))).isNotEqualTo(one);
        assertThat(Fingerprints.of(Optional.empty())).isEqualTo("none");
    }

    @Test
    void whatIsWrittenIsRead() {
        Map<String, String> secrets = Map.of("loops.keyFile", "01234567", "audit.addressKey", "none");
        assertThat(Fingerprints.text(secrets)).isEqualTo("audit.addressKey=none loops.keyFile=01234567");
        assertThat(Fingerprints.read(Fingerprints.text(secrets))).isEqualTo(secrets);
        assertThat(Fingerprints.read("")).isEmpty();
    }
}
