package org.postseal.gateway.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.OctetGate;

class GatedStreamTest {
    /** The stream takes room in steps for speed. The steps defer no message that fits. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 70_000, 200_000})
    void whatFitsWithoutSizeIsLetIn(int piece) throws IOException {
        OctetGate gate = new OctetGate(200_000);
        try (OctetGate.Hold hold = gate.enter(0).orElseThrow()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            GatedStream stream = new GatedStream(out, hold);
            byte[] octets = new byte[200_000];
            for (int at = 0; at < octets.length; at += piece) {
                stream.write(octets, at, Math.min(piece, octets.length - at));
            }
            assertThat(out.size()).isEqualTo(200_000);
            assertThat(gate.held()).isEqualTo(200_000);
            assertThatThrownBy(() -> stream.write(0)).isInstanceOf(OctetGate.FullException.class);
        }
        assertThat(gate.held()).isZero();
    }

    @Test
    void roomIsTakenInStepsAndOnceForWhatWasAnnounced() throws IOException {
        OctetGate gate = new OctetGate(1 << 20);
        try (OctetGate.Hold hold = gate.enter(1_000).orElseThrow()) {
            GatedStream stream = new GatedStream(new ByteArrayOutputStream(), hold);
            stream.write(new byte[1_000]);
            assertThat(gate.held()).isEqualTo(1_000);
            stream.write(0);
            assertThat(gate.held()).isEqualTo(1_001 + (64 << 10));
        }
    }
}
