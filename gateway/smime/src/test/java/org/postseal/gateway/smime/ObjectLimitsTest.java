package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.BERSet;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;

/**
 * Tests how many things a CMS object may hold. At the limit it is judged like any other. One above, nothing is said
 * about it.
 */
class ObjectLimitsTest {
    private static final CmsLimits LIMITS = CmsLimits.DEFAULT;
    private static final IssuedCertificate BOB = Pki.issued(Pki.BOB, KeyAlgorithm.P256);

    @Test
    void signers() throws Exception {
        assertThat(Mail.verify(signed(LIMITS.signers(), 1, 0))).isInstanceOf(SignatureVerdict.Valid.class);
        assertThat(Mail.verify(signed(LIMITS.signers() + 1, 1, 0))).isEqualTo(tooMuch());
    }

    @Test
    void certificates() throws Exception {
        assertThat(Mail.verify(signed(1, LIMITS.certificates(), 0))).isInstanceOf(SignatureVerdict.Valid.class);
        assertThat(Mail.verify(signed(1, LIMITS.certificates() + 1, 0))).isEqualTo(tooMuch());
    }

    @Test
    void revocationLists() throws Exception {
        assertThat(Mail.verify(signed(1, 1, LIMITS.revocationLists()))).isInstanceOf(SignatureVerdict.Valid.class);
        assertThat(Mail.verify(signed(1, 1, LIMITS.revocationLists() + 1))).isEqualTo(tooMuch());
    }

    @Test
    void recipients() throws Exception {
        assertThat(Mail.open(encrypted(LIMITS.recipients()), BOB.keyHandle())).isInstanceOf(OpenResult.Opened.class);
        assertThat(Mail.open(encrypted(LIMITS.recipients() + 1), BOB.keyHandle()))
                .isEqualTo(new OpenResult.NotOpened(OpenResult.Cause.LIMIT_EXCEEDED));
    }

    private static SignatureVerdict tooMuch() {
        return SignatureVerdict.of(SignatureVerdict.Cause.LIMIT_EXCEEDED, Optional.empty());
    }

    private static RawMessage signed(int signers, int certificates, int lists) throws Exception {
        SignedData data = SignedData.getInstance(
                content(Mail.sign(Mail.message("text\r\n"), Pki.key(Pki.ALICE, KeyAlgorithm.P256), Mail.OPAQUE)));
        // A sequence that is no revocation list is passed over, and counts nevertheless.
        ASN1Encodable list = new DERSequence();
        return mail(new ContentInfo(
                CMSObjectIdentifiers.signedData,
                new SignedData(
                        data.getDigestAlgorithms(),
                        data.getEncapContentInfo(),
                        filled(data.getCertificates(), certificates),
                        lists == 0 ? null : repeated(list, lists),
                        repeated(data.getSignerInfos().getObjectAt(0), signers))));
    }

    private static RawMessage encrypted(int recipients) throws Exception {
        AuthEnvelopedData data = AuthEnvelopedData.getInstance(
                content(Mail.encrypt(Mail.message("text\r\n"), Mail.GCM, BOB.certificate())));
        return mail(new ContentInfo(
                CMSObjectIdentifiers.authEnvelopedData,
                new AuthEnvelopedData(
                        null,
                        repeated(data.getRecipientInfos().getObjectAt(0), recipients),
                        data.getAuthEncryptedContentInfo(),
                        null,
                        data.getMac(),
                        null)));
    }

    private static ASN1Encodable content(RawMessage mail) throws IOException {
        return ContentInfo.getInstance(CmsRoot.content(Mail.scan(mail)).readAllBytes())
                .getContent();
    }

    private static ASN1Set filled(ASN1Set set, int count) {
        ASN1EncodableVector elements = new ASN1EncodableVector();
        set.forEach(elements::add);
        while (elements.size() < count) {
            elements.add(set.getObjectAt(0));
        }
        return new BERSet(elements);
    }

    private static ASN1Set repeated(ASN1Encodable element, int count) {
        ASN1EncodableVector elements = new ASN1EncodableVector();
        Collections.nCopies(count, element).forEach(elements::add);
        return new BERSet(elements);
    }

    private static RawMessage mail(ContentInfo info) throws IOException {
        return RawMessage.of(
                (Mail.OUTER + "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                                + Base64.getMimeEncoder().encodeToString(info.getEncoded()) + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }
}
