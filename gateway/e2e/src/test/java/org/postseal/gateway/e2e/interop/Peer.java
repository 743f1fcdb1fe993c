package org.postseal.gateway.e2e.interop;

import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.SmimeMail;

/** Another S/MIME implementation. What it makes are MIME entities, Content- fields first; what it reads are whole messages. Not thread-safe. */
interface Peer extends AutoCloseable {
    PeerName name();

    /** Of the program as it is installed here. */
    String version();

    Answer sign(byte[] entity, SignatureLine line, boolean clear);

    /** The content, if its only signer is that one, by a path to the trust anchor. */
    Answer verify(SmimeMail message, Identity signer);

    Answer encrypt(byte[] entity, EncryptionLine line);

    /** With the key of this reader only. */
    Answer decrypt(SmimeMail message, Identity reader);

    /** The entity as compressed-data. */
    Answer compress(byte[] entity);

    /** A CMS object with the certificate of that user and no content; DER. */
    Answer certificates(Identity of);

    /** The certificate of that user, DER, if such an object holds it. */
    Answer readCertificates(byte[] certificates, Identity of);

    @Override
    void close();
}
