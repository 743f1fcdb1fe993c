package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetStringParser;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1SequenceParser;
import org.bouncycastle.asn1.ASN1SetParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfoParser;
import org.bouncycastle.asn1.cms.SignedDataParser;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.ForeignCertificates;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.revocation.RevocationList;

/**
 * Reads a foreign signed-data in one pass (RFC 5652 §5). The content is digested as it streams by, and everything else
 * is counted against the limits. It judges nothing.
 */
final class SignedDataReader {
    private final ForeignCertificates known = new ForeignCertificates(1_000);

    /**
     * Holds the parts of a signed-data.
     *
     * @param hasContent whether eContent is present, empty or not
     * @param contentType eContentType
     * @param digests of eContent, by those digests of digestAlgorithms that we know
     * @param certificates the X.509 ones that can be parsed; others are passed over (RFC 5652 §10.2.2)
     * @param lists the X.509 revocation lists, likewise (RFC 5652 §10.2.1); nothing of them is verified yet
     * @param signers all SignerInfos
     */
    record Contents(
            boolean hasContent,
            ASN1ObjectIdentifier contentType,
            Map<DigestAlgorithm, byte[]> digests,
            List<MailCertificate> certificates,
            List<RevocationList> lists,
            List<SignerInfo> signers) {}

    /**
     * Reads a ContentInfo. Bouncy Castle answers malformed input with unchecked exceptions too, and the caller holds
     * the border for those.
     *
     * @param size the most octets that {@code in} has
     */
    Contents read(InputStream in, long size) throws IOException {
        CmsInput input = new CmsInput(in, LIMITS);
        ASN1StreamParser parser = new ASN1StreamParser(input, limit(size));
        ContentInfoParser info = new ContentInfoParser(sequence(parser.readObject()));
        if (!CMSObjectIdentifiers.signedData.equals(info.getContentType())) {
            throw new IOException("not a signed-data");
        }
        SignedDataParser data = SignedDataParser.getInstance(present(info.getContent(BERTags.SEQUENCE)));
        List<MessageDigest> digests = new ArrayList<>();
        Map<DigestAlgorithm, MessageDigest> byAlgorithm = digests(data.getDigestAlgorithms());
        digests.addAll(byAlgorithm.values());
        ContentInfoParser encapsulated = data.getEncapContentInfo();
        boolean hasContent = copyContent(encapsulated, input, new DigestSink(digests));
        Map<DigestAlgorithm, byte[]> values = new EnumMap<>(DigestAlgorithm.class);
        byAlgorithm.forEach((algorithm, digest) -> values.put(algorithm, digest.digest()));
        List<MailCertificate> certificates = certificates(data.getCertificates());
        ASN1SetParser crls = data.getCrls();
        input.allowObjects(crls == null ? 0 : LIST_OBJECTS);
        List<RevocationList> lists = lists(crls);
        return new Contents(
                hasContent, encapsulated.getContentType(), values, certificates, lists, signers(data.getSignerInfos()));
    }

    /**
     * Reads a small ContentInfo without content as {@link #read} does, if it is written as usual. Any exception says
     * that it is not.
     */
    Contents readUsual(byte[] octets) throws IOException {
        return DetachedSignature.read(octets, known);
    }

    /** Writes eContent out, without looking at what stands after it. Otherwise it reads as {@link #read} does. */
    void content(InputStream in, long size, OutputStream out) throws IOException {
        CmsInput input = new CmsInput(in, LIMITS);
        ASN1StreamParser parser = new ASN1StreamParser(input, limit(size));
        ContentInfoParser info = new ContentInfoParser(sequence(parser.readObject()));
        SignedDataParser data = SignedDataParser.getInstance(present(info.getContent(BERTags.SEQUENCE)));
        data.getDigestAlgorithms().toASN1Primitive();
        copyContent(data.getEncapContentInfo(), input, out);
    }

    /** Returns the limit for lengths that the parser is told: no length may say more than there is. */
    static int limit(long size) {
        return (int) Math.min(size + 1, Integer.MAX_VALUE);
    }

    static ASN1SequenceParser sequence(@Nullable ASN1Encodable value) throws IOException {
        if (value instanceof ASN1SequenceParser sequence) {
            return sequence;
        }
        throw new IOException("a sequence was expected");
    }

    static ASN1Encodable present(@Nullable ASN1Encodable value) throws IOException {
        if (value == null) {
            throw new IOException("content is missing");
        }
        return value;
    }

    private Map<DigestAlgorithm, MessageDigest> digests(ASN1SetParser set) throws IOException {
        Map<DigestAlgorithm, MessageDigest> digests = new EnumMap<>(DigestAlgorithm.class);
        for (ASN1Primitive value : values(set, LIMITS.signers(), "digest algorithms")) {
            DigestAlgorithm.of(AlgorithmIdentifier.getInstance(value))
                    .ifPresent(algorithm -> digests.putIfAbsent(algorithm, algorithm.newDigest()));
        }
        return digests;
    }

    private static boolean copyContent(ContentInfoParser encapsulated, CmsInput input, OutputStream sink)
            throws IOException {
        ASN1Encodable content = encapsulated.getContent(BERTags.OCTET_STRING);
        if (content == null) {
            return false;
        }
        if (!(content instanceof ASN1OctetStringParser octets)) {
            throw new IOException("eContent is no octet string");
        }
        byte[] chunk = new byte[ContentCipher.CHUNK];
        input.enterContent();
        try (InputStream stream = octets.getOctetStream()) {
            for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) {
                sink.write(chunk, 0, n);
            }
        }
        input.leaveContent();
        return true;
    }

    private List<MailCertificate> certificates(@Nullable ASN1SetParser set) throws IOException {
        List<MailCertificate> certificates = new ArrayList<>();
        for (ASN1Primitive value : values(set, LIMITS.certificates(), "certificates")) {
            if (value instanceof ASN1Sequence) {
                try {
                    certificates.add(known.of(value.getEncoded(ASN1Encoding.DL)));
                } catch (CertificateException notOneOfOurs) {
                    // One odd certificate must not spoil the message: a path may still be found without it.
                }
            }
        }
        return certificates;
    }

    private List<RevocationList> lists(@Nullable ASN1SetParser set) throws IOException {
        List<RevocationList> lists = new ArrayList<>();
        for (ASN1Primitive value : values(set, LIMITS.revocationLists(), "revocation lists")) {
            if (value instanceof ASN1Sequence) {
                try {
                    lists.add(RevocationList.of(value.getEncoded(ASN1Encoding.DL)));
                } catch (CRLException notOneOfOurs) {
                    // Evidence that cannot be read is none.
                }
            }
        }
        return lists;
    }

    private List<SignerInfo> signers(ASN1SetParser set) throws IOException {
        List<SignerInfo> signers = new ArrayList<>();
        for (ASN1Primitive value : values(set, LIMITS.signers(), "signers")) {
            signers.add(SignerInfo.getInstance(value));
        }
        return signers;
    }

    private static List<ASN1Primitive> values(@Nullable ASN1SetParser set, int limit, String what) throws IOException {
        List<ASN1Primitive> values = new ArrayList<>();
        if (set == null) {
            return values;
        }
        for (ASN1Encodable value = set.readObject(); value != null; value = set.readObject()) {
            if (values.size() == limit) {
                throw new CmsLimitException(what);
            }
            values.add(value.toASN1Primitive());
        }
        return values;
    }

    private static final CmsLimits LIMITS = CmsLimits.DEFAULT;
    // This is an object for every five octets of the 4 MiB that all structure may have.
    private static final long LIST_OBJECTS = 800_000;
}
