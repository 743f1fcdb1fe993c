package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.smime.SignedDataForge.ALICE;
import static org.postseal.gateway.smime.SignedDataForge.BOB;
import static org.postseal.gateway.smime.SignedDataForge.ENTITY;
import static org.postseal.gateway.smime.SignedDataForge.attributes;
import static org.postseal.gateway.smime.SignedDataForge.corrupted;
import static org.postseal.gateway.smime.SignedDataForge.opaqueVerdict;
import static org.postseal.gateway.smime.SignedDataForge.signedData;
import static org.postseal.gateway.smime.SignedDataForge.signer;
import static org.postseal.gateway.smime.SignedDataForge.verdict;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.BEROctetString;
import org.bouncycastle.asn1.BERSet;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/** Verifies signed-data that an honest signer would not make. */
class ForgedSignedDataTest {
    private static final KeyMaterial KEY = KeyMaterial.generate(KeyAlgorithm.P256);

    @Test
    void noBitOfTheSignaturePartCanBeFlippedIntoSomethingElseThanValidOrFailed() throws Exception {
        byte[] object = signedData(Optional.empty(), List.of(signer(ALICE, attributes(ALICE))), ALICE.certificate());
        assertThat(verdict(object)).isInstanceOf(SignatureVerdict.Valid.class);
        int signatureStart = object.length - 60;
        for (int i = 0; i < object.length; i += i < signatureStart ? 7 : 1) {
            byte[] altered = object.clone();
            altered[i] ^= 1;
            SignatureVerdict verdict = verdict(altered);
            if (i >= signatureStart) {
                assertThat(verdict).as("octet %d", i).isInstanceOf(SignatureVerdict.Invalid.class);
            }
            assertThat(verdict).as("octet %d", i).isNotInstanceOf(SignatureVerdict.Unsigned.class);
        }
    }

    @Test
    void nobodySigned() throws Exception {
        assertThat(verdict(signedData(Optional.empty(), List.of(), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.NO_SIGNER, Optional.empty()));
        assertThat(opaqueVerdict(signedData(Optional.of(ENTITY), List.of(), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.NO_SIGNER, Optional.empty()));
    }

    @Test
    void contentInsideAndOutside() throws Exception {
        byte[] object = signedData(Optional.of(ENTITY), List.of(signer(ALICE, attributes(ALICE))), ALICE.certificate());

        assertThat(verdict(object))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.CONTENT_BOTH_INSIDE_AND_OUTSIDE, Optional.empty()));
        assertThat(opaqueVerdict(object)).isInstanceOf(SignatureVerdict.Valid.class);
    }

    @Test
    void everySignerMustBeGood() throws Exception {
        SignerInfo good = signer(ALICE, attributes(ALICE));
        SignerInfo alsoGood = signer(BOB, attributes(BOB));
        SignerInfo bad = corrupted(alsoGood);

        assertThat(verdict(
                        signedData(Optional.empty(), List.of(good, alsoGood), ALICE.certificate(), BOB.certificate())))
                .isInstanceOf(SignatureVerdict.Valid.class);
        assertThat(verdict(signedData(Optional.empty(), List.of(good, bad), ALICE.certificate(), BOB.certificate())))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.SIGNATURE_WRONG, Optional.of(BOB.certificate())));
        assertThat(verdict(signedData(Optional.empty(), List.of(good, alsoGood), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Unverifiable(Cause.SIGNER_CERTIFICATE_MISSING, Optional.empty()));
    }

    @Test
    void whatIsBrokenIsNotJustWeak() throws Exception {
        SignerInfo good = signer(ALICE, attributes(ALICE));
        SignerInfo weak = new SignerInfo(
                good.getSID(),
                new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE),
                good.getAuthenticatedAttributes(),
                good.getDigestEncryptionAlgorithm(),
                good.getEncryptedDigest(),
                (ASN1Set) null);

        assertThat(verdict(signedData(Optional.empty(), List.of(weak), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Invalid(
                        Cause.PROTECTED_ALGORITHMS_DIFFER, Optional.of(ALICE.certificate())));
    }

    @Test
    void tooManySignersOrCertificates() throws Exception {
        List<SignerInfo> eleven = Collections.nCopies(11, signer(ALICE, attributes(ALICE)));
        List<SignerInfo> distinct = new ArrayList<>();
        for (int i = 0; i < eleven.size(); i++) {
            distinct.add(signer(ALICE, attributes(ALICE)));
        }
        assertThat(verdict(signedData(Optional.empty(), distinct, ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Unverifiable(Cause.LIMIT_EXCEEDED, Optional.empty()));

        MailCertificate[] many = new MailCertificate[101];
        for (int i = 0; i < many.length; i++) {
            many[i] = Pki.CA
                    .request(MailAddress.of("u" + i + "@example.com"))
                    .key(KEY)
                    .validity(Pki.FROM, Pki.UNTIL)
                    .issue()
                    .certificate();
        }
        assertThat(verdict(signedData(Optional.empty(), List.of(signer(ALICE, attributes(ALICE))), many)))
                .isEqualTo(new SignatureVerdict.Unverifiable(Cause.LIMIT_EXCEEDED, Optional.empty()));
    }

    @Test
    void certsOnlyIsNoSignature() throws Exception {
        assertThat(opaqueVerdict(signedData(Optional.empty(), List.of(), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Unsigned());
        assertThat(opaqueVerdict(
                        signedData(Optional.empty(), List.of(signer(ALICE, attributes(ALICE))), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.MALFORMED, Optional.empty()));
    }

    @Test
    void indefiniteLengthsAndFragmentsAreRead() throws Exception {
        ASN1EncodableVector digests = new ASN1EncodableVector();
        digests.add(DigestAlgorithm.SHA256.identifier());
        ASN1EncodableVector certificates = new ASN1EncodableVector();
        certificates.add(Pki.CA.issuer().holder().toASN1Structure());
        certificates.add(ALICE.certificate().holder().toASN1Structure());
        byte[] object = new ContentInfo(
                        CMSObjectIdentifiers.signedData,
                        new SignedData(
                                new BERSet(digests),
                                new ContentInfo(CMSObjectIdentifiers.data, new BEROctetString(ENTITY, 7)),
                                new BERSet(certificates),
                                null,
                                new DERSet(signer(ALICE, attributes(ALICE)))))
                .getEncoded("BER");

        assertThat(opaqueVerdict(object)).isInstanceOf(SignatureVerdict.Valid.class);
    }
}
