package org.postseal.gateway.smime;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Null;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;

/** Tells whether an AlgorithmIdentifier has no room for text. */
final class PlainAlgorithm {
    private PlainAlgorithm() {}

    /** Returns true for an algorithm and parameters made of names and numbers. */
    static boolean is(ASN1Encodable value) {
        return value instanceof ASN1Sequence sequence
                && sequence.size() >= 1
                && sequence.size() <= 2
                && sequence.getObjectAt(0) instanceof ASN1ObjectIdentifier
                && Der.encode(sequence).length <= MOST
                && isPlain(sequence);
    }

    private static boolean isPlain(ASN1Encodable value) {
        return switch (value) {
            case ASN1ObjectIdentifier name -> isName(Der.encode(name));
            case ASN1Null _ -> true;
            case ASN1Integer number -> number.getValue().bitLength() <= 32;
            // RFC 4055 §4.1: the label must be empty.
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

    // the numbers of a name are too small to make a word
    private static boolean isName(byte[] der) {
        return der.length <= 18
                && !WORD.matcher(new String(der, StandardCharsets.ISO_8859_1)).find();
    }

    private static final Pattern WORD = Pattern.compile("[ -~]{8}");
    private static final int MOST = 160;
}
