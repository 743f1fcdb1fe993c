package org.postseal.certstore.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.SstElement.Kind;
import org.postseal.certstore.format.SstReader.Mode;

/** Reads serialized stores that are written octet by octet. */
class SstReaderTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] EMPTY = HEX.parseHex("0000000043455254000000000000000000000000");
    private static final byte[] ALICE = Samples.der(Samples.ALICE.certificate());
    private static final byte[] BOB = Samples.der(Samples.BOB.certificate());

    @ParameterizedTest
    @EnumSource(Mode.class)
    void emptyStoreHasNothing(Mode mode) {
        assertThat(SstReader.readFile(EMPTY, mode)).isEqualTo(new SstContents(List.of(), List.of(), List.of()));
        assertThat(SstWriter.write(List.of())).isEqualTo(EMPTY);
    }

    @Test
    void writesTheVectorOfTheReference() {
        byte[] store = SstWriter.write(List.of(Samples.ALICE.certificate()));
        String start = "0000000043455254" + "20000000" + "01000000";
        assertThat(HEX.formatHex(store))
                .isEqualTo(start
                        + HEX.formatHex(ByteBuffer.allocate(4)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putInt(ALICE.length)
                                .array())
                        + HEX.formatHex(ALICE)
                        + "000000000000000000000000");
    }

    @ParameterizedTest
    @CsvSource({
        "0, no header of a serialized store at offset 0",
        "7, no header of a serialized store at offset 0",
        "8, missing end marker at offset 8",
        "15, truncated record header at offset 8",
        "19, truncated record header at offset 8",
        "20, element reaches beyond the end at offset 8",
        "100, element reaches beyond the end at offset 8",
    })
    void cutStoreFailsInEitherMode(int length, String problem) {
        byte[] store = store(record(32, 1, ALICE));
        for (Mode mode : Mode.values()) {
            SstContents contents = SstReader.readFile(Arrays.copyOf(store, length), mode);
            assertThat(contents.problems()).map(Object::toString).containsExactly(problem);
            assertThat(contents.elements()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"12, missing end marker", "11, truncated record header", "1, truncated record header"})
    void onlyLenientlyMayTheEndMarkerBeMissing(int cut, String notice) {
        byte[] store = store(record(32, 1, ALICE));
        int end = store.length - 12;
        byte[] shortened = Arrays.copyOf(store, store.length - cut);

        SstContents strict = SstReader.readFile(shortened, Mode.STRICT);
        assertThat(strict.problems()).map(Object::toString).containsExactly(notice + " at offset " + end);
        SstContents lenient = SstReader.readFile(shortened, Mode.LENIENT);
        assertThat(lenient.problems()).isEmpty();
        assertThat(lenient.warnings()).map(Object::toString).containsExactly(notice + " at offset " + end);
        assertThat(lenient.elements()).hasSize(1);
    }

    @Test
    void everyCutOfAStoreFails() {
        byte[] store = store(
                record(11, 1, "Alice\0".getBytes(StandardCharsets.UTF_16LE)),
                record(32, 1, ALICE),
                record(32, 1, BOB),
                record(33, 1, Samples.crlDer()));
        for (int length = 0; length < store.length; length++) {
            assertThat(SstReader.readFile(Arrays.copyOf(store, length), Mode.STRICT)
                            .problems())
                    .as("cut at %d", length)
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void readsWhatMayBeOdd(Mode mode) {
        byte[] store = store(
                record(13, 1, new byte[0]),
                record(32, 1, ALICE),
                record(32, 1, ALICE),
                record(2, 0x10001, new byte[] {1}),
                record(33, 1, Samples.crlDer()),
                record(34, 1, new byte[] {0x30, 0}),
                record(11, 1, new byte[] {65, 0, 0, 0}));
        SstContents contents = SstReader.readFile(with(store, new byte[] {1, 2, 3}), mode);
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.elements())
                .map(SstElement::kind)
                .containsExactly(Kind.CERTIFICATE, Kind.CERTIFICATE, Kind.CRL, Kind.CTL);
        assertThat(contents.elements()).map(SstElement::number).containsExactly(1, 2, 3, 4);
        assertThat(contents.elements()).map(SstElement::offset).startsWith(20, 20 + 12 + ALICE.length);
        assertThat(contents.warnings())
                .map(SstContents.Notice::message)
                .containsExactly(
                        "property of another encoding, skipped",
                        "properties without an element",
                        "octets behind the end marker");
    }

    @Test
    void propertiesBelongToTheElementBehindThem() {
        byte[] emailAndTls = HEX.parseHex("301406082b0601050507030406082b06010505070301");
        SstContents contents = SstReader.readFile(
                store(
                        record(11, 1, "Älice\0rest".getBytes(StandardCharsets.UTF_16LE)),
                        record(9, 1, emailAndTls),
                        record(32, 1, ALICE),
                        record(9, 1, HEX.parseHex("3000")),
                        record(32, 1, BOB),
                        record(9, 1, new byte[] {1}),
                        record(33, 1, Samples.crlDer()),
                        record(32, 1, BOB)),
                Mode.STRICT);
        assertThat(contents.elements())
                .map(SstElement::windowsUsages)
                .containsExactly(
                        Optional.of(Set.of("1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.1")),
                        Optional.of(Set.of()),
                        Optional.of(Set.of()),
                        Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        // The columns are id, encoding, length, the problem in strict mode, and the problem in lenient mode.
        "32, 2, 4, element of another encoding than X.509 at offset 8,"
                + " element of another encoding than X.509 at offset 8",
        "65536, 1, 4, property with the number 65536 at offset 8,",
        "4294967295, 1, 4, property with the number 4294967295 at offset 8,",
        "0, 1, 0, end marker with a content at offset 8,",
        "32, 1, 4294967295, element reaches beyond the end at offset 8, element reaches beyond the end at offset 8",
        "11, 1, 2147483648, property reaches beyond the end at offset 8, property reaches beyond the end at offset 8",
    })
    void namesWhatIsWrongWithARecord(long id, long encoding, long length, String strict, String lenient) {
        byte[] content = length == 4 ? new byte[4] : new byte[0];
        byte[] header = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) id)
                .putInt((int) encoding)
                .putInt((int) length)
                .array();
        byte[] store = store(with(header, content));
        assertThat(SstReader.readFile(store, Mode.STRICT).problems())
                .map(Object::toString)
                .containsExactly(strict);
        assertThat(SstReader.readFile(store, Mode.LENIENT).problems())
                .map(Object::toString)
                .isEqualTo(lenient == null ? List.of() : List.of(lenient));
    }

    @Test
    void aBadElementDoesNotHideTheNext() {
        SstContents contents =
                SstReader.readFile(store(record(32, 2, ALICE), record(33, 3, ALICE), record(32, 1, BOB)), Mode.STRICT);
        assertThat(contents.problems()).map(SstContents.Notice::element).containsExactly(1, 2);
        assertThat(contents.elements()).map(SstElement::number).containsExactly(3);
    }

    @Test
    void limitsAreNamedWithTheirOffset() {
        assertThat(problems(record(32, 1, new byte[(1 << 20) + 1])))
                .containsExactly("element longer than 1048576 octets at offset 8");
        assertThat(problems(record(32, 1, new byte[1 << 20]))).isEmpty();
        assertThat(problems(record(13, 1, new byte[(64 << 10) + 1])))
                .containsExactly("property longer than 65536 octets at offset 8");
        assertThat(problems(record(13, 1, new byte[64 << 10]))).isEmpty();
        byte[] small = record(34, 1, new byte[1]);
        assertThat(problems(repeated(small, 10_000))).isEmpty();
        assertThat(problems(repeated(small, 10_001)))
                .containsExactly("more than 10000 elements at offset " + (8 + 10_000 * small.length));
        assertThat(problems(repeated(record(3, 1, new byte[0]), 129)))
                .containsExactly("more than 128 properties of one element at offset " + (8 + 128 * 12));
        assertThat(SstReader.readFile(Arrays.copyOf(EMPTY, (16 << 20) + 1), Mode.LENIENT)
                        .problems())
                .map(Object::toString)
                .containsExactly("store longer than 16777216 octets at offset 8");
    }

    @Test
    void whatIsWrittenIsReadForAnyChoice() {
        Random random = new Random(1);
        List<MailCertificate> pool = List.of(Samples.ALICE.certificate(), Samples.BOB.certificate(), Samples.CA.root());
        for (int round = 0; round < 200; round++) {
            List<MailCertificate> certificates = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                certificates.add(pool.get(random.nextInt(pool.size())));
            }

            SstContents contents = SstReader.readFile(SstWriter.write(certificates), Mode.STRICT);

            assertThat(contents.problems()).isEmpty();
            assertThat(contents.warnings()).isEmpty();
            assertThat(contents.elements())
                    .map(each -> HEX.formatHex(each.der()))
                    .isEqualTo(certificates.stream()
                            .map(each -> HEX.formatHex(Samples.der(each)))
                            .toList());
        }
    }

    static byte[] record(int id, int encoding, byte[] value) {
        return with(
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(id)
                        .putInt(encoding)
                        .putInt(value.length)
                        .array(),
                value);
    }

    static byte[] store(byte[]... records) {
        return with(with(SstReader.HEADER, with(records)), new byte[12]);
    }

    private static List<String> problems(byte[] records) {
        return SstReader.readFile(store(records), Mode.STRICT).problems().stream()
                .map(Object::toString)
                .toList();
    }

    private static byte[] repeated(byte[] octets, int times) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.writeBytes(octets);
        }
        return out.toByteArray();
    }

    private static byte[] with(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            out.writeBytes(each);
        }
        return out.toByteArray();
    }
}
