package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;

/** Opens text that was encrypted without a header section. */
class HeaderlessContentTest {
    private static final LegacyReading HEADERLESS = new LegacyReading(Set.of(), true);
    private static final String ASCII =
            "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n";
    private static final String UTF_8 =
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n";
    private static final String TEXT = "just text\r\n";

    @ParameterizedTest
    @CsvSource({
        "'just text without any header', us-ascii",
        "'', us-ascii",
        "'Dear Bob,\r\n\r\nhello\r\n', us-ascii",
        "'Dear all:\r\n\r\nhello\r\n', us-ascii",
        "'Note: the first line alone\r\nlooks like a header\r\n', us-ascii",
        "'Note: no empty line', us-ascii",
        "'Grüße, Bob\r\n', utf-8",
    })
    void isTextUnderATag(String plain, String charset) throws Exception {
        OpenResult.Opened opened = opened(gcm(plain, StandardCharsets.UTF_8), LegacyReading.NONE);

        assertThat(opened.message().isHeaderless()).isTrue();
        String text = new String(opened.message().message().toByteArray(), StandardCharsets.UTF_8);
        assertThat(text).isEqualTo(Mail.OUTER + (charset.equals("utf-8") ? UTF_8 : ASCII) + "\r\n" + plain);
        // Without a tag it is text only if the recipient's own setting says so.
        assertThat(Mail.describe(open(cbc(plain, StandardCharsets.UTF_8), LegacyReading.NONE)))
                .isEqualTo("NOT_MIME");
        assertThat(opened(cbc(plain, StandardCharsets.UTF_8), HEADERLESS)
                        .message()
                        .message()
                        .toByteArray())
                .isEqualTo(opened.message().message().toByteArray());
    }

    @Test
    void lineEndsAreMadeWhole() throws Exception {
        assertThat(text(opened(gcm("a\n.\nb\rc\n", StandardCharsets.US_ASCII), LegacyReading.NONE)))
                .isEqualTo(Mail.OUTER + ASCII + "\r\na\r\n.\r\nb\r\nc\r\n");
    }

    @Test
    void aLineThatIsTooLongIsCarriedInBase64() throws Exception {
        String fits = "a".repeat(998) + "\r\n";
        assertThat(text(opened(gcm(fits, StandardCharsets.US_ASCII), LegacyReading.NONE)))
                .isEqualTo(Mail.OUTER + ASCII + "\r\n" + fits);
        String one = "a".repeat(999) + "\r\n";
        assertThat(text(opened(gcm(one, StandardCharsets.US_ASCII), LegacyReading.NONE)))
                .contains("Content-Transfer-Encoding: base64\r\n\r\nYWFh");
    }

    /**
     * The text is far longer than a header section may be, and has a character of two octets across the chunks of any
     * reader.
     */
    @Test
    void longTextIsReadToItsEnd() throws Exception {
        String plain = "x" + "ü\r\n".repeat(200_000);
        OpenResult.Opened opened = opened(gcm(plain, StandardCharsets.UTF_8), LegacyReading.NONE);
        assertThat(new String(opened.message().message().toByteArray(), StandardCharsets.UTF_8))
                .isEqualTo(Mail.OUTER + UTF_8 + "\r\n" + plain);
        assertThat(Mail.describe(open(gcm(plain + "\u00fc", StandardCharsets.ISO_8859_1), LegacyReading.NONE)))
                .isEqualTo("NOT_MIME");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Gr\u00fc\u00dfe in another charset\r\n",
                "no line\r\nContent-Type: text/html\r\n\r\n<b>x</b>\r\n",
                "Content-Type: text/html\r\nno line\r\n\r\n<b>x</b>\r\n",
                "From: a@b.example\r\nno line\r\nMIME-Version : 1.0\r\n\r\nx\r\n",
                "Content-Type: multipart/signed; x\r\n"
            })
    void whatIsNoTextOrADamagedEntityStaysClosed(String plain) throws Exception {
        for (RawMessage mail :
                new RawMessage[] {gcm(plain, StandardCharsets.ISO_8859_1), cbc(plain, StandardCharsets.ISO_8859_1)}) {
            assertThat(Mail.describe(open(mail, HEADERLESS))).isEqualTo("NOT_MIME");
        }
    }

    /** Controls are the garbage of a wrong key or of an altered block. */
    @Test
    void controlsStayClosedWithoutATag() throws Exception {
        String plain = "text \u0001\r\n";
        assertThat(Mail.describe(open(cbc(plain, StandardCharsets.US_ASCII), HEADERLESS)))
                .isEqualTo("NOT_MIME");
        assertThat(opened(gcm(plain, StandardCharsets.US_ASCII), LegacyReading.NONE)
                        .message()
                        .isHeaderless())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Note: it parses\r\n\r\nhello\r\n", "\r\nhello\r\n"})
    void whatParsesAsAHeaderIsOne(String plain) throws Exception {
        OpenResult.Opened opened = opened(gcm(plain, StandardCharsets.US_ASCII), LegacyReading.NONE);
        assertThat(opened.message().isHeaderless()).isFalse();
        assertThat(text(opened)).isEqualTo(Mail.OUTER + "\r\nhello\r\n");
    }

    private static String text(OpenResult.Opened opened) throws Exception {
        return Mail.text(opened.message().message());
    }

    private static OpenResult open(RawMessage mail, LegacyReading reading) throws Exception {
        return Mail.open(mail, reading, BOB);
    }

    private static OpenResult.Opened opened(RawMessage mail, LegacyReading reading) throws Exception {
        OpenResult result = open(mail, reading);
        assertThat(result).isInstanceOf(OpenResult.Opened.class);
        return (OpenResult.Opened) result;
    }

    private static RawMessage gcm(String plain, Charset charset) throws Exception {
        CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(
                new JceKeyTransRecipientInfoGenerator(BOB.certificate().x509()).setProvider(PEER));
        OutputAEADEncryptor cipher = (OutputAEADEncryptor) new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_GCM)
                .setProvider(PEER)
                .build();
        return mail(generator
                .generate(new CMSProcessableByteArray(plain.getBytes(charset)), cipher)
                .toASN1Structure());
    }

    private static RawMessage cbc(String plain, Charset charset) throws Exception {
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(
                new JceKeyTransRecipientInfoGenerator(BOB.certificate().x509()).setProvider(PEER));
        return mail(generator
                .generate(
                        new CMSProcessableByteArray(plain.getBytes(charset)),
                        new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC)
                                .setProvider(PEER)
                                .build())
                .toASN1Structure());
    }

    private static RawMessage mail(ContentInfo object) throws Exception {
        return Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(object.getEncoded()) + "\r\n");
    }

    private static final BouncyCastleProvider PEER = new BouncyCastleProvider();
    private static final KeyHandle BOB = Pki.key(Pki.BOB, KeyAlgorithm.RSA2048);
}
