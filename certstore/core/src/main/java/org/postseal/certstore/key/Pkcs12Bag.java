package org.postseal.certstore.key;

import java.util.Optional;
import org.postseal.certstore.MailCertificate;

/** A bag of a PKCS #12 file. */
public sealed interface Pkcs12Bag {
    /** Returns the bag's place in the file, starting with 1. */
    int number();

    record CertificateBag(int number, MailCertificate certificate, Optional<String> friendlyName)
            implements Pkcs12Bag {}

    /** A bag with a private key, which may have been encrypted. */
    record KeyBag(int number, KeyMaterial key, Optional<String> friendlyName) implements Pkcs12Bag {}

    /** A bag with a revocation list, which is not parsed. */
    record CrlBag(int number, byte[] der) implements Pkcs12Bag {}

    /** A bag that cannot be used. */
    record BadBag(int number, String problem) implements Pkcs12Bag {}
}
