package org.postseal.gateway.smime;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.ForeignCertificates;
import org.postseal.certstore.MailCertificate;

/**
 * Steps through a signed-data as most mail has it: without content and revocation lists, with definite lengths. What is
 * written otherwise is an exception here, and {@link SignedDataReader} reads it or says what is wrong. Not thread-safe.
 */
final class DetachedSignature {
    private final byte[] octets;
    private int at;

    private DetachedSignature(byte[] octets) {
        this.octets = octets;
    }

    /**
     * Reads a ContentInfo.
     *
     * @param octets too few to exceed a limit of octets or objects
     * @param known certificates that are not parsed again
     */
    static SignedDataReader.Contents read(byte[] octets, ForeignCertificates known) throws IOException {
        return new DetachedSignature(octets).contents(known);
    }

    private SignedDataReader.Contents contents(ForeignCertificates known) throws IOException {
        int end = enter(Der.SEQUENCE, octets.length);
        require(Arrays.equals(next(end), SIGNED_DATA));
        require(enter(Der.CONTEXT_0_CONSTRUCTED, end) == end && enter(Der.SEQUENCE, end) == end);
        byte[] version = next(end);
        require(version.length == 3 && version[0] == INTEGER);
        Map<DigestAlgorithm, byte[]> digests = new EnumMap<>(DigestAlgorithm.class);
        for (byte[] each : elements(Der.SET, end, CmsLimits.DEFAULT.signers())) {
            DigestAlgorithm.of(AlgorithmIdentifier.getInstance(ASN1Primitive.fromByteArray(each)))
                    .ifPresent(algorithm ->
                            digests.put(algorithm, algorithm.newDigest().digest()));
        }
        byte[] contentType = elements(Der.SEQUENCE, end, 1).getFirst();
        List<MailCertificate> certificates = new ArrayList<>();
        if (isNext(Der.CONTEXT_0_CONSTRUCTED, end)) {
            for (byte[] each : elements(Der.CONTEXT_0_CONSTRUCTED, end, CmsLimits.DEFAULT.certificates())) {
                certificate(each, known).ifPresent(certificates::add);
            }
        }
        List<SignerInfo> signers = new ArrayList<>();
        for (byte[] each : elements(Der.SET, end, CmsLimits.DEFAULT.signers())) {
            signers.add(SignerInfo.getInstance(ASN1Primitive.fromByteArray(each)));
        }
        require(at == end);
        return new SignedDataReader.Contents(
                false,
                ASN1ObjectIdentifier.getInstance(ASN1Primitive.fromByteArray(contentType)),
                digests,
                certificates,
                List.of(),
                signers);
    }

    private static Optional<MailCertificate> certificate(byte[] element, ForeignCertificates known) throws IOException {
        Optional<MailCertificate> remembered = known.find(element);
        if (remembered.isPresent()) {
            return remembered;
        }
        byte[] encoded = ASN1Primitive.fromByteArray(element).getEncoded(ASN1Encoding.DL);
        try {
            return Optional.of(known.of(encoded));
        } catch (CertificateException notOneOfOurs) {
            return Optional.empty();
        }
    }

    private List<byte[]> elements(int tag, int limit, int most) throws IOException {
        int end = enter(tag, limit);
        List<byte[]> elements = new ArrayList<>();
        while (at < end) {
            require(elements.size() < most);
            elements.add(next(end));
        }
        return elements;
    }

    private boolean isNext(int tag, int limit) {
        return at < limit && (octets[at] & 0xFF) == tag;
    }

    private int enter(int tag, int limit) throws IOException {
        require(isNext(tag, limit));
        return contentEnd(limit);
    }

    private byte[] next(int limit) throws IOException {
        int start = at;
        at = contentEnd(limit);
        return Arrays.copyOfRange(octets, start, at);
    }

    /** Steps over a tag of one octet and a definite length, and returns where the content ends. */
    private int contentEnd(int limit) throws IOException {
        require(limit - at >= 2 && (octets[at] & 0x1F) != 0x1F);
        int length = octets[at + 1] & 0xFF;
        at += 2;
        if (length >= 0x80) {
            int count = length & 0x7F;
            require(count > 0 && count <= 3 && count <= limit - at);
            length = 0;
            for (int i = 0; i < count; i++) {
                length = (length << 8) | (octets[at++] & 0xFF);
            }
        }
        require(length <= limit - at);
        return at + length;
    }

    private static void require(boolean isUsual) throws IOException {
        if (!isUsual) {
            throw new IOException("the signed-data is not written as usual");
        }
    }

    private static final int INTEGER = 0x02;
    private static final byte[] SIGNED_DATA = Der.encode(CMSObjectIdentifiers.signedData);
}
