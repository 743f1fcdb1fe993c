package org.postseal.gateway.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the program {@code openssl cms}. It reads and makes AES-GCM. */
public final class OpenSslPeer implements SmimePeer {
    private final TestPki pki;
    private final Path home = TemporaryHome.create("openssl");

    public OpenSslPeer(TestPki pki) {
        this.pki = pki;
    }

    @Override
    public byte[] signDetached(byte[] content, Identity signer) {
        return sign(content, signer, List.of());
    }

    /** Signs with a digest that is named as openssl names it, such as {@code sha1}. */
    public byte[] signDetached(byte[] content, Identity signer, String digest) {
        return sign(content, signer, List.of("-md", digest));
    }

    @Override
    public byte[] signOpaque(byte[] content, Identity signer) {
        return sign(content, signer, List.of("-nodetach"));
    }

    @Override
    public byte[] encrypt(byte[] content, List<Identity> recipients) {
        return encrypt(content, recipients, "-aes-256-cbc");
    }

    /** Encrypts with a cipher that is named as openssl names it, such as {@code -aes-256-gcm}. */
    public byte[] encrypt(byte[] content, List<Identity> recipients, String cipher) {
        List<Object> words = words("-encrypt", "-binary", "-outform", "DER", cipher);
        recipients.forEach(recipient -> words.add(recipient.certificate()));
        return Command.of(words).input(content).output();
    }

    @Override
    public Verification verifyDetached(byte[] signature, byte[] content) {
        return verify(signature, List.of("-content", TemporaryHome.write(home, "content", content)));
    }

    @Override
    public Verification verifyOpaque(byte[] signedData) {
        return verify(signedData, List.of());
    }

    @Override
    public Decryption decrypt(byte[] envelopedData, Identity reader) {
        Command.Result result = Command.of(words(
                        "-decrypt",
                        "-binary",
                        "-inform",
                        "DER",
                        "-recip",
                        reader.certificate(),
                        "-inkey",
                        reader.key()))
                .input(envelopedData)
                .run();
        return result.isSuccess() ? new Decryption.Plain(result.output()) : new Decryption.Refused(result.messages());
    }

    @Override
    public boolean readsGcm() {
        return true;
    }

    /**
     * Verifies a whole message. openssl also reads the MIME, and so is an independent reader of what the gateway
     * writes.
     */
    public Verification verifyMessage(byte[] message) {
        List<Object> words = verifyWords("SMIME");
        // Without this option, clear-signed content loses its CRs before it is hashed
        words.add("-crlfeol");
        return result(Command.of(words).input(message).run());
    }

    /** Decrypts a whole message and returns the entity in it. */
    public Decryption decryptMessage(byte[] message, Identity reader) {
        List<Object> words = words("-decrypt", "-binary", "-recip", reader.certificate(), "-inkey", reader.key());
        // The legacy provider knows DES and RC2
        words.addAll(List.of("-provider", "default", "-provider", "legacy"));
        Command.Result result = Command.of(words).input(message).run();
        return result.isSuccess() ? new Decryption.Plain(result.output()) : new Decryption.Refused(result.messages());
    }

    @Override
    public void close() {
        TemporaryHome.delete(home);
    }

    @Override
    public String toString() {
        return "openssl";
    }

    private byte[] sign(byte[] content, Identity signer, List<String> options) {
        List<Object> words = words(
                "-sign",
                "-binary",
                "-outform",
                "DER",
                "-signer",
                signer.certificate(),
                "-inkey",
                signer.key(),
                "-certfile",
                pki.intermediate());
        words.addAll(options);
        return Command.of(words).input(content).output();
    }

    private Verification verify(byte[] cms, List<?> options) {
        List<Object> words = verifyWords("DER");
        words.addAll(options);
        return result(Command.of(words).input(cms).run());
    }

    private List<Object> verifyWords(String format) {
        return words(
                "-verify",
                "-binary",
                "-inform",
                format,
                "-purpose",
                "smimesign",
                "-CAfile",
                pki.root(),
                "-signer",
                home.resolve("signer.pem"));
    }

    private Verification result(Command.Result result) {
        return result.isSuccess()
                ? new Verification.Good(
                        result.output(), pki.byFingerprint(Identity.fingerprint(home.resolve("signer.pem"))))
                : new Verification.Bad(result.messages());
    }

    private static List<Object> words(Object... more) {
        List<Object> words = new ArrayList<>(List.of("openssl", "cms"));
        words.addAll(List.of(more));
        return words;
    }
}
