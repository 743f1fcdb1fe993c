package org.postseal.certstore.format;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

/**
 * Reads the certificates and revocation lists of a SignedData (RFC 5652 §5.1), certs-only or not.
 * It works by offsets, so that a bundle costs no more than its certificates do, and a bad one has a place.
 * It does not look at signatures.
 */
final class Pkcs7Reader {
    private Pkcs7Reader() {}

    /** The elements in the two sets of a SignedData. */
    record Sets(List<Ber> certificates, List<Ber> crls) {}

    /** Makes the position of an element from its number and its offset in the SignedData. */
    interface Places {
        Position of(int element, int offset);
    }

    /** Adds the certificates and revocation lists of a ContentInfo to a bundle. */
    static void read(Bundle bundle, byte[] octets, Places places) throws RefusedException, BerException {
        Sets sets = sets(octets, CertificateFile.MAX_ELEMENTS + 1);
        bundle.demandRoom(sets.certificates.size() + sets.crls.size());
        for (Ber each : sets.certificates) {
            Position position = places.of(bundle.next(), each.start());
            if (each.tag() == Ber.SEQUENCE) {
                bundle.addCertificate(position, each.encoded(), Bundle.Remarks.NONE);
            } else {
                bundle.warn(position, "a certificate of another kind than X.509 is skipped");
            }
        }
        for (Ber each : sets.crls) {
            Position position = places.of(bundle.next(), each.start());
            if (each.tag() == Ber.SEQUENCE) {
                bundle.addCrl(position, each.encoded());
            } else {
                bundle.warn(position, "revocation data of another kind is skipped");
            }
        }
    }

    /**
     * Finds the two sets.
     *
     * @param max the number of elements after which it stops in either set
     */
    static Sets sets(byte[] octets, int max) throws BerException {
        Ber outer = Ber.of(octets);
        List<Ber> info = outer.children(2);
        if (info.isEmpty() || info.getFirst().tag() != Ber.OBJECT_IDENTIFIER) {
            throw new BerException(outer.start(), "no content type");
        }
        if (!info.getFirst().hasContent(SIGNED_DATA)) {
            throw new BerException(outer.start(), "content type is not signed-data");
        }
        Ber wrapper = only(info, 1, CONTENT, outer);
        Ber signed = only(wrapper.children(1), 0, Ber.SEQUENCE, wrapper);
        List<Ber> certificates = List.of();
        List<Ber> crls = List.of();
        for (Ber each : signed.children(6)) {
            switch (each.tag()) {
                case CERTIFICATES -> certificates = each.children(max);
                case CRLS -> crls = each.children(max);
                default -> {} // version, algorithms, content, signers
            }
        }
        return new Sets(certificates, crls);
    }

    private static Ber only(List<Ber> elements, int index, int tag, Ber parent) throws BerException {
        if (elements.size() <= index || elements.get(index).tag() != tag) {
            throw new BerException(parent.start(), "no signed-data");
        }
        return elements.get(index);
    }

    private static byte[] content(ASN1ObjectIdentifier name) {
        try {
            byte[] der = name.getEncoded(ASN1Encoding.DER);
            return Arrays.copyOfRange(der, 2, der.length);
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }

    private static final byte[] SIGNED_DATA = content(PKCSObjectIdentifiers.signedData);
    private static final int CONTENT = 0xa0;
    private static final int CERTIFICATES = 0xa0;
    private static final int CRLS = 0xa1;
}
