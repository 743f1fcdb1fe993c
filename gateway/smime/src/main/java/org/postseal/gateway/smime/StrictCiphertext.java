package org.postseal.gateway.smime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1OctetStringParser;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1SequenceParser;
import org.bouncycastle.asn1.ASN1SetParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.ASN1TaggedObjectParser;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;
import org.postseal.policy.facts.EncryptionDoubt;

/**
 * Reads an enveloped-data or authEnveloped-data once and to its end, and finds whatever has no place in one. It does
 * not open it: {@link EnvelopedDataReader} reads for that, and passes over what it does not need. Not thread-safe; used
 * once.
 */
final class StrictCiphertext {
    private final List<PublicKeyReader> readers = new ArrayList<>();
    private final CiphertextLook look = new CiphertextLook();
    private Optional<ContentCipher> cipher = Optional.empty();
    private Optional<EncryptionDoubt> doubt = Optional.empty();
    private int tagLength;

    /** Returns what was found first that is not as it must be. */
    Optional<EncryptionDoubt> doubt() {
        return doubt;
    }

    List<PublicKeyReader> readers() {
        return List.copyOf(readers);
    }

    /**
     * Returns the cipher that the object names, even if there is a doubt. The result is empty if the object was not
     * read so far.
     */
    Optional<ContentCipher> cipher() {
        return cipher;
    }

    /**
     * Reads the object. If something stands after it in the stream, that is a doubt as well.
     *
     * @param size the most octets that {@code in} has
     * @throws java.io.UncheckedIOException if our own disk fails
     */
    void read(InputStream in, long size) {
        try (CmsInput input = new CmsInput(in, CmsLimits.DEFAULT)) {
            object(input, size);
        } catch (UncheckedIOException ourDisk) {
            throw ourDisk;
        } catch (CmsLimitException tooMuch) {
            unless(false, EncryptionDoubt.LIMIT_EXCEEDED);
        } catch (IOException | RuntimeException | StackOverflowError malformed) {
            // These are foreign octets, and the parser refuses them in many ways.
            unless(false, EncryptionDoubt.MALFORMED);
        }
    }

    private void object(CmsInput input, long size) throws IOException {
        ASN1StreamParser parser = new ASN1StreamParser(input, SignedDataReader.limit(size));
        ASN1SequenceParser info = sequence(parser.readObject());
        ASN1ObjectIdentifier type = (ASN1ObjectIdentifier) info.readObject();
        ASN1TaggedObjectParser content = tagged(info.readObject(), 0);
        ASN1SequenceParser data = sequence(content.parseExplicitBaseObject());
        boolean isAuthenticated = CMSObjectIdentifiers.authEnvelopedData.equals(type);
        unless(isAuthenticated || CMSObjectIdentifiers.envelopedData.equals(type), EncryptionDoubt.MALFORMED);
        unless(isNumber(data.readObject()), EncryptionDoubt.MALFORMED);
        recipients(originator(data));
        ASN1SequenceParser encrypted = sequence(data.readObject());
        content(encrypted, input, isAuthenticated);
        end(encrypted.readObject());
        trailer(data, isAuthenticated);
        end(content.parseExplicitBaseObject());
        end(info.readObject());
        unless(isAtEnd(input), EncryptionDoubt.SURROUNDED);
    }

    // SMTP puts a line end after everything it carries.
    private static boolean isAtEnd(InputStream in) throws IOException {
        int next = in.read();
        next = next == '\r' ? in.read() : next;
        next = next == '\n' ? in.read() : next;
        return next < 0;
    }

    /** Returns the next element after what is known of the originator. */
    private @Nullable ASN1Encodable originator(ASN1SequenceParser data) throws IOException {
        ASN1Encodable next = data.readObject();
        if (!(next instanceof ASN1TaggedObjectParser)) {
            return next;
        }
        // Certificates of the sender have room for any text, and no mail program puts them here.
        tagged(next, 0).parseBaseUniversal(false, BERTags.SEQUENCE).toASN1Primitive();
        unless(false, EncryptionDoubt.ATTRIBUTES);
        return data.readObject();
    }

    private void recipients(@Nullable ASN1Encodable set) throws IOException {
        ASN1SetParser infos = (ASN1SetParser) SignedDataReader.present(set);
        for (ASN1Encodable value = infos.readObject(); value != null; value = infos.readObject()) {
            List<PublicKeyReader> found = PublicKeyReader.of(value.toASN1Primitive());
            unless(!found.isEmpty(), EncryptionDoubt.NO_PUBLIC_KEY);
            readers.addAll(found);
            if (readers.size() > CmsLimits.DEFAULT.recipients()) {
                throw new CmsLimitException("recipients");
            }
        }
        unless(!readers.isEmpty() && !PublicKeyReader.spell(readers), EncryptionDoubt.NO_PUBLIC_KEY);
    }

