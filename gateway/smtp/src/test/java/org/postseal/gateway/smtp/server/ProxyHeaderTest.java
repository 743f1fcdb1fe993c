package org.postseal.gateway.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hostile headers, and where a header ends. The dialogues test what each header says. */
@Tag("thorough")
class ProxyHeaderTest {
    private static final String VERSION_2 = "\\r\\n\\r\\n\\0\\r\\nQUIT\\n";
    private static final String IPV4 = "\\xC0\\0\\x02\\x07\\xC6\\x33\\x64\\x01\\x12\\x67\\0\\x19";

    static List<String> headers() {
        return List.of(
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 25\\r\\n",
                "PROXY TCP6 2001:db8::7 2001:db8::1 4711 25\\r\\n",
                "PROXY UNKNOWN\\r\\n",
                VERSION_2 + "\\x21\\x11\\0\\x0C" + IPV4,
                VERSION_2 + "\\x21\\x11\\0\\x10" + IPV4 + "\\x04\\0\\x01a",
                VERSION_2
                        + "\\x21\\x21\\0\\x24\\x20\\x01\\x0D\\xB8\\{11*\\0}\\x07"
                        + "\\x20\\x01\\x0D\\xB8\\{11*\\0}\\x01\\x12\\x67\\0\\x19",
                VERSION_2 + "\\x21\\x31\\0\\xD8\\{216*\\0}",
                VERSION_2 + "\\x20\\0\\0\\0",
                // This is PP2_TYPE_SSL with a TLV inside.
                VERSION_2 + "\\x21\\x11\\0\\x1B" + IPV4 + "\\x20\\0\\x0C\\x01\\0\\0\\0\\0\\x21\\0\\x04TLS1");
    }

    @ParameterizedTest
    @MethodSource("headers")
    void nothingBehindItIsRead(String header) throws IOException {
        byte[] octets = Escapes.unescape(header);
        for (String behind : List.of("", "EHLO a\r\n", "PROXY UNKNOWN\r\n", "\r\n\r\n")) {
            Octets source = new Octets(join(octets, behind.getBytes(US_ASCII)));
            Optional<InetSocketAddress> _ = ProxyHeader.read(source);
            assertThat(source.position).isEqualTo(octets.length);
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void aPartOfItIsNone(String header) {
        byte[] octets = Escapes.unescape(header);
        for (int length = 0; length < octets.length; length++) {
            Octets source = new Octets(Arrays.copyOf(octets, length));
            assertThat(outcome(source)).as("%d of it", length).isEqualTo("EOFException");
        }
    }

    /** Any octets give an IOException or a result, and no more than a header may have is read. */
    @Test
    void nothingElseComesOfAnything() {
        Random random = new Random(20261126);
        List<byte[]> valid = headers().stream().map(Escapes::unescape).toList();
        for (int i = 0; i < 30_000; i++) {
            byte[] octets = join(valid.get(random.nextInt(valid.size())), new byte[20_000]);
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                octets[random.nextInt(60)] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(4));
            }
            Octets source = new Octets(octets);
            assertThat(outcome(source)).as("%d", i).isIn("known", "unknown", "ProtocolException");
            assertThat(source.position).isLessThanOrEqualTo(16 + (16 << 10));
        }
    }

    private static String outcome(Octets source) {
        try {
            return ProxyHeader.read(source).isPresent() ? "known" : "unknown";
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static final class Octets implements ProxyHeader.Source {
        private final byte[] octets;
        private int position;

        Octets(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public void readFully(byte[] into, int offset, int length) throws IOException {
            if (position + length > octets.length) {
                throw new EOFException();
            }
            System.arraycopy(octets, position, into, offset, length);
            position += length;
        }
    }
}
