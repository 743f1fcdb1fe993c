package org.postseal.certstore.key;

import org.postseal.certstore.MailCertificate;

public sealed interface Pkcs12Bag {
    record CertificateBag(MailCertificate certificate) implements Pkcs12Bag {}

    /** A bag with a private key, which may have been encrypted. */
    record KeyBag(KeyMaterial key) implements Pkcs12Bag {}

    /** A bag with a revocation list, which is not parsed. */
    record CrlBag(byte[] der) implements Pkcs12Bag {}

    /** A bag that cannot be used. */
    record BadBag(String problem) implements Pkcs12Bag {}
}
