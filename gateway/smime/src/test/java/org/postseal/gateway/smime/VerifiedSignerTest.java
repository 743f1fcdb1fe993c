package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.smime.SMIMEAttributes;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;

/** Checks what is learnt from a good signature, and that nothing is learnt from any other. */
class VerifiedSignerTest {
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.P384);
    private static final MailCertificate READER = Pki.CA
            .issue(Pki.ALICE, KeyAlgorithm.P256, Profile.ENCRYPT, Pki.FROM, Pki.UNTIL)
            .certificate();

    @Test
    void aGoodSignatureTellsWhoSignedAndWhatHeReads() throws Exception {
        VerifiedSigner signer = only(observed(_ -> {}));

        assertThat(signer.address()).isEqualTo(Pki.ALICE);
        assertThat(signer.signer()).isEqualTo(ALICE.certificate());
        assertThat(signer.received()).isEqualTo(Pki.NOW);
        assertThat(signer.claims().signingTime()).contains(Pki.NOW);
        assertThat(signer.claims().capabilities().map(SmimeCapabilities::der)).contains(ours());
        assertThat(signer.claims().encryptionCertificate()).contains(ALICE.certificate());
        assertThat(signer.fromMessage()).containsExactlyInAnyOrder(ALICE.certificate(), READER, Pki.CA.issuer());
    }

    @Test
    void anotherCertificateToEncryptToIsNamedInThreeWays() throws Exception {
        ASN1Encodable subjectKey =
                new DEROctetString(READER.subjectKeyIdentifier().orElseThrow().octets());
        for (DERTaggedObject preference : List.of(
                new DERTaggedObject(false, 0, SignedAttributes.name(READER)),
                new DERTaggedObject(false, 1, new DERSequence(subjectKey)),
                new DERTaggedObject(false, 2, subjectKey))) {
            assertThat(only(observed(attributes -> prefer(attributes, preference)))
                            .claims()
                            .encryptionCertificate())
                    .contains(READER);
        }
    }

    @Test
    void aPreferenceForACertificateThatIsNotThereNamesNone() throws Exception {
        DERTaggedObject absent = new DERTaggedObject(false, 2, new DEROctetString(new byte[20]));
        assertThat(only(observed(attributes -> prefer(attributes, absent)))
                        .claims()
                        .encryptionCertificate())
                .isEmpty();
        assertThat(only(observed(attributes -> prefer(attributes, new DERTaggedObject(false, 7, DERNull.INSTANCE))))
                        .claims()
                        .encryptionCertificate())
                .isEmpty();
    }

    @Test
    void malformedClaimsTeachNothingAndLeaveTheVerdict() throws Exception {
        List<VerifiedSigner> told = observed(attributes -> {
            attributes.removeIf(each -> each.getAttrType().equals(CMSAttributes.signingTime));
            attributes.add(new Attribute(CMSAttributes.signingTime, new DERSet(DERNull.INSTANCE)));
        });
        assertThat(told).isEmpty();
    }

    @Test
    void nothingIsLearntFromABadSignature() throws Exception {
        List<VerifiedSigner> told = new ArrayList<>();
        byte[] bad = SignedDataForge.signedData(
                Optional.empty(),
                List.of(SignedDataForge.corrupted(SignedDataForge.signer(ALICE, SignedDataForge.attributes(ALICE)))),
                ALICE.certificate());
        var verifier = new SignatureVerifier(told::add);
        var message = Mail.scan(SignedDataForge.clearSigned(bad));
        assertThat(verifier.verify(message, Optional.of(Pki.ALICE), new TrustingStore(Pki.CA.root()), Pki.NOW))
                .isInstanceOf(SignatureVerdict.Invalid.class);

        var good = Mail.scan(SignedDataForge.clearSigned(object(SignedDataForge.attributes(ALICE))));
        assertThat(verifier.verify(good, Optional.of(Pki.BOB), new TrustingStore(Pki.CA.root()), Pki.NOW))
                .isInstanceOf(SignatureVerdict.Invalid.class);
        assertThat(verifier.verify(good, Optional.empty(), new TrustingStore(Pki.CA.root()), Pki.NOW))
                .isInstanceOf(SignatureVerdict.Invalid.class);
        assertThat(verifier.verify(good, Optional.of(Pki.ALICE), new TrustingStore(), Pki.NOW))
                .isInstanceOf(SignatureVerdict.Invalid.class);
        assertThat(told).isEmpty();
    }

    private static void prefer(List<Attribute> attributes, DERTaggedObject preference) {
        attributes.removeIf(each -> each.getAttrType().equals(SMIMEAttributes.encrypKeyPref));
        attributes.add(attribute(preference));
    }

    private static List<VerifiedSigner> observed(Consumer<List<Attribute>> change) throws Exception {
        List<Attribute> attributes = SignedDataForge.attributes(ALICE);
        change.accept(attributes);
        List<VerifiedSigner> told = new ArrayList<>();
        assertThat(new SignatureVerifier(told::add)
                        .verify(
                                Mail.scan(SignedDataForge.clearSigned(object(attributes))),
                                Optional.of(Pki.ALICE),
                                new TrustingStore(Pki.CA.root()),
                                Pki.NOW))
                .isInstanceOf(SignatureVerdict.Valid.class);
        return told;
    }

    private static byte[] object(List<Attribute> attributes) throws Exception {
        return SignedDataForge.signedData(
                Optional.empty(), List.of(SignedDataForge.signer(ALICE, attributes)), ALICE.certificate(), READER);
    }

    private static VerifiedSigner only(List<VerifiedSigner> told) {
        assertThat(told).hasSize(1);
        return told.getFirst();
    }

    private static byte[] ours() {
        return SignedDataForge.attributes(ALICE).stream()
                .filter(each -> each.getAttrType().equals(SMIMEAttributes.smimeCapabilities))
                .map(each -> Der.encode(each.getAttrValues().getObjectAt(0)))
                .findFirst()
                .orElseThrow();
    }

    private static Attribute attribute(DERTaggedObject preference) {
        return new Attribute(SMIMEAttributes.encrypKeyPref, new DERSet(preference));
    }
}
