package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No sample is forgotten: each file is a row of exactly one test, or is in the closed list of files that are no
 * message.
 */
class SampleCountTest {
    private static final List<String> FOLDERS =
            List.of("bouncycastle", "pkits/smime", "pqc", "rfc4134", "rfc8551", "rfc9216");

    @Test
    void everyFileIsARowOrNoMessage() throws IOException {
        List<String> there = new ArrayList<>();
        for (String folder : FOLDERS) {
            there.addAll(Samples.files(folder));
        }
        List<String> known = new ArrayList<>(noMessages());
        rows().forEach(known::add);

        assertThat(known).containsExactlyInAnyOrderElementsOf(there);
        assertThat(noMessages()).hasSize(NO_MESSAGES);
        assertThat(rows()).hasSize(ROWS);
    }

    /** The test of the paths checks the certificates and lists of NIST's suite. */
    @Test
    void besideItsMailsNistsSuiteHasCertificatesListsAndADirectory() throws IOException {
        assertThat(Samples.files("pkits/certs")).hasSize(405).allMatch(file -> file.endsWith(".crt"));
        assertThat(Samples.files("pkits/crls")).hasSize(173).allMatch(file -> file.endsWith(".crl"));
        assertThat(Samples.files("pkits").stream().filter(file -> file.indexOf('/') == file.lastIndexOf('/')))
                .containsExactly("pkits/pkits.ldif", "pkits/pkits.schema");
    }

    private static Stream<String> rows() throws IOException {
        return Stream.of(
                        SignedSamplesTest.SAMPLES.stream().map(SignedSamplesTest.Signed::file),
                        EncryptedSamplesTest.SAMPLES.stream().map(EncryptedSamplesTest.Encrypted::file),
                        OtherSamplesTest.SAMPLES.stream().map(OtherSamplesTest.Other::file),
                        Stream.of("44", "65", "87").map(MlDsaSamplesTest::file),
                        PkitsMailTest.files().stream())
                .flatMap(files -> files);
    }

    private static List<String> noMessages() throws IOException {
        return Files.readAllLines(Path.of("src/test/vectors/samples/no-message.txt")).stream()
                .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith("["))
                .toList();
    }

    private static final int ROWS = 308;
    private static final int NO_MESSAGES = 91;
}
