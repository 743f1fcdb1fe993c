package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code gpgsm} with an agent of its own. Reads no AES-GCM (2.4.7) and no OAEP. */
final class GpgsmPeer implements SmimePeer {
    private static final Pattern GOOD = Pattern.compile("^\\[GNUPG:] GOODSIG ([0-9A-F]+) ", Pattern.MULTILINE);

    private final TestPki pki;
    private final Path home = TemporaryHome.create("gpgsm");

    GpgsmPeer(TestPki pki) {
        this.pki = pki;
        write("trustlist.txt", (Identity.fingerprint(pki.root()) + " S relax\n").getBytes(UTF_8));
        write("gpgsm.conf", "disable-crl-checks\ndisable-dirmngr\ndisable-policy-checks\n".getBytes(UTF_8));
        write("gpg-agent.conf", "allow-loopback-pinentry\n".getBytes(UTF_8));
        gpgsm("--import", pki.root()).output();
        gpgsm("--import", pki.intermediate()).output();
        for (Identity identity : pki.identities()) {
            importKey(identity);
        }
    }

    @Override
    public byte[] signDetached(byte[] content, Identity signer) {
        return sign("--detach-sign", content, signer);
    }

    @Override
    public byte[] signOpaque(byte[] content, Identity signer) {
        return sign("--sign", content, signer);
    }

    @Override
    public byte[] encrypt(byte[] content, List<Identity> recipients) {
        List<Object> options = new ArrayList<>();
        for (Identity recipient : recipients) {
            options.addAll(List.of("--recipient", recipient.fingerprint()));
        }
        options.addAll(List.of("--encrypt", "--output", "-", write("content", content)));
        return gpgsm(options.toArray()).output();
    }

    @Override
    public Verification verifyDetached(byte[] signature, byte[] content) {
        Path file = write("content", content);
        Command.Result result = gpgsm("--status-fd", "2", "--verify", write("signature", signature), file)
                .run();
        return verification(result, content);
    }

    @Override
    public Verification verifyOpaque(byte[] signedData) {
        Command.Result result = gpgsm("--status-fd", "2", "--output", "-", "--verify", write("signature", signedData))
                .run();
        return verification(result, result.output());
    }

    /** The agent asks for the key by the ciphertext, so first it is looked whether the reader is among the recipients. */
    @Override
    public Decryption decrypt(byte[] envelopedData, Identity reader) {
        Command.Result result = withPassphrase(gpgsm(
                        "--status-fd",
                        "2",
                        "--pinentry-mode",
                        "loopback",
                        "--passphrase-fd",
                        "0",
                        "--output",
                        "-",
                        "--decrypt",
                        write("ciphertext", envelopedData)))
                .run();
        boolean decrypted = result.isSuccess() && result.messages().contains("[GNUPG:] DECRYPTION_OKAY");
        boolean byReader = result.messages().contains("key " + reader.fingerprint());
        return decrypted && byReader
                ? new Decryption.Plain(result.output())
                : new Decryption.Refused(result.messages());
    }

    @Override
    public boolean readsGcm() {
        return false;
    }

    @Override
    public void close() {
        Command.of("gpgconf", "--homedir", home, "--kill", "all").run();
        TemporaryHome.delete(home);
    }

    @Override
    public String toString() {
        return "gpgsm";
    }

    /** Through a PKCS#12 of openssl: gpgsm 2.4.7 cannot parse Java's, whose PBKDF2 parameters have the optional key length (RFC 8018 §A.2). */
    private void importKey(Identity identity) {
        byte[] pkcs12 = Command.of(
                        "openssl",
                        "pkcs12",
                        "-export",
                        "-in",
                        identity.certificate(),
                        "-inkey",
                        identity.key(),
                        "-passout",
                        "pass:" + Identity.PASSWORD)
                .output();
        withPassphrase(gpgsm(
                        "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--import", write("key.p12", pkcs12)))
                .output();
    }

    private byte[] sign(String how, byte[] content, Identity signer) {
        return withPassphrase(gpgsm(
                        "--pinentry-mode",
                        "loopback",
                        "--passphrase-fd",
                        "0",
                        "--local-user",
                        signer.fingerprint(),
                        "--output",
                        "-",
                        how,
                        write("content", content)))
                .output();
    }

    private Verification verification(Command.Result result, byte[] content) {
        Optional<Identity> signer = GOOD.matcher(result.messages())
                .results()
                .map(match -> pki.byFingerprint(match.group(1)))
                .findFirst();
        return result.isSuccess() && signer.isPresent()
                ? new Verification.Good(content, signer.get())
                : new Verification.Bad(result.messages());
    }

    private Command gpgsm(Object... options) {
        List<Object> words = new ArrayList<>(List.of("gpgsm", "--homedir", home, "--batch", "--yes"));
        words.addAll(List.of(options));
        return Command.of(words);
    }

    private static Command withPassphrase(Command command) {
        return command.input((Identity.PASSWORD + "\n").getBytes(UTF_8));
    }

    private Path write(String name, byte[] octets) {
        try {
            return Files.write(home.resolve(name), octets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
