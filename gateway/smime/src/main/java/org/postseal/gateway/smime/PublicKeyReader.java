package org.postseal.gateway.smime;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Null;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;

/**
 * Somebody for whose public key a RecipientInfo is (RFC 5652 §6.2, RFC 9629 §3). It is read so strictly that it has no
 * room for text, except in the name of an issuer.
 *
 * @param id issuer and serial number, or subject key identifier
 */
record PublicKeyReader(Way way, ASN1Encodable id) {
    /** How the content key reaches the reader. */
    enum Way {
        TRANSPORT,
        AGREEMENT,
        ENCAPSULATION
    }

    /** True where the RecipientInfo means this certificate. */
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
     * Returns the readers of one RecipientInfo. There is none where it is for a password or another secret that is
     * shared, or where it holds an element that the RFCs do not give it.
     *
     * @throws IllegalArgumentException where it is malformed, or another unchecked exception of Bouncy Castle's
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

    private static List<PublicKeyReader> transport(Fields fields) {
        boolean isPlain = isVersion(fields.next());
        ASN1Encodable id = id(fields.next());
        isPlain &= isAlgorithm(fields.next());
        // RSA of 512 to 16384 bits
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
        isPlain &= isAlgorithm(fields.next());
        Fields keys = new Fields(ASN1Sequence.getInstance(fields.next()));
        isPlain &= fields.isAtEnd();
        List<PublicKeyReader> readers = new ArrayList<>();
        while (isPlain && !keys.isAtEnd()) {
            Fields key = new Fields(ASN1Sequence.getInstance(keys.next()));
            ASN1Encodable id = key.next();
            if (id instanceof ASN1TaggedObject tagged) {
                // RFC 5652 §6.2.2: date and other attribute would stand behind it
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
            return originator.getTagNo() == 0 && isKey(ASN1OctetString.getInstance(originator, false), 1, 64);
        }
        Fields key = new Fields(ASN1Sequence.getInstance(originator, false));
        boolean isPlain = isAlgorithm(key.next());
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
        isPlain &= isAlgorithm(kem.next());
        isPlain &= isKey(kem.next(), 32, 8192);
        isPlain &= isAlgorithm(kem.next());
        isPlain &= isVersion(kem.next());
        if (kem.peek() instanceof ASN1TaggedObject material) {
            var _ = kem.next();
            isPlain &= material.getTagNo() == 0 && isKey(material.getExplicitBaseObject(), 0, MOST_MATERIAL);
        }
        isPlain &= isAlgorithm(kem.next());
        isPlain &= isWrapped(kem.next());
        return isPlain && kem.isAtEnd() ? List.of(new PublicKeyReader(Way.ENCAPSULATION, id)) : List.of();
    }

    private static ASN1Encodable id(ASN1Encodable given) {
        if (given instanceof ASN1TaggedObject tagged) {
            return identifier(ASN1OctetString.getInstance(tagged, false));
        }
        if (given instanceof ASN1OctetString octets) {
            return identifier(octets);
        }
        ASN1Sequence sequence = ASN1Sequence.getInstance(given);
        IssuerAndSerialNumber name = IssuerAndSerialNumber.getInstance(sequence);
        // RFC 5280 §4.1.2.2 allows 20 octets
        if (sequence.size() != 2 || name.getSerialNumber().getValue().bitLength() > 8 * 32) {
            throw new IllegalArgumentException("issuer and serial number");
        }
        return name;
    }

    private static ASN1OctetString identifier(ASN1OctetString identifier) {
        if (identifier.getOctetsLength() > 64) {
            throw new IllegalArgumentException("subject key identifier");
        }
        return identifier;
    }

    private static boolean isVersion(ASN1Encodable value) {
        return value instanceof ASN1Integer number && number.getValue().bitLength() <= 16;
    }

    private static boolean isKey(ASN1Encodable value, int least, int most) {
        return value instanceof ASN1OctetString octets && isKeySize(octets.getOctets(), least, most);
    }

    private static boolean isKeySize(byte[] octets, int least, int most) {
        return octets.length >= least && octets.length <= most && !CiphertextLook.isReadable(octets);
    }

    // RFC 3394 §2.2.1, RFC 3217 §3.1: the content key in blocks of eight and one or two more
    private static boolean isWrapped(ASN1Encodable value) {
        return isKey(value, 16, 80) && ((ASN1OctetString) value).getOctetsLength() % 8 == 0;
    }

    /** An algorithm and parameters made of names and numbers. */
    static boolean isAlgorithm(ASN1Encodable value) {
        return value instanceof ASN1Sequence sequence
                && sequence.size() >= 1
                && sequence.size() <= 2
                && sequence.getObjectAt(0) instanceof ASN1ObjectIdentifier
                && Der.encode(sequence).length <= MOST_ALGORITHM
                && isPlain(sequence);
    }

    private static boolean isPlain(ASN1Encodable value) {
        return switch (value) {
            case ASN1ObjectIdentifier name -> Der.encode(name).length <= 18;
            case ASN1Null _ -> true;
            case ASN1Integer number -> number.getValue().bitLength() <= 32;
            // RFC 4055 §4.1: no label
            case ASN1OctetString label -> label.getOctetsLength() == 0;
            case ASN1Sequence sequence -> {
                boolean isPlain = true;
                for (ASN1Encodable element : sequence) {
                    isPlain &= isPlain(element);
                }
                yield isPlain;
            }
            case ASN1TaggedObject tagged -> tagged.isExplicit() && isPlain(tagged.getExplicitBaseObject());
            default -> false;
        };
    }

    /** The elements of a sequence in order. */
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
    private static final int MOST_ALGORITHM = 160;
}
