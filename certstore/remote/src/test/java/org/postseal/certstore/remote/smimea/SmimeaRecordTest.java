package org.postseal.certstore.remote.smimea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;

class SmimeaRecordTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final CertificateAuthority CA = CertificateAuthority.create("Root", START, END);
    private static final MailCertificate ALICE = issue();

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"})
    void onlyAFullCertificateIsOne(int selector, int matching) throws Exception {
        byte[] selected = selector == 0
                ? ALICE.holder().getEncoded()
                : ALICE.holder().getSubjectPublicKeyInfo().getEncoded();
        byte[] data = switch (matching) {
            case 0 -> selected;
            case 1 -> MessageDigest.getInstance("SHA-256").digest(selected);
            default -> MessageDigest.getInstance("SHA-512").digest(selected);
        };
        SmimeaRecord record = SmimeaRecord.of(3, selector, matching, data).orElseThrow();
        assertThat(record.origin()).isEqualTo("SMIMEA 3 " + selector + " " + matching);
        assertThat(record.certificate().isPresent()).isEqualTo(selector == 0 && matching == 0);
    }

    @Test
    void usagesAreNumberedAsInTheRegistry() throws Exception {
        assertThat(SmimeaRecord.of(0, 0, 0, new byte[1]).orElseThrow().usage()).isEqualTo(SmimeaRecord.Usage.PKIX_TA);
        assertThat(SmimeaRecord.of(1, 0, 0, new byte[1]).orElseThrow().usage()).isEqualTo(SmimeaRecord.Usage.PKIX_EE);
        assertThat(SmimeaRecord.of(2, 0, 0, new byte[1]).orElseThrow().usage()).isEqualTo(SmimeaRecord.Usage.DANE_TA);
        assertThat(SmimeaRecord.of(3, 0, 0, new byte[1]).orElseThrow().usage()).isEqualTo(SmimeaRecord.Usage.DANE_EE);
    }

    @ParameterizedTest
    @CsvSource({"4, 0, 0", "255, 0, 0", "3, 2, 0", "3, 255, 0", "3, 0, 3", "3, 0, 255"})
    void undefinedNumbersAreIgnored(int usage, int selector, int matching) throws Exception {
        assertThat(SmimeaRecord.of(usage, selector, matching, new byte[32])).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 31", "1, 33", "1, 0", "2, 32", "2, 63", "2, 65"})
    void dataOfAnImpossibleLengthIsMalformed(int matching, int octets) {
        assertThatThrownBy(() -> SmimeaRecord.of(3, 0, matching, new byte[octets]))
                .isInstanceOf(IOException.class)
                .hasMessage(octets + " octets of data in a record of matching type " + matching);
    }

    @Test
    void whatIsNoCertificateIsRefusedWhenItIsRead() throws Exception {
        SmimeaRecord record = SmimeaRecord.of(3, 0, 0, new byte[] {1, 2, 3}).orElseThrow();
        assertThatThrownBy(record::certificate).isInstanceOf(CertificateException.class);
    }

    private static MailCertificate issue() {
        return CA.issue(MailAddress.of("alice@example.com"), KeyAlgorithm.P256, Profile.ENCRYPT, START, END)
                .certificate();
    }
}
