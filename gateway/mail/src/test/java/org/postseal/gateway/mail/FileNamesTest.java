package org.postseal.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.header.FieldReader;
import org.postseal.policy.header.FieldReadings;
import org.postseal.policy.header.FieldText;

/** Tests which file names mail programs may find in the header section of a part. */
class FileNamesTest {
    static Stream<Arguments> parts() {
        return Stream.of(
                none("Content-Type: text/plain"),
                none("Content-Disposition: inline"),
                // The boundary should have been quoted. That hides no name.
                none("Content-Type: multipart/mixed; boundary==b"),
                all("Content-Type: application/pdf; name=\"a b.pdf\"", "a b.pdf"),
                all("Content-Disposition: attachment; filename=a.pdf", "a.pdf"),
                all("Content-Disposition: attachment; filename*=utf-8''gr%C3%BCn.pdf", "grün.pdf"),
                all("Content-Disposition: attachment; filename=\"=?utf-8?b?Z3LDvG4ucGRm?=\"", "grün.pdf"),
                all("Content-Disposition: attachment;\r\n filename*0=a; filename*1=.pdf", "a.pdf"),
                // Programs disagree about which of several names they take.
                all(
                        "Content-Type: image/png; name=a.png\r\nContent-Disposition: attachment; filename=a.exe",
                        "a.png",
                        "a.exe"),
                all("Content-Disposition: attachment; filename=a.png; filename*=us-ascii''a.exe", "a.png", "a.exe"),
                all(
                        "Content-Disposition: attachment; filename=a.png\r\n"
                                + "Content-Disposition: inline; filename=a.exe",
                        "a.png",
                        "a.exe"),
                // Programs may find another name.
                some("Content-Disposition: attachment; filename=a b.exe", "a"),
                some("Content-Disposition: filename=a.exe"),
                some("Content-Disposition: attachment; filename*1=.exe; filename*2=x", ""),
                some("Content-Disposition: attachment" + "; x=y".repeat(101)),
                some("Content-Type: application/pdf; name=\"a.pdf", "a.pdf"),
                some("Content-Type: text/plain\r\nContent-Type: application/pdf; name=a.exe"));
    }

    @ParameterizedTest
    @MethodSource("parts")
    void everyNameCounts(String header, Optional<FieldReadings> expected) throws IOException {
        RawMessage message = RawMessage.of((header + "\r\n\r\nx\r\n").getBytes(StandardCharsets.UTF_8));
        switch (MimeScanner.scan(message, Budget.standard())) {
            case Parsed.Success<MimeEntity>(MimeEntity part) ->
                assertThat(part.fileNames(new FieldReader())).isEqualTo(expected);
            case Parsed.Refused<MimeEntity> refused -> throw new AssertionError(refused);
        }
    }

    private static Arguments none(String header) {
        return Arguments.of(header, Optional.empty());
    }

    private static Arguments all(String header, String... names) {
        return Arguments.of(header, Optional.of(readings(true, names)));
    }

    private static Arguments some(String header, String... names) {
        return Arguments.of(header, Optional.of(readings(false, names)));
    }

    private static FieldReadings readings(boolean isComplete, String... names) {
        return new FieldReadings(Stream.of(names).map(FieldText::of).toList(), isComplete);
    }
}