    private void content(ASN1SequenceParser encrypted, CmsInput input, boolean isAuthenticated) throws IOException {
        unless(PlainAttribute.CONTENT.contains(encrypted.readObject()), EncryptionDoubt.MALFORMED);
        cipher(sequence(encrypted.readObject()).toASN1Primitive(), isAuthenticated);
        ASN1Encodable content = encrypted.readObject();
        if (content == null) {
            unless(false, EncryptionDoubt.CONTENT_LENGTH);
            return;
        }
        input.enterContent();
        ASN1OctetStringParser octets =
                (ASN1OctetStringParser) tagged(content, 0).parseBaseUniversal(false, BERTags.OCTET_STRING);
        byte[] chunk = new byte[ContentCipher.CHUNK];
        try (InputStream in = octets.getOctetStream()) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                look.add(chunk, 0, n);
            }
        }
        input.leaveContent();
        // Shorter content is no MIME entity, and its look says nothing.
        boolean isWhole = look.size() >= SHORTEST
                && cipher.filter(found -> !found.isAuthenticated() && look.size() % found.block() != 0)
                        .isEmpty();
        unless(isWhole, EncryptionDoubt.CONTENT_LENGTH);
        if (isWhole) {
            doubt = doubt.or(look::doubt);
        }
    }

    private void cipher(ASN1Encodable given, boolean isAuthenticated) {
        ASN1Sequence sequence = ASN1Sequence.getInstance(given);
        AlgorithmIdentifier algorithm =
                ContentKeyUse.of(AlgorithmIdentifier.getInstance(sequence)).algorithm();
        try {
            cipher = ContentCipher.of(algorithm);
            unless(cipher.isPresent(), EncryptionDoubt.CIPHER_UNKNOWN);
            if (cipher.isPresent()) {
                CipherParameters parameters = CipherParameters.read(cipher.get(), algorithm);
                tagLength = parameters.tagLength();
                unless(
                        cipher.get().isAuthenticated() == isAuthenticated && parameters.isPlain(),
                        EncryptionDoubt.MALFORMED);
            }
        } catch (GeneralSecurityException | RuntimeException malformed) {
            unless(false, EncryptionDoubt.MALFORMED);
        }
    }

    private void trailer(ASN1SequenceParser data, boolean isAuthenticated) throws IOException {
        ASN1Encodable next = data.readObject();
        if (isAuthenticated) {
            if (next instanceof ASN1TaggedObjectParser) {
                ASN1SetParser attributes = (ASN1SetParser) tagged(next, 1).parseBaseUniversal(false, BERTags.SET);
                for (ASN1Encodable each = attributes.readObject(); each != null; each = attributes.readObject()) {
                    unless(
                            PlainAttribute.isOfContent(ASN1Sequence.getInstance(each.toASN1Primitive())),
                            EncryptionDoubt.ATTRIBUTES);
                }
                next = data.readObject();
            }
            ASN1OctetString tag =
                    (ASN1OctetString) SignedDataReader.present(next).toASN1Primitive();
            unless(cipher.isEmpty() || tag.getOctetsLength() == tagLength, EncryptionDoubt.CONTENT_LENGTH);
            next = data.readObject();
        }
        if (next != null) {
            unless(false, EncryptionDoubt.ATTRIBUTES);
            // It is read, so that what stands after it is found as well.
            var _ = next.toASN1Primitive();
            end(data.readObject());
        }
    }

    private void unless(boolean holds, EncryptionDoubt otherwise) {
        if (!holds && doubt.isEmpty()) {
            doubt = Optional.of(otherwise);
        }
    }

    private void end(@Nullable Object next) throws IOException {
        if (next != null) {
            throw new IOException("an element too many");
        }
    }

    private static boolean isNumber(@Nullable ASN1Encodable value) {
        return value instanceof ASN1Integer number && number.getValue().bitLength() <= 16;
    }

    private static ASN1SequenceParser sequence(@Nullable ASN1Encodable value) throws IOException {
        return SignedDataReader.sequence(value);
    }

    private static ASN1TaggedObjectParser tagged(@Nullable ASN1Encodable value, int number) throws IOException {
        if (value instanceof ASN1TaggedObjectParser parser && parser.hasContextTag(number)) {
            return parser;
        }
        throw new IOException("a tag is missing");
    }

    private static final int SHORTEST = 32;
}
