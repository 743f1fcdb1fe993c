package org.postseal.certstore.format;

import java.util.List;
import org.postseal.certstore.key.Pkcs12Bag;
import org.postseal.certstore.key.Pkcs12Contents;
import org.postseal.certstore.key.Pkcs12File;

/** Reads files that hold one DER structure. Its first elements tell which structure it is. */
final class DerFile {
    private DerFile() {}

    static CertificateFile read(Bundle bundle, byte[] octets, ReadOptions options) throws RefusedException {
        Kind kind;
        try {
            kind = kind(Ber.of(octets).children(3));
        } catch (BerException e) {
            throw damaged(bundle, "DER", e);
        }
        return switch (kind) {
            case PKCS7 -> readPkcs7(bundle, octets);
            case PKCS12 -> {
                addPkcs12(bundle, octets, options);
                yield bundle.finish(Format.PKCS12);
            }
            case CERTIFICATE -> {
                bundle.addCertificate(Position.offset(bundle.file(), bundle.next(), 0), octets, Bundle.Remarks.NONE);
                yield bundle.finish(Format.DER_CERTIFICATE);
            }
            case CRL -> {
                bundle.addCrl(Position.offset(bundle.file(), bundle.next(), 0), octets);
                yield bundle.finish(Format.DER_CRL);
            }
            case PRIVATE_KEY -> readKey(bundle, octets, "PRIVATE KEY", options);
            case RSA_PRIVATE_KEY -> readKey(bundle, octets, "RSA PRIVATE KEY", options);
            case EC_PRIVATE_KEY -> readKey(bundle, octets, "EC PRIVATE KEY", options);
            case ENCRYPTED_PRIVATE_KEY -> readKey(bundle, octets, "ENCRYPTED PRIVATE KEY", options);
            case UNKNOWN ->
                throw new RefusedException(
                        Refusal.UNKNOWN_FORMAT,
                        Position.file(bundle.file()),
                        "DER, but no certificate, revocation list, key, PKCS #7 or PKCS #12");
        };
    }

    private enum Kind {
        CERTIFICATE,
        CRL,
        PKCS7,
        PKCS12,
        PRIVATE_KEY,
        RSA_PRIVATE_KEY,
        EC_PRIVATE_KEY,
        ENCRYPTED_PRIVATE_KEY,
        UNKNOWN
    }

    private static Kind kind(List<Ber> first) {
        if (first.isEmpty()) {
            return Kind.UNKNOWN;
        }
        int second = first.size() > 1 ? first.get(1).tag() : -1;
        return switch (first.getFirst().tag()) {
            case Ber.OBJECT_IDENTIFIER -> Kind.PKCS7;
            case Ber.INTEGER ->
                switch (second) {
                    // PKCS #8 has the algorithm there and the key behind it, PKCS #12 the ContentInfo.
                    case Ber.SEQUENCE ->
                        first.size() > 2 && first.get(2).tag() == Ber.OCTET_STRING ? Kind.PRIVATE_KEY : Kind.PKCS12;
                    case Ber.INTEGER -> Kind.RSA_PRIVATE_KEY;
                    case Ber.OCTET_STRING -> Kind.EC_PRIVATE_KEY;
                    default -> Kind.UNKNOWN;
                };
            case Ber.SEQUENCE ->
                switch (second) {
                    case Ber.OCTET_STRING -> Kind.ENCRYPTED_PRIVATE_KEY;
                    case Ber.SEQUENCE -> isCrl(first.getFirst()) ? Kind.CRL : Kind.CERTIFICATE;
                    default -> Kind.UNKNOWN;
                };
            default -> Kind.UNKNOWN;
        };
    }

    // A revocation list has a time among its first four elements; a certificate has a SEQUENCE of two times.
    private static boolean isCrl(Ber toBeSigned) {
        try {
            return toBeSigned.children(4).stream()
                    .anyMatch(each -> each.tag() == Ber.UTC_TIME || each.tag() == Ber.GENERALIZED_TIME);
        } catch (BerException e) {
            return false;
        }
    }

    private static RefusedException damaged(Bundle bundle, String what, BerException e) {
        return new RefusedException(
                Refusal.MALFORMED,
                Position.offset(bundle.file(), 0, e.offset()),
                "damaged " + what + ": " + e.getMessage());
    }

    private static CertificateFile readPkcs7(Bundle bundle, byte[] octets) throws RefusedException {
        try {
            Pkcs7Reader.read(bundle, octets, (element, offset) -> Position.offset(bundle.file(), element, offset));
        } catch (BerException e) {
            throw damaged(bundle, "PKCS #7", e);
        }
        return bundle.finish(Format.PKCS7);
    }

    private static CertificateFile readKey(Bundle bundle, byte[] octets, String label, ReadOptions options)
            throws RefusedException {
        bundle.addKey(Position.offset(bundle.file(), bundle.next(), 0), label, octets, options);
        return bundle.finish(Format.DER_PRIVATE_KEY);
    }

    /** Adds every bag of a PKCS #12. */
    static void addPkcs12(Bundle bundle, byte[] octets, ReadOptions options) throws RefusedException {
        Position file = Position.file(bundle.file());
        char[] password = options.password();
        if (password == null) {
            throw new RefusedException(
                    Refusal.PASSWORD_NEEDED, file, "PKCS #12, or something like it, and there is no password for it");
        }
        switch (Pkcs12File.open(octets, password)) {
            case Pkcs12Contents.Opened(List<Pkcs12Bag> bags) -> {
                for (Pkcs12Bag bag : bags) {
                    add(bundle, bag);
                }
            }
            case Pkcs12Contents.WrongPassword _ ->
                throw new RefusedException(Refusal.WRONG_PASSWORD, file, "wrong password");
            case Pkcs12Contents.Refused refused ->
                throw new RefusedException(
                        switch (refused.cause()) {
                            case MALFORMED -> Refusal.MALFORMED;
                            case TOO_EXPENSIVE -> Refusal.TOO_EXPENSIVE;
                            case UNSUPPORTED -> Refusal.UNSUPPORTED;
                            case TOO_LARGE -> Refusal.TOO_LARGE;
                            case TOO_MANY -> Refusal.TOO_MANY;
                        },
                        file,
                        refused.message());
        }
    }

    private static void add(Bundle bundle, Pkcs12Bag bag) throws RefusedException {
        Position position = Position.element(bundle.file(), bundle.next());
        switch (bag) {
            case Pkcs12Bag.CertificateBag each ->
                bundle.addCertificate(position, each.certificate(), Bundle.Remarks.NONE);
            case Pkcs12Bag.KeyBag each -> bundle.addKey(position, each.key());
            case Pkcs12Bag.CrlBag each -> bundle.addCrl(position, each.der());
            case Pkcs12Bag.BadBag each -> bundle.bad(position, each.problem(), each.certificate());
        }
    }
}
