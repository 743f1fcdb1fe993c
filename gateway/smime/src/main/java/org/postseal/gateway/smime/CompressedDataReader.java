package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetStringParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.CompressedDataParser;
import org.bouncycastle.asn1.cms.ContentInfoParser;

/**
 * Inflates a foreign compressed-data while it is read (RFC 3274). The result is bounded, in octets and by how much it
 * grows.
 */
final class CompressedDataReader {
    private final CmsLimits limits;

    CompressedDataReader(CmsLimits limits) {
        this.limits = limits;
    }

    /**
     * Writes the content out.
     *
     * @param size the most octets that {@code in} has
     * @throws CmsLimitException if the content grows beyond the limits; some of it was written then
     * @throws IOException if it is malformed
     */
    void inflate(InputStream in, long size, OutputStream out) throws IOException {
        CmsInput input = new CmsInput(in, limits);
        ASN1StreamParser parser = new ASN1StreamParser(input, SignedDataReader.limit(size));
        ContentInfoParser info = new ContentInfoParser(SignedDataReader.sequence(parser.readObject()));
        if (!CMSObjectIdentifiers.compressedData.equals(info.getContentType())) {
            throw new IOException("not a compressed-data");
        }
        CompressedDataParser data =
                new CompressedDataParser(SignedDataReader.sequence(info.getContent(BERTags.SEQUENCE)));
        if (!ZLIB.equals(data.getCompressionAlgorithmIdentifier().getAlgorithm())) {
            throw new IOException("another compression than ZLIB");
        }
        ASN1Encodable content = data.getEncapContentInfo().getContent(BERTags.OCTET_STRING);
        if (!(content instanceof ASN1OctetStringParser octets)) {
            throw new IOException("eContent is no octet string");
        }
        input.enterContent();
        try (InputStream deflated = octets.getOctetStream()) {
            inflate(deflated, out);
        }
    }

    private static void inflate(InputStream deflated, OutputStream out) throws IOException {
        Inflater inflater = new Inflater();
        byte[] from = new byte[ContentCipher.CHUNK];
        byte[] to = new byte[ContentCipher.CHUNK];
        try {
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    int read = deflated.read(from, 0, from.length);
                    if (read < 0) {
                        throw new IOException("the compressed content ends too early");
                    }
                    inflater.setInput(from, 0, read);
                }
                int count = inflater.inflate(to);
                if (count == 0 && inflater.needsDictionary()) {
                    throw new IOException("a dictionary is needed");
                }
                check(inflater);
                out.write(to, 0, count);
            }
        } catch (DataFormatException malformed) {
            throw new IOException("the compressed content is malformed", malformed);
        } finally {
            inflater.end();
        }
    }

    private static void check(Inflater inflater) throws CmsLimitException {
        long inflated = inflater.getBytesWritten();
        boolean isBomb = inflated > UNSUSPICIOUS && inflated / MOST_GROWTH > inflater.getBytesRead();
        if (isBomb || inflated > MOST_OCTETS) {
            throw new CmsLimitException("inflated octets");
        }
    }

    private static final ASN1ObjectIdentifier ZLIB = new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.3.8");
    /** This is the size of the largest message that is taken by default. */
    static final long MOST_OCTETS = 50L << 20;

    private static final int MOST_GROWTH = 100;
    // A short text that repeats itself is no bomb.
    private static final long UNSUSPICIOUS = 64 * 1024;
}
