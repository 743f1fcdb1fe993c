package org.postseal.gateway.e2e.interop;

import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.SmimeMail;

/**
 * Another S/MIME implementation. It makes MIME entities that begin with the Content- fields, and reads whole messages.
 * Not thread-safe.
 */
interface Peer extends AutoCloseable {
    PeerName name();

    /** Returns the version of the installed program. */
    String version();

    Answer sign(byte[] entity, SignatureLine line, boolean clear);

    /** Returns the content, if this is its only signer and a path leads to the trust anchor. */
    Answer verify(SmimeMail message, Identity signer);

    Answer encrypt(byte[] entity, EncryptionLine line);

    /** Decrypts with no other key than that of this reader. */
    Answer decrypt(SmimeMail message, Identity reader);

    /** Makes compressed-data of the entity. */
    Answer compress(byte[] entity);

    /** Makes a CMS object in DER with the certificate of that user and no content. */
    Answer certificates(Identity of);

    /** Returns the certificate of that user in DER, if such an object holds it. */
    Answer readCertificates(byte[] certificates, Identity of);

    @Override
    void close();
}
