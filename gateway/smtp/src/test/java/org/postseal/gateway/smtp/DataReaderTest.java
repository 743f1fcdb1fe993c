package org.postseal.gateway.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.config.GatewayConfig.BareLineEnds;
import org.postseal.gateway.config.GatewayConfig.Limits;
import org.postseal.gateway.config.GatewayConfig.MessageLimits;
import org.postseal.policy.outcome.Reason;

class DataReaderTest {
    private static final String NEXT = "NOOP\r\n";

    /**
     * Random octets of the alphabet that matters arrive cut anywhere. The result must be that of a reader that looks at
     * all of them at once.
     */
    @Test
    void agreesWithTheNaiveReaderHoweverTheOctetsArrive() throws IOException {
        Random random = new Random(20261124);
        for (int round = 0; round < 30_000; round++) {
            String data = randomData(random);
            MessageLimits limits = new MessageLimits(
                    random.nextInt(4) == 0 ? random.nextInt(1, 30) : 0,
                    random.nextInt(4) == 0 ? random.nextInt(2, 12) : 0,
                    random.nextBoolean() ? BareLineEnds.REJECT : BareLineEnds.NORMALISE);
            Read expected = naive(data + "\r\n.\r\n" + NEXT, limits);
            int[] cuts = random.ints(random.nextInt(6), 0, data.length() + 6).toArray();
            Read actual = read(data + "\r\n.\r\n" + NEXT, cuts, limits);
            assertThat(actual).as(round + ": " + show(data) + " " + limits).isEqualTo(expected);
        }
    }

    @Test
    void handsOnLongDataUnchanged() throws IOException {
        Random random = new Random(7);
        StringBuilder data = new StringBuilder();
        while (data.length() < 1_000_000) {
            random.ints(random.nextInt(200), 1, 256)
                    .filter(c -> c != '\r' && c != '\n' && c != '.')
                    .forEach(c -> data.append((char) c));
            data.append("\r\n");
        }
        Read read =
                read(data + ".\r\n" + NEXT, new int[] {5, 77, 8192, 8193, 100_001, 500_000}, Limits.DEFAULT.message());
        assertThat(read).isEqualTo(new Read(new DataReader.Outcome.Complete(data.length()), data.toString(), NEXT));
    }

    @Test
    void streamThatEndsEarlyIsNoMessage() throws IOException {
        String data = ".a\r\n.\r\n";
        for (int length = 0; length < data.length(); length++) {
            assertThat(read(data.substring(0, length), new int[0], Limits.DEFAULT.message())
                            .outcome())
                    .as(show(data.substring(0, length)))
                    .isEqualTo(new DataReader.Outcome.BrokenOff());
        }
        assertThat(read(data, new int[0], Limits.DEFAULT.message()).outcome())
                .isEqualTo(new DataReader.Outcome.Complete(3));
    }

