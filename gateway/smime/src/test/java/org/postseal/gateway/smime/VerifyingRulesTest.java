package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.util.Arrays;
import org.bouncycastle.util.encoders.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PemFile;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/** Tests single rules of verification, each with everything else right. */
class VerifyingRulesTest {
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.P256);

    @ParameterizedTest
    @CsvSource({"alice@example.com, true", "carol@example.com, false", "alice@sub.example.com, false"})
    void theWholeAddressIsCompared(String from, boolean isValid) throws Exception {
        RawMessage signed = Mail.sign(Mail.message("x\r\n"), ALICE, Mail.CLEAR);
        SignatureVerdict verdict = Mail.verify(signed, MailAddress.of(from), new TrustingStore(Pki.CA.root()), Pki.NOW);
        if (isValid) {
            assertThat(verdict).isInstanceOf(SignatureVerdict.Valid.class);
        } else {
            assertThat(verdict)
                    .isEqualTo(new SignatureVerdict.Invalid(Cause.ADDRESS_MISMATCH, Optional.of(ALICE.certificate())));
        }
    }

    @Test
    void aShortKeyIsWeakWhateverItsPath() throws Exception {
        java.security.KeyPairGenerator generator = java.security.KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        KeyMaterial material = PemFile.read(Entities.ascii(pem)).keys().getFirst();
        KeyHandle weak = Pki.CA
                .request(Pki.ALICE)
                .key(material)
                .validity(Pki.FROM, Pki.UNTIL)
                .issue()
                .keyHandle();

        assertThat(Mail.verify(Mail.sign(Mail.message("x\r\n"), weak, Mail.CLEAR)))
                .isEqualTo(SignatureVerdict.of(Cause.ALGORITHM_WEAK, Optional.of(weak.certificate())));
    }

    // The DER of the attributes is what is signed, in whatever order they are sent (RFC 5652 §5.4).
    @Test
    void attributesSentInAnotherOrderAreSignedInThatOfDer() throws Exception {
        SignedData data = opaque();
        ASN1Set attributes =
                SignerInfo.getInstance(data.getSignerInfos().getObjectAt(0)).getAuthenticatedAttributes();
        byte[] inOrder = new byte[0];
        byte[] reversed = new byte[0];
        for (ASN1Encodable attribute : attributes) {
            inOrder = Arrays.concatenate(inOrder, Der.encode(attribute));
            reversed = Arrays.concatenate(Der.encode(attribute), reversed);
        }
        // The test changes the octets, since an encoder would put them in order again.
        String object = Hex.toHexString(Der.encode(new ContentInfo(CMSObjectIdentifiers.signedData, data)));
        assertThat(object).containsOnlyOnce(Hex.toHexString(inOrder));
        String changed = object.replace(Hex.toHexString(inOrder), Hex.toHexString(reversed));
        assertThat(changed).isNotEqualTo(object);

        assertThat(Mail.verify(Samples.labelled(Hex.decode(changed)))).isInstanceOf(SignatureVerdict.Valid.class);
    }

    @ParameterizedTest
    @CsvSource({"10, true", "11, false"})
    void tenRevocationListsAreRead(int count, boolean isValid) throws Exception {
        SignedData data = opaque();
        ASN1EncodableVector lists = new ASN1EncodableVector();
        for (int i = 0; i < count; i++) {
            lists.add(new DERSequence(new ASN1Integer(i)));
        }
        SignatureVerdict verdict = Mail.verify(mail(data, new DERSet(lists), data.getSignerInfos()));
        if (isValid) {
            assertThat(verdict).isInstanceOf(SignatureVerdict.Valid.class);
        } else {
            assertThat(verdict).isEqualTo(SignatureVerdict.of(Cause.LIMIT_EXCEEDED, Optional.empty()));
        }
    }

    @Test
    void structureIsCountedAndContentIsNot() throws Exception {
        CmsLimits limits = new CmsLimits(1, 1, 1, 1, 100, 100);
        CmsInput input = new CmsInput(new ByteArrayInputStream(new byte[1000]), limits);
        assertThat(input.readNBytes(60)).hasSize(60);
        input.enterContent();
        assertThat(input.readNBytes(500)).hasSize(500);
        input.leaveContent();
        assertThat(input.readNBytes(40)).hasSize(40);
        assertThatThrownBy(() -> input.read()).isInstanceOf(CmsLimitException.class);
    }

    private static SignedData opaque() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("x\r\n"), ALICE, Mail.OPAQUE);
        return SignedData.getInstance(
                ContentInfo.getInstance(CmsRoot.content(Mail.scan(signed)).readAllBytes())
                        .getContent());
    }

    private static RawMessage mail(
            SignedData data, @org.jspecify.annotations.Nullable ASN1Set revocationLists, ASN1Set signers) {
        return Samples.labelled(Der.encode(new ContentInfo(
                CMSObjectIdentifiers.signedData,
                new SignedData(
                        data.getDigestAlgorithms(),
                        data.getEncapContentInfo(),
                        data.getCertificates(),
                        revocationLists,
                        signers))));
    }
}
