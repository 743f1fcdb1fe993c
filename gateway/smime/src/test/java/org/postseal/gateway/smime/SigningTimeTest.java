package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.key.KeyAlgorithm;

/** A message that was signed at noon on 24 November 2026 is sent with another Date. */
class SigningTimeTest {
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.P256);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                                       | Valid
            Date: Tue, 24 Nov 2026 12:00:00 +0000                                    | Valid
            Date: Tue, 24 Nov 2026 13:00:00 +0000                                    | Valid
            Date: Tue, 24 Nov 2026 11:00:00 +0000                                    | Valid
            Date: Tue, 24 Nov 2026 04:59:59 -0800 (PST)                              | Valid
            Date: Tue, 24 Nov 2026 13:00:01 +0000                                    | SIGNING_TIME_DIFFERS
            Date: Tue, 24 Nov 2026 10:59:59 +0000                                    | SIGNING_TIME_DIFFERS
            Date: Sun, 29 Nov 2026 12:00:00 +0000                                    | SIGNING_TIME_DIFFERS
            Date: Mon, 24 Nov 2025 12:00:00 +0000                                    | SIGNING_TIME_DIFFERS
            Date: Tue, 24 Nov 2026 12:00:00 CET                                      | SIGNING_TIME_DIFFERS
            Date: (1 Dec 2027 10:00:00 +0000) Tue, 24 Nov 2026 12:00:00 +0000        | SIGNING_TIME_DIFFERS
            Date: today                                                              | SIGNING_TIME_DIFFERS
            Date:                                                                    | SIGNING_TIME_DIFFERS
            Date: 24 Nov 2026 12:00 GMT~Date: 29 Nov 2026 12:00 GMT                  | SIGNING_TIME_DIFFERS
            Date: 24 Nov 2026 12:00 GMT~Date: 24 Nov 2026 12:30 GMT                  | Valid
            """)
    void theDateThatIsShownIsNearTheTimeOfTheSignature(String fields, String verdict) throws Exception {
        String date = fields.isEmpty() ? "" : fields.replace("~", "\r\n") + "\r\n";
        for (boolean isClear : new boolean[] {true, false}) {
            String signed = Mail.text(Mail.sign(Mail.message("x\r\n"), ALICE, isClear ? Mail.CLEAR : Mail.OPAQUE));

            assertThat(Mail.describe(Mail.verify(Mail.of(date + signed)))).isEqualTo(verdict);
        }
    }

    @Test
    void aSignatureNeedNotSayWhenItWasMade() throws Exception {
        List<Attribute> attributes = new ArrayList<>(SignedDataForge.attributes(ALICE));
        attributes.removeIf(attribute -> attribute.getAttrType().equals(CMSAttributes.signingTime));
        byte[] object = SignedDataForge.signedData(
                Optional.empty(), List.of(SignedDataForge.signer(ALICE, attributes)), ALICE.certificate());
        String signed = Mail.text(SignedDataForge.clearSigned(object));

        assertThat(Mail.verify(Mail.of("Date: Sun, 29 Nov 2026 12:00:00 +0000\r\n" + signed)))
                .isInstanceOf(SignatureVerdict.Valid.class);
    }

    /** A wrong signature is not reported as merely old. */
    @Test
    void anAlteredMessageStaysAltered() throws Exception {
        String signed = Mail.text(Mail.sign(Mail.message("Pay 100\r\n"), ALICE, Mail.CLEAR));

        assertThat(Mail.describe(Mail.verify(
                        Mail.of("Date: Sun, 29 Nov 2026 12:00:00 +0000\r\n" + signed.replace("Pay 100", "Pay 900")))))
                .isEqualTo("CONTENT_ALTERED");
    }
}
