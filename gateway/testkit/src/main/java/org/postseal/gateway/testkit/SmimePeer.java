package org.postseal.gateway.testkit;

import java.util.List;
import java.util.stream.Stream;

/**
 * Another S/MIME implementation, at CMS level: MIME around it is the tests' ({@link SmimeMail}). Works in a temporary home with the identities of one {@link TestPki};
 * everything is DER. Not thread-safe.
 */
public interface SmimePeer extends AutoCloseable {
    /** All three. */
    public static List<SmimePeer> all(TestPki pki) {
        return List.of(new OpenSslPeer(pki), new GpgsmPeer(pki), new NssPeer(pki));
    }

    /** Those that cannot read AES-GCM yet are left out. */
    public static Stream<SmimePeer> readingGcm(List<SmimePeer> peers) {
        return peers.stream().filter(SmimePeer::readsGcm);
    }

    /** Signed-data without content, for multipart/signed. */
    public byte[] signDetached(byte[] content, Identity signer);

    /** Signed-data with the content in it. */
    public byte[] signOpaque(byte[] content, Identity signer);

    /** Enveloped-data with the peer's usual AES-CBC. */
    public byte[] encrypt(byte[] content, List<Identity> recipients);

    public Verification verifyDetached(byte[] signature, byte[] content);

    public Verification verifyOpaque(byte[] signedData);

    /** With the key of this reader only. */
    public Decryption decrypt(byte[] envelopedData, Identity reader);

    public boolean readsGcm();

    @Override
    public void close();

    /** What the peer says of a signature, its certificate path included. */
    sealed interface Verification {
        /** The content as signed. */
        record Good(byte[] content, Identity signer) implements Verification {}

        record Bad(String messages) implements Verification {}
    }

    /** What the peer makes of a ciphertext. */
    sealed interface Decryption {
        record Plain(byte[] content) implements Decryption {}

        record Refused(String messages) implements Decryption {}
    }

    /** The signer and the content, or a failed test. */
    public static Verification.Good expectGood(Verification verification) {
        return switch (verification) {
            case Verification.Good good -> good;
            case Verification.Bad(String messages) -> throw new AssertionError("not verified: " + messages);
        };
    }

    /** The content, or a failed test. */
    public static byte[] expectPlain(Decryption decryption) {
        return switch (decryption) {
            case Decryption.Plain(byte[] content) -> content;
            case Decryption.Refused(String messages) -> throw new AssertionError("not decrypted: " + messages);
        };
    }
}
