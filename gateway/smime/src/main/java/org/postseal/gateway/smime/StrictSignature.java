package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetStringParser;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1SequenceParser;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1SetParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1TaggedObjectParser;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.CertificateList;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.mail.MimeEntity;

/**
 * Tells whether a signature around a ciphertext has room for text: in attributes that nobody signed, in content beside
 * what it covers, in elements that RFC 5652 §5 does not have. It verifies nothing.
 */
final class StrictSignature {
    private StrictSignature() {}

    /**
     * Returns true for a signed-data with signers, certificates and revocation lists, and nothing else.
     *
     * @param content takes the content, which the signed-data must hold; empty if it must not hold any
     */
    static boolean isBare(MimeEntity entity, Optional<OutputStream> content) {
        try (CmsInput input = new CmsInput(CmsRoot.content(entity), CmsLimits.DEFAULT)) {
            return isBare(input, entity.raw().size(), content);
        } catch (UncheckedIOException ourDisk) {
            throw ourDisk;
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            // These are foreign octets, and the parser refuses them in many ways.
            return false;
        }
    }

    private static boolean isBare(CmsInput input, long size, Optional<OutputStream> covered) throws IOException {
        ASN1SequenceParser info =
                SignedDataReader.sequence(new ASN1StreamParser(input, SignedDataReader.limit(size)).readObject());
        boolean isBare = CMSObjectIdentifiers.signedData.equals(info.readObject());
        ASN1TaggedObjectParser content = (ASN1TaggedObjectParser) SignedDataReader.present(info.readObject());
        ASN1SequenceParser data = SignedDataReader.sequence(content.parseExplicitBaseObject());
        isBare &= data.readObject() instanceof ASN1Integer version
                && version.getValue().bitLength() <= 16;
        for (ASN1Encodable digest : (ASN1Set) primitive(data.readObject())) {
            isBare &= PlainAlgorithm.is(digest);
        }
        isBare &= hasContent(
                        SignedDataReader.sequence(data.readObject()),
                        input,
                        covered.orElseGet(OutputStream::nullOutputStream))
                == covered.isPresent();
        ASN1Encodable next = data.readObject();
        while (next instanceof ASN1TaggedObjectParser) {
            isBare &= isPublished(ASN1TaggedObject.getInstance(next.toASN1Primitive()));
            next = data.readObject();
        }
        ASN1SetParser signers = (ASN1SetParser) SignedDataReader.present(next);
        for (ASN1Encodable each = signers.readObject(); each != null; each = signers.readObject()) {
            isBare &= isBare(ASN1Sequence.getInstance(each.toASN1Primitive()));
        }
        return isBare
                && data.readObject() == null
                && content.parseExplicitBaseObject() == null
                && info.readObject() == null;
    }

    private static boolean hasContent(ASN1SequenceParser encapsulated, CmsInput input, OutputStream covered)
            throws IOException {
        // RFC 8551 §2.4.2: the content must be id-data.
        if (!CMSObjectIdentifiers.data.equals(encapsulated.readObject())) {
            throw new IOException("another content type");
        }
        ASN1Encodable content = encapsulated.readObject();
        if (content == null) {
            return false;
        }
        input.enterContent();
        ASN1TaggedObjectParser tagged = (ASN1TaggedObjectParser) content;
        ASN1OctetStringParser octets = (ASN1OctetStringParser) tagged.parseExplicitBaseObject();
        try (InputStream in = octets.getOctetStream()) {
            in.transferTo(covered);
        }
        input.leaveContent();
        if (tagged.parseExplicitBaseObject() != null || encapsulated.readObject() != null) {
            throw new IOException("an element too many");
        }
        return true;
    }

    private static boolean isPublished(ASN1TaggedObject tagged) {
        boolean isPublished = true;
        for (ASN1Encodable value : ASN1Set.getInstance(tagged, false)) {
            isPublished &= isPublished(value, tagged.getTagNo());
        }
        return isPublished;
    }

    /**
     * Returns true for an X.509 certificate or a revocation list. The writer of a message may put anything into the
     * other kinds of RFC 5652 §10.2.
     *
     * @param choice 0 among certificates, 1 among revocation lists
     * @throws IllegalArgumentException if it is malformed
     */
    static boolean isPublished(ASN1Encodable value, int choice) {
        return value instanceof ASN1Sequence sequence
                && switch (choice) {
                    case 0 -> Certificate.getInstance(sequence).getTBSCertificate() != null;
                    case 1 -> CertificateList.getInstance(sequence).getTBSCertList() != null;
                    default -> false;
                };
    }

    private static boolean isBare(ASN1Sequence sequence) {
        SignerInfo signer = SignerInfo.getInstance(sequence);
        boolean isBare = PublicKeyReader.id(signer.getSID().toASN1Primitive()) != null
                && signer.getVersion().getValue().bitLength() <= 16
                && signer.getUnauthenticatedAttributes() == null
                && Arrays.equals(Der.encode(signer), Der.encode(sequence))
                && PlainAlgorithm.is(signer.getDigestAlgorithm().toASN1Primitive())
                && PlainAlgorithm.is(signer.getDigestEncryptionAlgorithm().toASN1Primitive())
                && !CiphertextLook.isReadable(signer.getEncryptedDigest().getOctets());
        if (signer.getAuthenticatedAttributes() != null) {
            Set<Object> types = new HashSet<>();
            for (ASN1Encodable each : signer.getAuthenticatedAttributes()) {
                ASN1Sequence attribute = ASN1Sequence.getInstance(each);
                isBare &= PlainAttribute.isOfSignature(attribute) && types.add(attribute.getObjectAt(0));
            }
        }
        return isBare;
    }

    private static ASN1Primitive primitive(@Nullable ASN1Encodable value) throws IOException {
        return SignedDataReader.present(value).toASN1Primitive();
    }
}
