package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1OctetStringParser;
import org.bouncycastle.asn1.ASN1SetParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.AuthEnvelopedDataParser;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfoParser;
import org.bouncycastle.asn1.cms.EncryptedContentInfoParser;
import org.bouncycastle.asn1.cms.EnvelopedDataParser;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a foreign enveloped-data (RFC 5652 §6) or authEnveloped-data (RFC 5083 §2) from front to back: recipients and
 * algorithm at once, then the ciphertext as a stream, then what stands after it. Of the recipients, it keeps those
 * that a filter wants. Not thread-safe.
 */
final class EnvelopedDataReader implements AutoCloseable {
    private final CmsInput input;
    private final List<RecipientKey> recipients;
    private final EncryptedContentInfoParser encrypted;
    private final @Nullable AuthEnvelopedDataParser authenticated;

    private EnvelopedDataReader(
            CmsInput input,
            List<RecipientKey> recipients,
            EncryptedContentInfoParser encrypted,
            @Nullable AuthEnvelopedDataParser authenticated) {
        this.input = input;
        this.recipients = recipients;
        this.encrypted = encrypted;
        this.authenticated = authenticated;
    }

    /**
     * Reads up to the ciphertext. Bouncy Castle answers malformed input with unchecked exceptions too, and the caller
     * holds the border for those.
     *
     * @param size the most octets that {@code in} has
     */
    static EnvelopedDataReader open(InputStream in, long size, CmsLimits limits, RecipientKeys ours)
            throws IOException {
        CmsInput input = new CmsInput(in, limits);
        ASN1StreamParser parser = new ASN1StreamParser(input, SignedDataReader.limit(size));
        ContentInfoParser info = new ContentInfoParser(SignedDataReader.sequence(parser.readObject()));
        ASN1ObjectIdentifier type = info.getContentType();
        ASN1Encodable content = SignedDataReader.present(info.getContent(BERTags.SEQUENCE));
        if (CMSObjectIdentifiers.authEnvelopedData.equals(type)) {
            AuthEnvelopedDataParser data = new AuthEnvelopedDataParser(SignedDataReader.sequence(content));
            data.getOriginatorInfo();
            List<RecipientKey> recipients = recipients(data.getRecipientInfos(), limits, ours);
            return new EnvelopedDataReader(input, recipients, data.getAuthEncryptedContentInfo(), data);
        }
        if (CMSObjectIdentifiers.envelopedData.equals(type)) {
            EnvelopedDataParser data = new EnvelopedDataParser(SignedDataReader.sequence(content));
            data.getOriginatorInfo();
            List<RecipientKey> recipients = recipients(data.getRecipientInfos(), limits, ours);
            return new EnvelopedDataReader(input, recipients, data.getEncryptedContentInfo(), null);
        }
        throw new IOException("neither enveloped-data nor authEnveloped-data");
    }

    /** Returns the RecipientInfos that are for our keys, in order, with each key once. */
    List<RecipientKey> recipients() {
        return recipients;
    }

    /** Returns true for authEnveloped-data. */
    boolean isAuthenticated() {
        return authenticated != null;
    }

    /** Returns contentEncryptionAlgorithm. */
    AlgorithmIdentifier algorithm() {
        return encrypted.getContentEncryptionAlgorithm();
    }

    /** Returns the ciphertext, which must be read to its end before {@link #trailer()}. */
    InputStream ciphertext() throws IOException {
        if (!(encrypted.getEncryptedContent(BERTags.OCTET_STRING) instanceof ASN1OctetStringParser octets)) {
            throw new IOException("encrypted content is missing or no octet string");
        }
        input.enterContent();
        return octets.getOctetStream();
    }

    /**
     * Holds what stands after the ciphertext.
     *
     * @param authenticatedAttributes DER with the tag of SET OF, as it is authenticated (RFC 5083 §2.2); empty if there
     * are none
     * @param tag the mac
     */
    record Trailer(byte[] authenticatedAttributes, byte[] tag) {}

    /** Reads what follows the ciphertext; only for authEnveloped-data. */
    Trailer trailer() throws IOException {
        input.leaveContent();
        if (authenticated == null) {
            throw new IllegalStateException("enveloped-data has no tag");
        }
        ASN1SetParser attributes = authenticated.getAuthAttrs();
        byte[] encoded =
                attributes == null ? new byte[0] : attributes.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        ASN1OctetString mac = authenticated.getMac();
        if (mac == null) {
            throw new IOException("tag is missing");
        }
        return new Trailer(encoded, mac.getOctets());
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    private static List<RecipientKey> recipients(ASN1SetParser set, CmsLimits limits, RecipientKeys ours)
            throws IOException {
        List<RecipientKey> found = new ArrayList<>();
        int count = 0;
        for (ASN1Encodable value = set.readObject(); value != null; value = set.readObject()) {
            RecipientInfo info = RecipientInfo.getInstance(value.toASN1Primitive());
            count += RecipientKeys.count(info);
            if (count > limits.recipients()) {
                throw new CmsLimitException("recipients");
            }
            ours.find(info).filter(match -> !isUsed(found, match)).ifPresent(found::add);
        }
        return found;
    }

    // CVE-2019-1563: a second RecipientInfo for the same key would make a key's answer depend on the first one's
    private static boolean isUsed(List<RecipientKey> found, RecipientKey match) {
        return found.stream()
                .anyMatch(used -> used.key().certificate().equals(match.key().certificate()));
    }
}
