package org.postseal.gateway.testkit;

import java.util.List;
import java.util.stream.Stream;

/**
 * Runs another S/MIME implementation, at the level of CMS; the tests make the MIME around it ({@link SmimeMail}). It
 * works in a temporary home with the identities of one {@link TestPki}. Everything is DER. Not thread-safe.
 */
public interface SmimePeer extends AutoCloseable {
    public static List<SmimePeer> all(TestPki pki) {
        return List.of(new OpenSslPeer(pki), new GpgsmPeer(pki), new NssPeer(pki));
    }

    /** Returns those of the peers that can read AES-GCM. */
    public static Stream<SmimePeer> readingGcm(List<SmimePeer> peers) {
        return peers.stream().filter(SmimePeer::readsGcm);
    }

    /** Makes a signed-data without content, for multipart/signed. */
    public byte[] signDetached(byte[] content, Identity signer);

    /** Makes a signed-data with the content in it. */
    public byte[] signOpaque(byte[] content, Identity signer);

    /** Makes an enveloped-data with the peer's usual AES-CBC. */
    public byte[] encrypt(byte[] content, List<Identity> recipients);

    public Verification verifyDetached(byte[] signature, byte[] content);

    public Verification verifyOpaque(byte[] signedData);

    /** Decrypts with the key of this reader only. */
    public Decryption decrypt(byte[] envelopedData, Identity reader);

    public boolean readsGcm();

    @Override
    public void close();

    /** Says what the peer finds about a signature and its certificate path. */
    sealed interface Verification {
        /** The signature is good; the content is as it was signed. */
        record Good(byte[] content, Identity signer) implements Verification {}

        record Bad(String messages) implements Verification {}
    }

    /** Says what the peer makes of a ciphertext. */
    sealed interface Decryption {
        record Plain(byte[] content) implements Decryption {}

        record Refused(String messages) implements Decryption {}
    }

    /** Returns the signer and the content, or fails the test. */
    public static Verification.Good expectGood(Verification verification) {
        return switch (verification) {
            case Verification.Good good -> good;
            case Verification.Bad(String messages) -> throw new AssertionError("not verified: " + messages);
        };
    }

    /** Returns the content, or fails the test. */
    public static byte[] expectPlain(Decryption decryption) {
        return switch (decryption) {
            case Decryption.Plain(byte[] content) -> content;
            case Decryption.Refused(String messages) -> throw new AssertionError("not decrypted: " + messages);
        };
    }
}
