package org.postseal.gateway.smime;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.SignatureException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.SigningSettings;

/**
 * Makes the DER of a signed-data with one signer (RFC 5652 §5). The content is digested where it lies. For opaque
 * signing it is put in place without a copy, since every length is known beforehand.
 */
final class SignedDataWriter {
    private final CmsSigner.Signer signer;
    private final KeyHandle key;
    private final SigningAlgorithm algorithm;
    private final SigningSettings settings;
    private final SignerInfoWriter infos;

    SignedDataWriter(
            CmsSigner.Signer signer,
            SigningAlgorithm algorithm,
            SigningSettings settings,
            SignerInfoWriter.Recent recent) {
        this.signer = signer;
        this.key = signer.key();
        this.algorithm = algorithm;
        this.settings = settings;
        this.infos = recent.of(signer, algorithm, settings.capabilities());
    }

    /** Makes a ContentInfo without the content. */
    RawMessage detached(RawMessage content, Instant time) throws IOException, SignatureException {
        byte[] info = sign(content, time);
        return contentInfo(Der.value(Der.SEQUENCE, DATA), Optional.empty(), info);
    }

    /** Makes a ContentInfo with the content. */
    RawMessage opaque(RawMessage content, Instant time) throws IOException, SignatureException {
        byte[] info = sign(content, time);
        long octetString = Der.size(content.size());
        byte[] head = Der.join(
                Der.header(Der.SEQUENCE, DATA.length + Der.size(octetString)),
                DATA,
                Der.header(Der.CONTEXT_0_CONSTRUCTED, octetString),
                Der.header(Der.OCTET_STRING, content.size()));
        return contentInfo(head, Optional.of(content), info);
    }

    private byte[] sign(RawMessage content, Instant time) throws IOException, SignatureException {
        MessageDigest digest = algorithm.digest().newDigest();
        content.writeTo(new DigestSink(List.of(digest)));
        return infos.write(key, digest.digest(), time);
    }

    private RawMessage contentInfo(byte[] encapsulatedHead, Optional<RawMessage> content, byte[] info) {
        byte[] digests = Der.encode(new DERSet(algorithm.digest().identifier()));
        byte[] certificates = certificates().map(SignedDataWriter::set).orElse(new byte[0]);
        byte[] tail = Der.join(certificates, Der.value(Der.SET, info));
        long contentSize = content.map(RawMessage::size).orElse(0L);
        long signedData = (long) VERSION.length + digests.length + encapsulatedHead.length + contentSize + tail.length;
        byte[] head = Der.join(
                Der.header(Der.SEQUENCE, SIGNED_DATA.length + Der.size(Der.size(signedData))),
                SIGNED_DATA,
                Der.header(Der.CONTEXT_0_CONSTRUCTED, Der.size(signedData)),
                Der.header(Der.SEQUENCE, signedData),
                VERSION,
                digests,
                encapsulatedHead);
        return RawMessage.join(content.map(octets -> List.of(RawMessage.of(head), octets, RawMessage.of(tail)))
                .orElseGet(() -> List.of(RawMessage.of(head), RawMessage.of(tail))));
    }

    // RFC 8550 §2.3 says what to send. If there shall be none, the set is absent and not empty (RFC 5652 §5.1).
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

    // This is a [0] IMPLICIT SET OF, in the order of DER (X.690 §11.6), of octets that need no encoding.
    private static byte[] set(List<byte[]> encodings) {
        byte[][] sorted = encodings.stream().sorted(Arrays::compareUnsigned).toArray(byte[][]::new);
        return Der.value(Der.CONTEXT_0_CONSTRUCTED, sorted);
    }

    private List<MailCertificate> issuers() {
        return key.chain().stream()
                .filter(certificate -> !certificate.isSelfIssued())
                .toList();
    }

    private static final byte[] VERSION = Der.encode(new ASN1Integer(1));
    private static final byte[] DATA = Der.encode(CMSObjectIdentifiers.data);
    private static final byte[] SIGNED_DATA = Der.encode(CMSObjectIdentifiers.signedData);
}
