package org.postseal.certstore.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.Corpora;
import org.postseal.certstore.format.CertificateFile.Contents;
import org.postseal.certstore.format.CertificateFile.Refused;

/** Reads streams, and the files of other programs. */
class CertificateFilesTest {
    private static final String PEM = Samples.ALICE.certificate().toPem();

    @Test
    void aStreamWithoutEndIsCutAtTheLimit() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] octets, int from, int length) {
                return length;
            }
        };
        assertThat(CertificateFiles.read("-", endless, ReadOptions.strict()))
                .isEqualTo(new Refused(
                        Refusal.TOO_LARGE, new FormatProblem(Position.file("-"), "longer than 16777216 octets")));
        assertThat(CertificateFiles.read(
                        "-", new ByteArrayInputStream(CertificateFileTest.ascii(PEM)), ReadOptions.strict()))
                .isInstanceOf(Contents.class);
    }

    @Test
    void readsTheSamplesOfRfc9216() throws IOException {
        for (CertificateFile file : samples("rfc9216", ReadOptions.strict().withPassword("alice".toCharArray()))) {
            if (file.file().contains("pkcs-12") && !file.file().contains("alice")) {
                assertThat(file)
                        .isInstanceOfSatisfying(
                                Refused.class,
                                refused -> assertThat(refused.refusal()).isEqualTo(Refusal.WRONG_PASSWORD));
                continue;
            }
            assertThat(file).isInstanceOfSatisfying(Contents.class, contents -> {
                boolean isKey = contents.file().endsWith(".key");
                boolean isPkcs12 = contents.file().contains("pkcs-12");
                assertThat(contents.problems()).isEmpty();
                assertThat(contents.certificates()).hasSize(isPkcs12 ? 3 : isKey ? 0 : 1);
                assertThat(contents.keys()).hasSize(isPkcs12 ? 2 : isKey ? 1 : 0);
            });
        }
    }

    @Test
    void theSamplesOfZlintAreReadOrRefusedForAReason() throws IOException {
        List<CertificateFile> files = samples("zlint-smime", ReadOptions.strict());
        assertThat(files)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file).isInstanceOfSatisfying(Contents.class, contents -> {
                    assertThat(contents.elements()).hasSize(1);
                    // An empty issuer name violates RFC 5280 §4.1.2.4. The keys with ML-DSA, ML-KEM, GOST and P-224 are
                    // not on the list of keys.
                    assertThat(contents.problems())
                            .map(FormatProblem::message)
                            .allSatisfy(each -> assertThat(each)
                                    .matches("certificate refused: (malformed certificate"
                                            + " \\(certificate issuer is an empty distinguished name\\)|"
                                            + "public key algorithm [0-9.]+ is not supported|"
                                            + "curve secp224r1 is not supported \\(supported: [A-Za-z0-9, -]+\\))"));
                }));
        assertThat(files.stream()
                        .filter(file -> file instanceof Contents contents
                                && contents.problems().isEmpty()))
                .hasSizeGreaterThan(40);
    }

    @Test
    void readsTheSamplesOfRfc4134ButDsa() throws IOException {
        for (CertificateFile file : samples("rfc4134", ReadOptions.strict())) {
            switch (file) {
                case Contents contents ->
                    assertThat(contents.problems())
                            .allSatisfy(each -> assertThat(each.message())
                                    .endsWith(" algorithm 1.2.840.10040.4.1 is not supported"));
                case Refused refused ->
                    assertThat(refused.problem().message())
                            .isIn(
                                    "damaged PKCS #7: content type is not signed-data",
                                    "neither PEM, DER, PKCS #7, PKCS #12, SST nor LDIF");
            }
        }
    }

    private static List<CertificateFile> samples(String folder, ReadOptions options) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(Corpora.folder(folder))) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        List<CertificateFile> read = new ArrayList<>();
        for (Path each : files) {
            read.add(CertificateFiles.read(each.toString(), Files.readAllBytes(each), options));
        }
        return read;
    }
}
