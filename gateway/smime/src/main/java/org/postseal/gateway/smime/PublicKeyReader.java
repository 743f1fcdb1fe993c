package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;

/**
 * Names the holder of a public key for whom a RecipientInfo carries the content key (RFC 5652 §6.2, RFC 9629 §3). It is
 * read so strictly that it has no room for text, except in the name of an issuer.
 *
 * @param id issuer and serial number, or subject key identifier
 */
record PublicKeyReader(Way way, ASN1Encodable id) {
    /** Says how the content key reaches the reader. */
    enum Way {
        TRANSPORT,
        AGREEMENT,
        ENCAPSULATION
    }

    /** Returns true if the RecipientInfo means this certificate. */
    boolean isFor(MailCertificate certificate) {
        PublicKeyKind kind = certificate.keyKind();
        boolean fits = switch (way) {
            case TRANSPORT -> kind instanceof PublicKeyKind.Rsa;
            case AGREEMENT -> kind.agrees();
            case ENCAPSULATION -> kind.canEncrypt();
        };
        return fits && SignerCheck.isNamed(certificate, id);
    }

    /**
     * Returns the readers of one RecipientInfo. There is none if it is for a password or another secret that is shared,
     * or if it holds an element that the RFCs do not give it.
     *
     * @throws IllegalArgumentException if it is malformed; Bouncy Castle may throw other unchecked exceptions too
     */
    static List<PublicKeyReader> of(ASN1Primitive info) {
        if (info instanceof ASN1Sequence transport) {
            return transport(new Fields(transport));
        }
        ASN1TaggedObject tagged = ASN1TaggedObject.getInstance(info);
        return switch (tagged.getTagNo()) {
            case 1 -> agreement(new Fields(ASN1Sequence.getInstance(tagged, false)));
            case 4 -> other(new Fields(ASN1Sequence.getInstance(tagged, false)));
            default -> List.of();
        };
    }

    /** Returns true if text goes on from one key identifier to the next. */
    static boolean spell(List<PublicKeyReader> readers) {
        ByteArrayOutputStream identifiers = new ByteArrayOutputStream();
        for (PublicKeyReader reader : readers) {
            if (reader.id instanceof ASN1OctetString identifier) {
                identifiers.writeBytes(identifier.getOctets());
            }
        }
        return CiphertextLook.hasText(identifiers.toByteArray());
    }

    private static List<PublicKeyReader> transport(Fields fields) {
        boolean isPlain = isVersion(fields.next());
        ASN1Encodable id = id(fields.next());
        isPlain &= PlainAlgorithm.is(fields.next());
        // An RSA key has 512 to 16384 bits.
        isPlain &= isKey(fields.next(), 64, 2048);
        return isPlain && fields.isAtEnd() ? List.of(new PublicKeyReader(Way.TRANSPORT, id)) : List.of();
    }

    private static List<PublicKeyReader> agreement(Fields fields) {
        boolean isPlain = isVersion(fields.next());
        isPlain &= isOriginator(ASN1TaggedObject.getInstance(fields.next()));
        if (fields.peek() instanceof ASN1TaggedObject material) {
            var _ = fields.next();
            isPlain &= material.getTagNo() == 1 && isKey(material.getExplicitBaseObject(), 0, MOST_MATERIAL);
        }
        isPlain &= PlainAlgorithm.is(fields.next());
        Fields keys = new Fields(ASN1Sequence.getInstance(fields.next()));
        isPlain &= fields.isAtEnd();
        List<PublicKeyReader> readers = new ArrayList<>();
        while (isPlain && !keys.isAtEnd()) {
            Fields key = new Fields(ASN1Sequence.getInstance(keys.next()));
            ASN1Encodable id = key.next();
            if (id instanceof ASN1TaggedObject tagged) {
                // RFC 5652 §6.2.2: a date and another attribute could stand after it.
                Fields identifier = new Fields(ASN1Sequence.getInstance(tagged, false));
                id = identifier.next();
                isPlain &= identifier.isAtEnd();
            }
            readers.add(new PublicKeyReader(Way.AGREEMENT, id(id)));
            isPlain &= isWrapped(key.next()) && key.isAtEnd();
        }
        return isPlain ? readers : List.of();
    }

