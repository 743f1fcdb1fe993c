package org.postseal.certstore.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SignatureException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.smime.SMIMEAttributes;
import org.bouncycastle.asn1.smime.SMIMEEncryptionKeyPreferenceAttribute;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.bouncycastle.util.CollectionStore;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.SmimeCapabilities;

/**
 * Writes {@code userSMIMECertificate} by RFC 2798 §2.8. It is a SignedData without content, whose signed attributes
 * name the certificate to encrypt to and the algorithms that its owner reads.
 */
public final class UserSmimeWriter {
    private UserSmimeWriter() {}

    /**
     * Writes a value in the form of a SignedData.
     *
     * @param signer the key that signs it
     * @param encryption the certificate to encrypt to, which is the one of {@code signer} or another one of the same
     *     person
     * @param chain certificates that help to build paths
     * @param time the signing time
     * @throws SignatureException if the key cannot sign
     */
    public static byte[] write(
            KeyHandle signer,
            MailCertificate encryption,
            List<MailCertificate> chain,
            SmimeCapabilities capabilities,
            Instant time)
            throws SignatureException {
        Set<MailCertificate> certificates = new LinkedHashSet<>();
        certificates.add(encryption);
        certificates.add(signer.certificate());
        certificates.addAll(chain);
        List<X509CertificateHolder> holders = new ArrayList<>();
        certificates.forEach(each -> holders.add(each.holder()));
        HandleSigner signing = new HandleSigner(signer);
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(new SignerInfoGeneratorBuilder(new BcDigestCalculatorProvider())
                    .setSignedAttributeGenerator(
                            new DefaultSignedAttributeTableGenerator(attributes(encryption, capabilities, time)))
                    .build(signing, signer.certificate().holder()));
            generator.addCertificates(new CollectionStore<>(holders));
            return generator.generate(new CMSAbsentContent()).getEncoded(ASN1Encoding.DER);
        } catch (OperatorCreationException | CMSException | IOException | SigningFailed e) {
            SignatureException failure = signing.failure;
            throw failure != null ? failure : new SignatureException("SignedData cannot be made", e);
        }
    }

    private static AttributeTable attributes(MailCertificate encryption, SmimeCapabilities capabilities, Instant time) {
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        attributes.add(new Attribute(CMSAttributes.signingTime, new DERSet(new Time(Date.from(time)))));
        attributes.add(new Attribute(
                SMIMEAttributes.smimeCapabilities, new DERSet(ASN1Sequence.getInstance(capabilities.der()))));
        attributes.add(new SMIMEEncryptionKeyPreferenceAttribute(
                new IssuerAndSerialNumber(encryption.issuer(), encryption.serialNumber())));
        return new AttributeTable(attributes);
    }

    private static SignatureScheme scheme(KeyHandle signer) throws SignatureException {
        List<SignatureScheme> wanted = switch (signer.certificate().keyKind()) {
            case PublicKeyKind.Rsa _ -> List.of(SignatureScheme.RSA_PKCS1_SHA256, SignatureScheme.RSA_PSS_SHA256);
            case PublicKeyKind.Ec(PublicKeyKind.Curve curve) ->
                switch (curve.digestBits()) {
                    case 256 -> List.of(SignatureScheme.ECDSA_SHA256);
                    case 384 -> List.of(SignatureScheme.ECDSA_SHA384);
                    default -> List.of(SignatureScheme.ECDSA_SHA512);
                };
            case PublicKeyKind.Ed25519 _ -> List.of(SignatureScheme.ED25519);
            // No client that looks for this attribute in a directory server verifies signatures by these keys.
            case PublicKeyKind.SignsOnly _, PublicKeyKind.EncryptsOnly _ -> List.of();
        };
        return wanted.stream()
                .filter(signer.schemes()::contains)
                .findFirst()
                .orElseThrow(() -> new SignatureException(
                        "the key of " + signer.certificate().id() + " cannot sign"));
    }

    private static String name(SignatureScheme scheme) {
        return switch (scheme) {
            case RSA_PKCS1_SHA256 -> "SHA256withRSA";
            case RSA_PKCS1_SHA384 -> "SHA384withRSA";
            case RSA_PKCS1_SHA512 -> "SHA512withRSA";
            case RSA_PSS_SHA256 -> "SHA256withRSAandMGF1";
            case RSA_PSS_SHA384 -> "SHA384withRSAandMGF1";
            case RSA_PSS_SHA512 -> "SHA512withRSAandMGF1";
            case ECDSA_SHA256 -> "SHA256withECDSA";
            case ECDSA_SHA384 -> "SHA384withECDSA";
            case ECDSA_SHA512 -> "SHA512withECDSA";
            case ED25519 -> "Ed25519";
            case RSA_PKCS1_MD5, RSA_PKCS1_SHA1, ECDSA_SHA1, ED448, ML_DSA ->
                throw new IllegalArgumentException(scheme + " is not among the wanted");
        };
    }

    /** Presents a key handle to Bouncy Castle. */
    private static final class HandleSigner implements ContentSigner {
        private final KeyHandle handle;
        private final SignatureScheme scheme;
        private final ByteArrayOutputStream input = new ByteArrayOutputStream();
        private @org.jspecify.annotations.Nullable SignatureException failure;

        HandleSigner(KeyHandle handle) throws SignatureException {
            this.handle = handle;
            this.scheme = scheme(handle);
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return new DefaultSignatureAlgorithmIdentifierFinder().find(name(scheme));
        }

        @Override
        public OutputStream getOutputStream() {
            return input;
        }

        @Override
        public byte[] getSignature() {
            try {
                return handle.sign(scheme, input.toByteArray());
            } catch (SignatureException e) {
                failure = e;
                throw new SigningFailed(e);
            }
        }
    }

    private static final class SigningFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        SigningFailed(SignatureException cause) {
            super(cause);
        }
    }
}
