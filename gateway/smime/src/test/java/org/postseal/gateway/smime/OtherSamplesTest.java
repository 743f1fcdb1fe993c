package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.BEROctetString;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.CompressedData;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Handling;

/**
 * Reads samples of RFCs and of Bouncy Castle that are neither signed nor encrypted. Each is delivered as received, and
 * nothing good is said about it.
 */
class OtherSamplesTest {
    /**
     * A sample.
     *
     * @param kind what it is
     * @param verdict the verdict on its signature
     */
    record Other(String file, CmsRoot.Kind kind, String verdict) {
        @Override
        public String toString() {
            return file;
        }
    }

    static final List<Other> SAMPLES = List.of(
            // These are data, the second without an explicit tag as it was once defined.
            new Other("rfc4134/3.1.bin", CmsRoot.Kind.OTHER, "Unsigned"),
            new Other("rfc4134/3.2.bin", CmsRoot.Kind.OTHER, "Unsigned"),
            // This is certs-only.
            new Other("rfc4134/4.11.bin", CmsRoot.Kind.CERTIFICATES, "Unsigned"),
            // This is digested-data.
            new Other("rfc4134/6.0.bin", CmsRoot.Kind.OTHER, "Unsigned"),
            // These are encrypted-data, without and with unprotected attributes. They have no reader, but a key that
            // both sides know.
            new Other("rfc4134/7.1.bin", CmsRoot.Kind.OTHER, "Unsigned"),
            new Other("rfc4134/7.2.bin", CmsRoot.Kind.OTHER, "Unsigned"),
            // This has the label of a CMS object, and is none.
            new Other("rfc4134/ExContent.bin", CmsRoot.Kind.UNREADABLE, "MALFORMED"),
            new Other("rfc8551/8551-3.6-compressed.b64", CmsRoot.Kind.UNREADABLE, "MALFORMED"),
            new Other("rfc8551/8551-3.6-compressed.der", CmsRoot.Kind.UNREADABLE, "MALFORMED"),
            new Other("bouncycastle/attachonly.eml", CmsRoot.Kind.NONE, "Unsigned"),
            // This is a detached signature at the root, without the content that it covers.
            new Other("bouncycastle/brokenEnv.message", CmsRoot.Kind.NONE, "Unsigned"));

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void nothingIsOpenedAndNothingBelieved(Other sample) throws Exception {
        assertLeft(Samples.mail(sample.file), sample.kind, sample.verdict);
    }

    /** RFC 8551 §3.6 prints the ZLIB stream without the object around it. */
    @Test
    void theSampleOfCompressedDataStaysSoWithinAnObject() throws Exception {
        RawMessage mail = compressed(Samples.octets("rfc8551/8551-3.6-compressed.der"));

        assertLeft(mail, CmsRoot.Kind.COMPRESSED, "Unsigned");
        assertThat(ContentClassifier.classify(Mail.scan(mail)))
                .isEqualTo(new ContentClassifier.Classification(Facts.Content.OTHER_CMS, Handling.Came.COMPRESSED));
    }

    private static void assertLeft(RawMessage mail, CmsRoot.Kind kind, String verdict) throws Exception {
        assertThat(CmsRoot.of(Mail.scan(mail))).isEqualTo(kind);
        assertThat(Mail.describe(Mail.verify(mail))).isEqualTo(verdict);
        assertThat(Mail.open(mail, LegacyReading.ALL, Pki.key(Pki.BOB, KeyAlgorithm.RSA2048)))
                .isEqualTo(new OpenResult.NotEncrypted());
        assertThat(new LayerReader(LayerReader.MOST, Mail.scope()).read(Mail.scan(mail), ""))
                .usingRecursiveComparison()
                .ignoringFields("content")
                .isEqualTo(Mail.NO_LAYERS);
    }

    private static RawMessage compressed(byte[] zlib) throws Exception {
        CompressedData data = new CompressedData(
                new AlgorithmIdentifier(CMSObjectIdentifiers.zlibCompress),
                new ContentInfo(CMSObjectIdentifiers.data, new BEROctetString(zlib)));
        return Mail.of(Mail.OUTER
                + "Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder()
                        .encodeToString(new ContentInfo(CMSObjectIdentifiers.compressedData, data).getEncoded())
                + "\r\n");
    }
}