    private static boolean isOriginator(ASN1TaggedObject choice) {
        ASN1Encodable chosen = choice.getExplicitBaseObject();
        if (chosen instanceof ASN1Sequence) {
            return choice.getTagNo() == 0 && id(chosen) instanceof IssuerAndSerialNumber;
        }
        ASN1TaggedObject originator = ASN1TaggedObject.getInstance(chosen);
        if (originator.getTagNo() != 1) {
            return originator.getTagNo() == 0 && id(originator) instanceof ASN1OctetString;
        }
        Fields key = new Fields(ASN1Sequence.getInstance(originator, false));
        boolean isPlain = PlainAlgorithm.is(key.next());
        ASN1BitString bits = (ASN1BitString) key.next();
        return isPlain && isKeySize(bits.getOctets(), 32, 2048) && key.isAtEnd();
    }

    private static List<PublicKeyReader> other(Fields fields) {
        if (!CMSObjectIdentifiers.id_ori_kem.equals(fields.next())) {
            return List.of();
        }
        Fields kem = new Fields(ASN1Sequence.getInstance(fields.next()));
        boolean isPlain = fields.isAtEnd() && isVersion(kem.next());
        ASN1Encodable id = id(kem.next());
        isPlain &= PlainAlgorithm.is(kem.next());
        isPlain &= isKey(kem.next(), 32, 8192);
        isPlain &= PlainAlgorithm.is(kem.next());
        isPlain &= isVersion(kem.next());
        if (kem.peek() instanceof ASN1TaggedObject material) {
            var _ = kem.next();
            isPlain &= material.getTagNo() == 0 && isKey(material.getExplicitBaseObject(), 0, MOST_MATERIAL);
        }
        isPlain &= PlainAlgorithm.is(kem.next());
        isPlain &= isWrapped(kem.next());
        return isPlain && kem.isAtEnd() ? List.of(new PublicKeyReader(Way.ENCAPSULATION, id)) : List.of();
    }

    /**
     * Returns issuer and serial number as they are, or a key identifier without its tag.
     *
     * @throws IllegalArgumentException if it is neither, or has room for text
     */
    static ASN1Encodable id(ASN1Encodable given) {
        if (given instanceof ASN1TaggedObject tagged) {
            return identifier(ASN1OctetString.getInstance(tagged, false));
        }
        if (given instanceof ASN1OctetString octets) {
            return identifier(octets);
        }
        ASN1Sequence sequence = ASN1Sequence.getInstance(given);
        IssuerAndSerialNumber name = IssuerAndSerialNumber.getInstance(sequence);
        // RFC 5280 §4.1.2.2 allows 20 octets
        if (sequence.size() != 2 || !isNumber(name.getSerialNumber().getValue().toByteArray())) {
            throw new IllegalArgumentException("issuer and serial number");
        }
        return name;
    }

    private static ASN1OctetString identifier(ASN1OctetString identifier) {
        if (!isNumber(identifier.getOctets())) {
            throw new IllegalArgumentException("subject key identifier");
        }
        return identifier;
    }

    /**
     * Returns true for octets of a key identifier (RFC 7093 §2) or serial number that are no text. Octets read as text
     * by chance once in four million times if there are 20 of them, and more often if there are fewer, so that fewer
     * are not looked at.
     */
    static boolean isNumber(byte[] octets) {
        return octets.length <= 32 && (octets.length < 20 || !CiphertextLook.isReadable(octets));
    }

    private static boolean isVersion(ASN1Encodable value) {
        return value instanceof ASN1Integer number && number.getValue().bitLength() <= 16;
    }

    static boolean isKey(ASN1Encodable value, int least, int most) {
        return value instanceof ASN1OctetString octets && isKeySize(octets.getOctets(), least, most);
    }

    private static boolean isKeySize(byte[] octets, int least, int most) {
        return octets.length >= least && octets.length <= most && !CiphertextLook.isReadable(octets);
    }

    // RFC 3394 §2.2.1, RFC 3217 §3.1: a wrapped key is the content key in blocks of eight octets, and one or two blocks
    // more.
    private static boolean isWrapped(ASN1Encodable value) {
        return isKey(value, 16, 80) && ((ASN1OctetString) value).getOctetsLength() % 8 == 0;
    }

    /** Walks the elements of a sequence in order. */
    private static final class Fields {
        private final ASN1Sequence sequence;
        private int at;

        Fields(ASN1Sequence sequence) {
            this.sequence = sequence;
        }

        ASN1Encodable peek() {
            if (isAtEnd()) {
                throw new IllegalArgumentException("an element is missing");
            }
            return sequence.getObjectAt(at);
        }

        ASN1Encodable next() {
            ASN1Encodable element = peek();
            at++;
            return element;
        }

        boolean isAtEnd() {
            return at == sequence.size();
        }
    }

    private static final int MOST_MATERIAL = 128;
}
