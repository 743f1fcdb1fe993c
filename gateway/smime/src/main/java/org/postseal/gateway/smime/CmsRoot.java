package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1SequenceParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfoParser;
import org.bouncycastle.asn1.cms.SignedDataParser;
import org.postseal.gateway.mail.ContentType;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.policy.header.Letters;

/**
 * Says what stands at the root of a message. The MIME label only says that one should look inside (RFC 8551 §3.10). The
 * content type of the CMS object says what it is.
 */
final class CmsRoot {
    private CmsRoot() {}

    enum Kind {
        /** There is no S/MIME at the root. */
        NONE,
        /** The root is a multipart/signed with a CMS protocol. */
        CLEAR_SIGNED,
        /** The root is a signed-data that holds content. */
        OPAQUE_SIGNED,
        /** The root is a signed-data without content: a bag of certificates, whatever else is in it (RFC 8551 §3.8). */
        CERTIFICATES,
        ENVELOPED,
        AUTH_ENVELOPED,
        /** The root is a compressed-data (RFC 3274). */
        COMPRESSED,
        /** The root has another content type of CMS. */
        OTHER,
        /** The root is labelled as CMS and cannot be read as CMS. */
        UNREADABLE
    }

    static Kind of(MimeEntity root) {
        ContentType type = root.contentType();
        if (type.is("multipart", "signed")) {
            return isClearSigned(root) ? Kind.CLEAR_SIGNED : Kind.NONE;
        }
        boolean labelled = type.type().equals("application") && MIME.contains(type.subtype());
        boolean named = type.is("application", "octet-stream")
                && root.fileName().filter(CmsRoot::isCmsFile).isPresent();
        if (!labelled && !named) {
            return Kind.NONE;
        }
        try (InputStream in = content(root)) {
            Kind kind = inside(in, root.raw().size());
            return labelled || kind != Kind.UNREADABLE ? kind : Kind.NONE;
        } catch (UncheckedIOException ourDisk) {
            throw ourDisk;
        } catch (IOException | RuntimeException | StackOverflowError unreadable) {
            // These are foreign octets, and the parser refuses them in many ways.
            return labelled ? Kind.UNREADABLE : Kind.NONE;
        }
    }

    /** Opens the CMS object, which is decoded while it is read. */
    static InputStream content(MimeEntity entity) throws IOException {
        return entity.transferEncoding()
                .decode(LocalOctets.reading(entity.body().open()));
    }

    // A missing or odd protocol must not hide a signature that a mail program would show.
    private static boolean isClearSigned(MimeEntity root) {
        return root.contentType()
                        .parameter("protocol")
                        .filter(CmsRoot::isSignature)
                        .isPresent()
                || root.parts().stream()
                        .skip(1)
                        .anyMatch(part -> isSignature(part.contentType().mediaType()));
    }

    /**
     * Returns true for a second part that every program takes for the signature. Programs show a part of another type
     * to the reader, and a CMS object has room for text that nobody signed.
     */
    static boolean isSignature(MimeEntity part) {
        return isSignature(part.contentType().mediaType());
    }

    private static boolean isSignature(String mediaType) {
        return SIGNATURE.contains(Letters.lower(mediaType));
    }

    private static boolean isCmsFile(String name) {
        String lower = Letters.lower(name);
        return FILES.stream().anyMatch(lower::endsWith);
    }

    private static Kind inside(InputStream in, long size) throws IOException {
        ASN1StreamParser parser =
                new ASN1StreamParser(new CmsInput(in, CmsLimits.DEFAULT), SignedDataReader.limit(size));
        if (!(parser.readObject() instanceof ASN1SequenceParser sequence)) {
            return Kind.UNREADABLE;
        }
        ContentInfoParser info = new ContentInfoParser(sequence);
        ASN1ObjectIdentifier type = info.getContentType();
        if (CMSObjectIdentifiers.envelopedData.equals(type)) {
            return Kind.ENVELOPED;
        }
        if (CMSObjectIdentifiers.authEnvelopedData.equals(type)) {
            return Kind.AUTH_ENVELOPED;
        }
        if (CMSObjectIdentifiers.compressedData.equals(type)) {
            return Kind.COMPRESSED;
        }
        if (!CMSObjectIdentifiers.signedData.equals(type)) {
            return Kind.OTHER;
        }
        SignedDataParser data =
                SignedDataParser.getInstance(SignedDataReader.present(info.getContent(BERTags.SEQUENCE)));
        data.getDigestAlgorithms().toASN1Primitive();
        boolean hasContent = data.getEncapContentInfo().getContent(BERTags.OCTET_STRING) != null;
        return hasContent ? Kind.OPAQUE_SIGNED : Kind.CERTIFICATES;
    }

    private static final Set<String> MIME = Set.of("pkcs7-mime", "x-pkcs7-mime");
    private static final Set<String> SIGNATURE = Set.of("application/pkcs7-signature", "application/x-pkcs7-signature");
    private static final Set<String> FILES = Set.of(".p7m", ".p7s", ".p7c", ".p7z");
}
