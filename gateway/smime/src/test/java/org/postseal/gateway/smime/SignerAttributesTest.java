package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.smime.SignedDataForge.ALICE;
import static org.postseal.gateway.smime.SignedDataForge.BOB;
import static org.postseal.gateway.smime.SignedDataForge.ENTITY;
import static org.postseal.gateway.smime.SignedDataForge.attributes;
import static org.postseal.gateway.smime.SignedDataForge.opaqueVerdict;
import static org.postseal.gateway.smime.SignedDataForge.signedData;
import static org.postseal.gateway.smime.SignedDataForge.signer;
import static org.postseal.gateway.smime.SignedDataForge.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAlgorithmProtection;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/** Verifies signed attributes that contradict the message, or say nothing. */
class SignerAttributesTest {
    private static final AlgorithmIdentifier ECDSA = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    private static final DEROctetString ZEROS = new DEROctetString(new byte[32]);

    enum Wrong {
        MISSING(Cause.SIGNED_ATTRIBUTES_MISSING),
        NO_CONTENT_TYPE(Cause.SIGNED_ATTRIBUTES_WRONG),
        OTHER_CONTENT_TYPE(Cause.SIGNED_ATTRIBUTES_WRONG),
        NO_DIGEST(Cause.SIGNED_ATTRIBUTES_WRONG),
        TWO_DIGESTS(Cause.SIGNED_ATTRIBUTES_WRONG),
        TWO_VALUES(Cause.SIGNED_ATTRIBUTES_WRONG),
        OTHER_DIGEST(Cause.CONTENT_ALTERED),
        OTHER_CERTIFICATE(Cause.NAMED_CERTIFICATE_DIFFERS),
        OTHER_ALGORITHM(Cause.PROTECTED_ALGORITHMS_DIFFER);

        private final Cause cause;

        Wrong(Cause cause) {
            this.cause = cause;
        }
    }

    @ParameterizedTest
    @EnumSource
    void signedAttributesAreChecked(Wrong wrong) throws Exception {
        List<Attribute> right = attributes(ALICE);
        List<Attribute> attributes = new ArrayList<>(right);
        switch (wrong) {
            case MISSING -> attributes.clear();
            case NO_CONTENT_TYPE -> remove(attributes, CMSAttributes.contentType);
            case OTHER_CONTENT_TYPE -> replace(attributes, CMSAttributes.contentType, CMSObjectIdentifiers.signedData);
            case NO_DIGEST -> remove(attributes, CMSAttributes.messageDigest);
            case TWO_DIGESTS -> add(attributes, CMSAttributes.messageDigest, ZEROS);
            case TWO_VALUES ->
                replace(
                        attributes,
                        CMSAttributes.messageDigest,
                        new DEROctetString(DigestAlgorithm.SHA256.newDigest().digest(ENTITY)),
                        ZEROS);
            case OTHER_DIGEST -> replace(attributes, CMSAttributes.messageDigest, ZEROS);
            case OTHER_CERTIFICATE -> {
                attributes.clear();
                attributes.addAll(attributes(BOB));
            }
            case OTHER_ALGORITHM ->
                replace(
                        attributes,
                        CMSAttributes.cmsAlgorithmProtect,
                        new CMSAlgorithmProtection(
                                new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha512),
                                CMSAlgorithmProtection.SIGNATURE,
                                ECDSA));
        }
        SignatureVerdict verdict =
                verdict(signedData(Optional.empty(), List.of(signer(ALICE, attributes)), ALICE.certificate()));

        assertThat(verdict(signedData(Optional.empty(), List.of(signer(ALICE, right)), ALICE.certificate())))
                .isInstanceOf(SignatureVerdict.Valid.class);
        assertThat(verdict).isEqualTo(SignatureVerdict.of(wrong.cause, Optional.of(ALICE.certificate())));
    }

    /** Such content is a receipt, or something else that a mail program does not show (RFC 8551 §2.4.1). */
    @Test
    void contentThatIsNotDataIsNotJudged() throws Exception {
        List<Attribute> attributes = attributes(ALICE);
        replace(attributes, CMSAttributes.contentType, CMSObjectIdentifiers.digestedData);
        List<SignerInfo> signers = List.of(signer(ALICE, attributes));

        for (SignatureVerdict verdict : List.of(
                verdict(signedData(CMSObjectIdentifiers.digestedData, Optional.empty(), signers, ALICE.certificate())),
                opaqueVerdict(signedData(
                        CMSObjectIdentifiers.digestedData, Optional.of(ENTITY), signers, ALICE.certificate())))) {
            assertThat(verdict)
                    .isEqualTo(new SignatureVerdict.Unverifiable(
                            Cause.CONTENT_NOT_DATA, Optional.of(ALICE.certificate())));
        }
    }

    private static void remove(List<Attribute> attributes, ASN1ObjectIdentifier type) {
        assertThat(attributes.removeIf(attribute -> attribute.getAttrType().equals(type)))
                .isTrue();
    }

    private static void replace(List<Attribute> attributes, ASN1ObjectIdentifier type, ASN1Encodable... values) {
        remove(attributes, type);
        add(attributes, type, values);
    }

    private static void add(List<Attribute> attributes, ASN1ObjectIdentifier type, ASN1Encodable... values) {
        attributes.add(new Attribute(type, new DERSet(values)));
    }
}
