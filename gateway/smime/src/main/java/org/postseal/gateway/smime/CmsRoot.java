package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
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

/**
 * What stands at the root of a message: the MIME label only says that one should look inside (RFC 8551 §3.10), the content type of the CMS object says what it is.
 */
final class CmsRoot {
    private CmsRoot() {}

    /** What was found. */
    enum Kind {
        /** No S/MIME at the root. */
        NONE,
        /** multipart/signed with a CMS protocol. */
        CLEAR_SIGNED,
        /** signed-data that holds content. */
        OPAQUE_SIGNED,
        /** signed-data without content: a bag of certificates, whatever else is in it (RFC 8551 §3.8). */
        CERTIFICATES,
        ENVELOPED,
        AUTH_ENVELOPED,
        /** compressed-data (RFC 3274). */
        COMPRESSED,
        /** Another content type of CMS. */
        OTHER,
        /** Labelled as CMS, and not readable as that. */
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
            // foreign octets: the parser says no in many ways
            return labelled ? Kind.UNREADABLE : Kind.NONE;
        }
    }

    /** The CMS object, decoded while it is read. */
    static InputStream content(MimeEntity entity) throws IOException {
        return entity.transferEncoding()
                .decode(LocalOctets.reading(entity.body().open()));
    }

    // a missing or odd protocol must not make a signature invisible that a mail program would show
    private static boolean isClearSigned(MimeEntity root) {
        return root.contentType()
                        .parameter("protocol")
                        .filter(CmsRoot::isSignature)
                        .isPresent()
                || root.parts().stream().skip(1).anyMatch(part -> isSignature(mediaType(part.contentType())));
    }

    /** True for a second part that every program takes for the signature: of another type it is shown, and a CMS object has room for foreign text. */
    static boolean isSignature(MimeEntity part) {
        return isSignature(mediaType(part.contentType()));
    }

    private static String mediaType(ContentType type) {
        return type.type() + "/" + type.subtype();
    }

    private static boolean isSignature(String mediaType) {
        return SIGNATURE.contains(mediaType.toLowerCase(Locale.ROOT));
    }

    private static boolean isCmsFile(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
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
