package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads certificates of others, many of them odd on purpose. Each is accepted, or refused for the right reason. */
class CorporaImportTest {
    @Test
    void zlintsCertificatesAreTakenOrRefusedForAReason() throws IOException {
        Map<String, Integer> refused = new TreeMap<>();
        int taken = 0;
        for (Path file : files("zlint-smime", ".pem")) {
            try {
                MailCertificate certificate =
                        MailCertificate.of(pem(Files.readString(file, StandardCharsets.ISO_8859_1)));
                assertThat(certificate.addresses()).doesNotContainNull();
                for (CertificatePurpose purpose : CertificatePurpose.values()) {
                    assertThat(certificate.whyNot(purpose)).isNotNull();
                }
                taken++;
            } catch (CertificateException e) {
                String why =
                        e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
                refused.merge(String.valueOf(why), 1, Integer::sum);
            }
        }
        assertThat(taken).isEqualTo(57);
        assertThat(refused)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        // Nobody signed zlint's samples, and they name no issuer, which RFC 5280 §4.1.2.4 demands.
                        Map.entry("malformed data: certificate issuer is an empty distinguished name", 94),
                        // GOST.
                        Map.entry(unsupported("1.2.643.7.1.1.1.1"), 1),
                        Map.entry(
                                "curve secp224r1 is not supported (supported: P-256, P-384, P-521,"
                                        + " brainpoolP256r1, brainpoolP384r1, brainpoolP512r1)",
                                1)));
    }

    @Test
    void everyCertificateOfRfc9216IsTaken() throws Exception {
        List<Path> files = files("rfc9216", ".crt");
        for (Path file : files) {
            assertThat(MailCertificate.of(pem(Files.readString(file, StandardCharsets.US_ASCII)))
                            .keyKind())
                    .isNotNull();
        }
        assertThat(files).hasSize(12);
    }

    private static String unsupported(String algorithm) {
        return "public key algorithm " + algorithm + " is not supported";
    }

    private static List<Path> files(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(Corpora.folder(folder))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] pem(String text) {
        String begin = "-----BEGIN CERTIFICATE-----";
        int start = text.indexOf(begin) + begin.length();
        return Base64.getMimeDecoder().decode(text.substring(start, text.indexOf("-----END CERTIFICATE-----")));
    }
}
