package org.postseal.gateway.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Runs the program {@code gpgsm}. It reads neither AES-GCM (2.4.7) nor OAEP. */
public final class GpgsmPeer implements SmimePeer {
    private static final Pattern GOOD = Pattern.compile("^\\[GNUPG:] GOODSIG ([0-9A-F]+) ", Pattern.MULTILINE);

    private final TestPki pki;
    private final GpgsmHome keyless;
    /** Holds a home for each key, since gpgsm uses whatever key fits. Homes are made when needed. */
    private final Map<Identity, GpgsmHome> owners = new HashMap<>();

    public GpgsmPeer(TestPki pki) {
        this.pki = pki;
        keyless = new GpgsmHome(pki);
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
        options.addAll(List.of("--encrypt", "--output", "-", keyless.write("content", content)));
        return keyless.gpgsm(options.toArray()).output();
    }

    @Override
    public Verification verifyDetached(byte[] signature, byte[] content) {
        Command.Result result = keyless.gpgsm(
                        "--status-fd",
                        "2",
                        "--verify",
                        keyless.write("signature", signature),
                        keyless.write("content", content))
                .run();
        return verification(result, content);
    }

    @Override
    public Verification verifyOpaque(byte[] signedData) {
        Command.Result result = keyless.gpgsm(
                        "--status-fd", "2", "--output", "-", "--verify", keyless.write("signature", signedData))
                .run();
        return verification(result, result.output());
    }

    @Override
    public Decryption decrypt(byte[] envelopedData, Identity reader) {
        GpgsmHome home = homeOf(reader);
        Command.Result result = home.withPassphrase(
                        "--status-fd", "2", "--output", "-", "--decrypt", home.write("ciphertext", envelopedData))
                .run();
        // The exit status also counts recipients before this one, whose keys gpgsm does not have
        return result.messages().contains("[GNUPG:] DECRYPTION_OKAY")
                ? new Decryption.Plain(result.output())
                : new Decryption.Refused(result.messages());
    }

    @Override
    public boolean readsGcm() {
        return false;
    }

    @Override
    public void close() {
        keyless.close();
        owners.values().forEach(GpgsmHome::close);
    }

    @Override
    public String toString() {
        return "gpgsm";
    }

    private byte[] sign(String how, byte[] content, Identity signer) {
        GpgsmHome home = homeOf(signer);
        return home.withPassphrase(
                        "--local-user", signer.fingerprint(), "--output", "-", how, home.write("content", content))
                .output();
    }

    private GpgsmHome homeOf(Identity owner) {
        return owners.computeIfAbsent(owner, this::home);
    }

    private GpgsmHome home(Identity owner) {
        GpgsmHome home = new GpgsmHome(pki);
        Command.Result imported = home.importKey(owner);
        if (!imported.isSuccess()) {
            throw new AssertionError(imported.toString());
        }
        return home;
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
}
