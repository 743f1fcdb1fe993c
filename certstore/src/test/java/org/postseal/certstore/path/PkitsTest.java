package org.postseal.certstore.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.Corpora;
import org.postseal.certstore.MailCertificate;

/** NIST's path-validation suite, as far as it needs neither revocation nor policies: the name of a certificate says what it must be. */
class PkitsTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Pattern FAMILIES = Pattern.compile("(Valid|Invalid)"
            + "(CertificatePath|CASignature|EESignature|CAnot(Before|After)Date|EEnot(Before|After)Date|pre2000UTC"
            + "|GeneralizedTimenot|NameChaining|NameUIDs|RFC3280|Rollover|UTF8String|MissingbasicConstraints|cAFalse"
            + "|basicConstraintsNotCritical|pathLenConstraint|SelfIssuedpathLenConstraint|keyUsageNotCriticalTest"
            + "|keyUsage(Critical|NotCritical)keyCertSignFalse|DNnameConstraints|RFC822nameConstraints|DNandRFC822"
            + "|DNSnameConstraints|URInameConstraints|Unknown(Critical|NotCritical)CertificateExtension).*EE\\.crt");

    @Test
    void everyVerdictIsTheOneOfTheName() throws Exception {
        Path folder = Corpora.folder("pkits").resolve("certs");
        Map<String, MailCertificate> certificates = read(folder);
        MailCertificate anchor = certificates.get("TrustAnchorRootCertificate.crt");
        assertThat(anchor).isNotNull();
        PathValidator validator =
                new PathValidator(List.of(java.util.Objects.requireNonNull(anchor)), certificates.values());
        List<String> wrong = new ArrayList<>();
        int tried = 0;
        for (Map.Entry<String, MailCertificate> each : certificates.entrySet()) {
            if (!FAMILIES.matcher(each.getKey()).matches()) {
                continue;
            }
            tried++;
            CertificateStatus status = validator
                    .validate(each.getValue(), List.of(), CertificatePurpose.SIGN, NOW)
                    .status();
            if (status instanceof CertificateStatus.Usable != each.getKey().startsWith("Valid")) {
                wrong.add(each.getKey() + ": " + status.text());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(tried).isGreaterThanOrEqualTo(80);
    }

    private static Map<String, MailCertificate> read(Path folder) throws IOException {
        Map<String, MailCertificate> certificates = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                try {
                    certificates.put(file.getFileName().toString(), MailCertificate.of(Files.readAllBytes(file)));
                } catch (CertificateException dsa) {
                    assertThat(file.getFileName().toString()).matches("(In)?[vV]?a?l?i?d?DSA.*");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return certificates;
    }
}
