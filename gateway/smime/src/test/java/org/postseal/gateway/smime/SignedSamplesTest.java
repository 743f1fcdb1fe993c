package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.revocation.RevocationList;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;

/**
 * Verifies the signed samples of RFCs and of Bouncy Castle, both usually and with a policy for old mail that believes
 * old digests. The signer's certificate itself is the trust anchor, at a time when it was valid, so that any fault
 * found is that of the signature. Faults of certificates are tested apart.
 */
class SignedSamplesTest {
    /**
     * A sample.
     *
     * @param at when it is judged
     * @param usually the usual verdict
     * @param oldMail the verdict if old digests are believed
     */
    record Signed(String file, String at, String usually, String oldMail) {
        @Override
        public String toString() {
            return file;
        }
    }

    // Makes a sample with DSA: no certificate with such a key is accepted, whatever the policy says (RFC 8551 Appendix
    // B).
    private static Signed dsa(String file) {
        return new Signed(file, "2005-01-01", "ALGORITHM_WEAK", "ALGORITHM_WEAK");
    }

    // Makes a sample with SHA-1 and a key of 1024 bits, which no policy believes. Whether the digest is right is
    // checked before the key.
    private static Signed shortKey(String file, String at) {
        return new Signed(file, at, "ALGORITHM_WEAK", "ALGORITHM_WEAK");
    }

    static final List<Signed> SAMPLES = List.of(
            dsa("rfc4134/4.1.bin"),
            // This is right, but has no signed attributes, so nothing says what was signed.
            new Signed("rfc4134/4.2.bin", "2005-01-01", "ALGORITHM_WEAK", "SIGNED_ATTRIBUTES_MISSING"),
            dsa("rfc4134/4.3.bin"),
            dsa("rfc4134/4.4.bin"),
            new Signed("rfc4134/4.5.bin", "2005-01-01", "ALGORITHM_WEAK", "SIGNED_ATTRIBUTES_MISSING"),
            dsa("rfc4134/4.6.bin"),
            dsa("rfc4134/4.7.bin"),
            dsa("rfc4134/4.8.eml"),
            dsa("rfc4134/4.9.eml"),
            dsa("rfc4134/4.10.bin"),
            dsa("rfc8551/8551-3.5.2-signed.b64"),
            dsa("rfc8551/8551-3.5.2-signed.der"),
            // The signed attributes are sent and signed in another order than that of DER. OpenSSL verifies it too.
            new Signed("bouncycastle/3nnn_smime.eml", "2015-12-01", "Valid", "Valid"),
            // These have certificates without an address. Everything else is good.
            new Signed("bouncycastle/PSSSignDataSHA1.sig", "2010-01-01", "ALGORITHM_WEAK", "ADDRESS_MISMATCH"),
            new Signed("bouncycastle/PSSSignDataSHA1Enc.sig", "2010-01-01", "ALGORITHM_WEAK", "ADDRESS_MISMATCH"),
            new Signed("bouncycastle/PSSSignDataSHA256.sig", "2010-01-01", "ADDRESS_MISMATCH", "ADDRESS_MISMATCH"),
            new Signed("bouncycastle/PSSSignDataSHA256Enc.sig", "2010-01-01", "ADDRESS_MISMATCH", "ADDRESS_MISMATCH"),
            new Signed("bouncycastle/PSSSignDataSHA512.sig", "2010-01-01", "ADDRESS_MISMATCH", "ADDRESS_MISMATCH"),
            new Signed("bouncycastle/PSSSignDataSHA512Enc.sig", "2010-01-01", "ADDRESS_MISMATCH", "ADDRESS_MISMATCH"),
            // This is Authenticode: the signed content is no octet string.
            new Signed("bouncycastle/SignedMSPkcs7.sig", "2010-01-01", "MALFORMED", "MALFORMED"),
            // These are signatures from HTTP, in octets that mail does not carry, with keys of 1024 bits.
            new Signed("bouncycastle/basicAS2.message", "2004-01-01", "ALGORITHM_WEAK", "SIGNED_ATTRIBUTES_MISSING"),
            new Signed("bouncycastle/rawAS2.message", "2010-01-01", "ALGORITHM_WEAK", "SIGNED_ATTRIBUTES_MISSING"),
            // This has an object identifier of no octets in contentHint.
            new Signed("bouncycastle/bc1639test.p7m", "2016-01-01", "MALFORMED", "MALFORMED"),
            shortKey("bouncycastle/circular.eml", "2010-01-01"),
            shortKey("bouncycastle/counterSig.p7m", "2010-01-01"),
            new Signed("bouncycastle/embeddedmulti.message", "2007-09-01", "ALGORITHM_WEAK", "Valid"),
            shortKey("bouncycastle/extra-nl.eml", "2010-01-01"),
            shortKey("bouncycastle/multi-alternative.eml", "2010-01-01"),
            new Signed(
                    "bouncycastle/openssl-signed-sha256-non-default-salt-length.eml", "2020-01-01", "Valid", "Valid"),
            shortKey("bouncycastle/qp-soft-break.eml", "2007-09-01"),
            shortKey("bouncycastle/quotable.message", "2006-09-01"),
            // This has no signed attributes, and its content is not what was signed. OpenSSL finds the same.
            new Signed(
                    "bouncycastle/rawsha256nonull.p7m",
                    "2017-06-01",
                    "SIGNED_ATTRIBUTES_MISSING",
                    "SIGNED_ATTRIBUTES_MISSING"),
            shortKey("bouncycastle/validator.expired.eml", "2006-09-04"),
            shortKey("bouncycastle/validator.extKeyUsage.eml", "2006-09-04"),
            shortKey("bouncycastle/validator.keyUsage.eml", "2006-09-04"),
            shortKey("bouncycastle/validator.longValidity.eml", "2006-09-04"),
            shortKey("bouncycastle/validator.noEmail.eml", "2006-09-04"),
            shortKey("bouncycastle/validator.notYetValid.eml", "2006-09-04"),
            shortKey("bouncycastle/validator.revoked.eml", "2006-09-04"),
            // A certificate with a key of 512 bits is not even read.
            new Signed(
                    "bouncycastle/validator.shortKey.eml",
                    "2006-09-04",
                    "ALGORITHM_WEAK",
                    "SIGNER_CERTIFICATE_MISSING"),
            shortKey("bouncycastle/validator.validMail.eml", "2006-09-04"));

