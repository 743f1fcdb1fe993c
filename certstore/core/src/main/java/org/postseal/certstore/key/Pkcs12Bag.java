package org.postseal.certstore.key;

import java.util.Optional;
import org.postseal.certstore.MailCertificate;

public sealed interface Pkcs12Bag {
    record CertificateBag(MailCertificate certificate) implements Pkcs12Bag {}

    /** A bag with a private key, which may have been encrypted. */
    record KeyBag(KeyMaterial key) implements Pkcs12Bag {}

    /** A bag with a revocation list, which is not parsed. */
    record CrlBag(byte[] der) implements Pkcs12Bag {}

    /**
     * A bag that cannot be used.
     *
     * @param certificate the octets, if the bag holds a certificate
     */
    record BadBag(String problem, Optional<byte[]> certificate) implements Pkcs12Bag {
        BadBag(String problem) {
            this(problem, Optional.empty());
        }
    }
}
