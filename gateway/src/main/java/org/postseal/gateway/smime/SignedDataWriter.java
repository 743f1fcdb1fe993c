package org.postseal.gateway.smime;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.SignatureException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.SignerIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.util.Arrays;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.SigningSettings;

/**
 * Makes the DER of a signed-data with one signer (RFC 5652 §5). The content is digested where it lies and, for opaque signing, put in place without
 * a copy, since every length is known beforehand.
 */
final class SignedDataWriter {
    private final CmsSigner.Signer signer;
    private final KeyHandle key;
    private final SigningAlgorithm algorithm;
    private final SigningSettings settings;

    SignedDataWriter(CmsSigner.Signer signer, SigningAlgorithm algorithm, SigningSettings settings) {
        this.signer = signer;
        this.key = signer.key();
        this.algorithm = algorithm;
        this.settings = settings;
    }

    /** A ContentInfo without the content. */
    RawMessage detached(RawMessage content, Instant time) throws IOException, SignatureException {
        SignerInfo info = sign(content, time);
        byte[] type = Der.encode(CMSObjectIdentifiers.data);
        return contentInfo(Arrays.concatenate(Der.header(Der.SEQUENCE, type.length), type), Optional.empty(), info);
    }

    /** A ContentInfo with the content. */
    RawMessage opaque(RawMessage content, Instant time) throws IOException, SignatureException {
        SignerInfo info = sign(content, time);
        byte[] type = Der.encode(CMSObjectIdentifiers.data);
        long octetString = Der.size(content.size());
        byte[] head = Arrays.concatenate(
                Der.header(Der.SEQUENCE, type.length + Der.size(octetString)),
                type,
                Der.header(Der.CONTEXT_0_CONSTRUCTED, octetString),
                Der.header(Der.OCTET_STRING, content.size()));
        return contentInfo(head, Optional.of(content), info);
    }

    private SignerInfo sign(RawMessage content, Instant time) throws IOException, SignatureException {
        MessageDigest digest = algorithm.digest().newDigest();
        content.writeTo(new DigestSink(List.of(digest)));
        ASN1Set attributes = SignedAttributes.make(
                algorithm,
                digest.digest(),
                key.certificate(),
                signer.encryption(),
                settings.capabilities(),
                signer.role(),
                time);
        byte[] signature = key.sign(algorithm.scheme(), Der.encode(attributes));
        return new SignerInfo(
                new SignerIdentifier(SignedAttributes.name(key.certificate())),
                algorithm.digest().identifier(),
                attributes,
                algorithm.signature(),
                new DEROctetString(signature),
                (ASN1Set) null);
    }

    private RawMessage contentInfo(byte[] encapsulatedHead, Optional<RawMessage> content, SignerInfo info) {
        byte[] version = Der.encode(new ASN1Integer(1));
        byte[] digests = Der.encode(new DERSet(algorithm.digest().identifier()));
        byte[] certificates = certificates().map(SignedDataWriter::set).orElse(new byte[0]);
        byte[] tail = Arrays.concatenate(certificates, Der.encode(new DERSet(info)));
        byte[] type = Der.encode(CMSObjectIdentifiers.signedData);
        long contentSize = content.map(RawMessage::size).orElse(0L);
        long signedData = (long) version.length + digests.length + encapsulatedHead.length + contentSize + tail.length;
        byte[] head = Arrays.concatenate(new byte[][] {
            Der.header(Der.SEQUENCE, type.length + Der.size(Der.size(signedData))),
            type,
            Der.header(Der.CONTEXT_0_CONSTRUCTED, Der.size(signedData)),
            Der.header(Der.SEQUENCE, signedData),
            version,
            digests,
            encapsulatedHead
        });
        return RawMessage.join(content.map(octets -> List.of(RawMessage.of(head), octets, RawMessage.of(tail)))
                .orElseGet(() -> List.of(RawMessage.of(head), RawMessage.of(tail))));
    }

    // RFC 8550 §2.3; empty, not an empty set, where there shall be none (RFC 5652 §5.1)
    private Optional<List<byte[]>> certificates() {
        Set<MailCertificate> certificates = new LinkedHashSet<>();
        certificates.add(key.certificate());
        signer.encryption().ifPresent(certificates::add);
        switch (settings.certificates()) {
            case NONE -> {
                return Optional.empty();
            }
            case OWN -> {}
            case CHAIN -> certificates.addAll(issuers());
            case CHAIN_AND_ROOT -> {
                certificates.addAll(issuers());
                signer.root().ifPresent(certificates::add);
            }
        }
        return Optional.of(certificates.stream().map(MailCertificate::encoded).toList());
    }

    // [0] IMPLICIT SET OF, in the order of DER (X.690 §11.6), of octets that need no encoding
    private static byte[] set(List<byte[]> encodings) {
        byte[][] sorted =
                encodings.stream().sorted(java.util.Arrays::compareUnsigned).toArray(byte[][]::new);
        byte[] content = Arrays.concatenate(sorted);
        return Arrays.concatenate(Der.header(Der.CONTEXT_0_CONSTRUCTED, content.length), content);
    }

    private List<MailCertificate> issuers() {
        return key.chain().stream()
                .filter(certificate -> !certificate.isSelfIssued())
                .toList();
    }
}