    @Test
    void readsToTheEndWhenTheSinkThrows() throws IOException {
        IOException full = new IOException("full");
        OutputStream sink = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw full;
            }
        };
        SmtpInput input = input("a\r\n\r\nQUIT\r\n.\r\n" + NEXT, new int[] {2, 3, 9});
        assertThat(new DataReader(input, sink, Limits.DEFAULT.message()).read())
                .isEqualTo(new DataReader.Outcome.SinkFailed(full));
        assertThat(rest(input)).isEqualTo(NEXT);
    }

    @Test
    void givesUpFarAboveTheLimit() throws IOException {
        MessageLimits limits = new MessageLimits(10, 0, BareLineEnds.REJECT);
        byte[] endless = new byte[8192];
        Arrays.fill(endless, (byte) 'a');
        long[] taken = new long[1];
        SmtpInput input = new SmtpInput((into, offset, length) -> {
            int count = Math.min(length, endless.length);
            System.arraycopy(endless, 0, into, offset, count);
            taken[0] += count;
            return count;
        });
        assertThat(new DataReader(input, OutputStream.nullOutputStream(), limits).read())
                .isEqualTo(new DataReader.Outcome.Overrun());
        assertThat(taken[0]).isBetween(1L << 20, (1L << 20) + 200_000);
    }

    @Test
    void findsEachSpecialOctetAtEachPlace() {
        for (int length = 0; length < 40; length++) {
            for (int at = 0; at <= length; at++) {
                for (byte special : new byte[] {'\r', '\n', 0}) {
                    byte[] octets = new byte[length + 1];
                    // These are low octets that are none of the three, and octets with the sign bit.
                    for (int i = 0; i < octets.length; i++) {
                        octets[i] =
                                new byte[] {1, 9, 11, 12, 14, 15, 16, (byte) 0x80, (byte) 0x8D, (byte) 0xFF}[i % 10];
                    }
                    assertThat(DataReader.nextSpecial(octets, 0, length)).isEqualTo(length);
                    octets[at] = special;
                    assertThat(DataReader.nextSpecial(octets, 0, octets.length)).isEqualTo(at);
                    assertThat(DataReader.nextSpecial(octets, 0, at)).isEqualTo(at);
                }
            }
        }
    }

    private record Read(DataReader.Outcome outcome, String data, String rest) {}

    private static Read read(String octets, int[] cuts, MessageLimits limits) throws IOException {
        SmtpInput input = input(octets, cuts);
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        DataReader.Outcome outcome = new DataReader(input, sink, limits).read();
        boolean isComplete = outcome instanceof DataReader.Outcome.Complete;
        return new Read(outcome, isComplete ? sink.toString(ISO_8859_1) : "", rest(input));
    }

    private static Read naive(String octets, MessageLimits limits) {
        int end = ("\r\n" + octets).indexOf("\r\n.\r\n");
        String rest = octets.substring(end + 3);
        String data =
                ("\r\n" + octets.substring(0, end)).replace("\r\n.", "\r\n").substring(2);
        boolean isBare = data.replace("\r\n", "").chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0);
        if (limits.bareLineEnds() == BareLineEnds.NORMALISE) {
            data = data.replaceAll("\r\n|\r|\n", "\r\n").replace('\0', ' ');
        }
        boolean isLong = limits.lineOctets() > 0
                && Arrays.stream(data.split("\r\n", -1)).anyMatch(line -> line.length() + 2 > limits.lineOctets());
        if (limits.octets() > 0 && data.length() > limits.octets()) {
            return new Read(new DataReader.Outcome.Refused(Reason.MESSAGE_TOO_BIG), "", rest);
        }
        if (isBare && limits.bareLineEnds() == BareLineEnds.REJECT) {
            return new Read(new DataReader.Outcome.Refused(Reason.BARE_LINE_END), "", rest);
        }
        if (isLong) {
            return new Read(new DataReader.Outcome.Refused(Reason.LINE_TOO_LONG), "", rest);
        }
        return new Read(new DataReader.Outcome.Complete(data.length()), data, rest);
    }

    private static String randomData(Random random) {
        String[] words = {"\r\n", "\r\n", ".", ".", "\r", "\n", "\0", "a", "bcdefghijkl", "\t", "\u00e9", "\r\n."};
        StringBuilder data = new StringBuilder();
        for (int n = random.nextInt(14); n > 0; n--) {
            data.append(words[random.nextInt(words.length)]);
        }
        return data.toString();
    }

    private static SmtpInput input(String octets, int[] cuts) {
        byte[] all = octets.getBytes(ISO_8859_1);
        int[] sorted = Arrays.stream(cuts).sorted().toArray();
        int[] position = new int[1];
        return new SmtpInput((into, offset, length) -> {
            int from = position[0];
            if (from == all.length) {
                return -1;
            }
            int to = Arrays.stream(sorted).filter(cut -> cut > from).findFirst().orElse(all.length);
            int count = Math.min(Math.min(to, all.length) - from, length);
            System.arraycopy(all, from, into, offset, count);
            position[0] += count;
            return count;
        });
    }

    private static String rest(SmtpInput input) throws IOException {
        StringBuilder rest = new StringBuilder();
        while (!input.isEmpty() || input.fill()) {
            rest.append(new String(input.buffer(), input.position(), input.limit() - input.position(), ISO_8859_1));
            input.consumeTo(input.limit());
        }
        return rest.toString();
    }

    private static String show(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0");
    }
}
