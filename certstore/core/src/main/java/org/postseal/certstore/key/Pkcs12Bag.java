package org.postseal.certstore.key;

import java.util.Optional;
import org.postseal.certstore.MailCertificate;

/** One bag of a PKCS #12 file. */
public sealed interface Pkcs12Bag {
    /** Its place in the file, 1 first, in the order of the file. */
    int number();

    /** A certificate. */
    record CertificateBag(int number, MailCertificate certificate, Optional<String> friendlyName)
            implements Pkcs12Bag {}

    /** A private key, encrypted or not. */
    record KeyBag(int number, KeyMaterial key, Optional<String> friendlyName) implements Pkcs12Bag {}

    /** A revocation list, not looked into. */
    record CrlBag(int number, byte[] der) implements Pkcs12Bag {}

    /** A bag that cannot be used. */
    record BadBag(int number, String problem) implements Pkcs12Bag {}
}