    // The detached signatures in files of their own, with the files that they cover.
    private static final Map<String, String> CONTENT = Map.of(
            "rfc4134/4.3.bin", "rfc4134/ExContent.bin",
            "bouncycastle/PSSSignDataSHA1.sig", "bouncycastle/PSSSignData.data",
            "bouncycastle/PSSSignDataSHA256.sig", "bouncycastle/PSSSignData.data",
            "bouncycastle/PSSSignDataSHA512.sig", "bouncycastle/PSSSignData.data");

    static RawMessage mail(String file) throws IOException {
        String content = CONTENT.get(file);
        return content == null ? Samples.mail(file) : Samples.clearSigned(file, content);
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void theVerdictIsThatOfTheTable(Signed sample) throws Exception {
        assertThat(verdict(sample, Believed.NOTHING)).isEqualTo(sample.usually);
        assertThat(verdict(sample, Believed.ALL_OLD)).isEqualTo(sample.oldMail);
    }

    /**
     * With one more octet of content, a good sample is found altered. A sample that is never believed is not looked at.
     */
    @ParameterizedTest
    @CsvSource({
        "rfc4134/4.8.eml, ALGORITHM_WEAK",
        "bouncycastle/3nnn_smime.eml, CONTENT_ALTERED",
        "bouncycastle/PSSSignDataSHA1.sig, CONTENT_ALTERED",
        "bouncycastle/PSSSignDataSHA256.sig, CONTENT_ALTERED",
        "bouncycastle/PSSSignDataSHA512.sig, CONTENT_ALTERED",
        "bouncycastle/circular.eml, CONTENT_ALTERED",
        "bouncycastle/embeddedmulti.message, CONTENT_ALTERED",
        "bouncycastle/extra-nl.eml, CONTENT_ALTERED",
        "bouncycastle/multi-alternative.eml, CONTENT_ALTERED",
        "bouncycastle/openssl-signed-sha256-non-default-salt-length.eml, CONTENT_ALTERED",
        "bouncycastle/qp-soft-break.eml, CONTENT_ALTERED",
        "bouncycastle/quotable.message, CONTENT_ALTERED",
        "bouncycastle/validator.validMail.eml, CONTENT_ALTERED"
    })
    void oneOctetMoreIsSeen(String file, String verdict) throws Exception {
        String text = Mail.text(mail(file));
        String boundary =
                Mail.scan(mail(file)).contentType().parameter("boundary").orElseThrow();
        int second = text.indexOf("\r\n--" + boundary, text.indexOf("--" + boundary + "\r\n") + 1);
        String longer = text.substring(0, second) + "x" + text.substring(second);
        assertThat(Mail.scan(Mail.of(longer)).parts()).hasSize(2);

        assertThat(Mail.describe(verify(Mail.of(longer), new TrustingStore(), Pki.NOW, Believed.ALL_OLD)))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.1", "4.2", "4.4", "4.5", "4.6", "4.7", "4.10"})
    void theSignedContentOfRfc4134IsTakenOut(String section) throws Exception {
        assertThat(Samples.signedContent(Samples.mail("rfc4134/" + section + ".bin")))
                .isEqualTo(Samples.octets("rfc4134/ExContent.bin"));
    }

    /** The name of a sample tells its fault. If the only fault is the length of the key, that is reported. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            expired      | expired on 2006-09-01T08:39:20Z
            extKeyUsage  | wrong usage: extKeyUsage has no emailProtection
            keyUsage     | wrong usage: keyUsage has no digitalSignature
            longValidity | untrusted: RSA key of 1024 bits is too short
            noEmail      | untrusted: RSA key of 1024 bits is too short
            notYetValid  | not valid before 2006-12-28T14:19:31Z
            revoked      | untrusted: RSA key of 1024 bits is too short
            validMail    | untrusted: RSA key of 1024 bits is too short
            """)
    void certificatesOfTheValidatorAreJudged(String name, String text) throws Exception {
        MimeEntity root = Mail.scan(Samples.mail("bouncycastle/validator." + name + ".eml"));
        MailCertificate anchor = Samples.certificate("bouncycastle/validator.root.crt");
        List<MailCertificate> leaves = contents(root).certificates().stream()
                .filter(each -> !each.equals(anchor))
                .toList();
        X509CRL list = (X509CRL) CertificateFactory.getInstance("X.509")
                .generateCRL(new ByteArrayInputStream(Samples.octets("bouncycastle/validator.revoked.crl")));

        assertThat(leaves).hasSize(1);
        assertThat(leaves.getFirst().addresses().isEmpty()).isEqualTo(name.equals("noEmail"));
        assertThat(list.isRevoked(leaves.getFirst().x509())).isEqualTo(name.equals("revoked"));
        assertThat(new TrustingStore(anchor)
                        .validate(
                                leaves.getFirst(),
                                new Brought(List.of(), List.of(RevocationList.of(list.getEncoded())), false),
                                CertificatePurpose.SIGN,
                                Instant.parse("2006-09-04T00:00:00Z"))
                        .status()
                        .text())
                .isEqualTo(text);
    }

    private static String verdict(Signed sample, Believed believed) throws Exception {
        RawMessage mail = mail(sample.file);
        CertificateStore store = new TrustingStore(signers(mail).toArray(new MailCertificate[0]));
        return Mail.describe(verify(mail, store, Instant.parse(sample.at + "T00:00:00Z"), believed));
    }

    private static SignatureVerdict verify(RawMessage mail, CertificateStore store, Instant at, Believed believed)
            throws IOException {
        MimeEntity root = Mail.scan(mail);
        return new SignatureVerifier()
                .check(root, Mail.from(root), store, at, believed)
                .verdict();
    }

    private static List<MailCertificate> signers(RawMessage mail) throws IOException {
        return new SignatureVerifier()
                        .check(
                                Mail.scan(mail),
                                Optional.<MailAddress>empty(),
                                new TrustingStore(),
                                Pki.NOW,
                                Believed.ALL_OLD)
                        .signers()
                        .stream()
                        .flatMap(report -> report.certificate().stream())
                        .toList();
    }

    private static SignedDataReader.Contents contents(MimeEntity root) throws IOException {
        MimeEntity signature = root.signedParts().orElseThrow().signature();
        try (InputStream object = CmsRoot.content(signature)) {
            return new SignedDataReader().read(object, signature.raw().size());
        }
    }
}
