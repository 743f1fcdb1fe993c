package org.postseal.gateway.e2e.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GpgsmHome;
import org.postseal.gateway.testkit.GpgsmPeer;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer.Verification;

/** {@code gpgsm} knows no MIME. The MIME is put around what it makes, and taken off what it reads. */
final class GpgSm implements Peer {
    private final People people;
    private final GpgsmPeer verifier;
    private final GpgsmHome keyless;
    private final Map<Identity, Owner> owners = new HashMap<>();

    GpgSm(People people) {
        this.people = people;
        this.verifier = new GpgsmPeer(people.pki());
        this.keyless = new GpgsmHome(people.pki());
    }

    /** A home with one key, since gpgsm takes any key that fits. */
    private record Owner(GpgsmHome home, Command.Result imported) {}

    @Override
    public PeerName name() {
        return PeerName.GPGSM;
    }

    @Override
    public String version() {
        return new String(Command.of("gpgsm", "--version").output(), ISO_8859_1)
                .lines()
                .findFirst()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .orElseThrow();
    }

    @Override
    public Answer sign(byte[] entity, SignatureLine line, boolean clear) {
        if (line.isPss()) {
            return new Answer.NotAskable();
        }
        Identity signer = people.identity(line.key());
        Owner owner = owner(signer);
        if (!owner.imported().isSuccess()) {
            return new Answer.Refused(owner.imported().messages());
        }
        GpgsmHome home = owner.home();
        Command.Result result = home.withPassphrase(
                        "--local-user",
                        signer.fingerprint(),
                        "--digest-algo",
                        line.digestName().replace("-", ""),
                        "--output",
                        "-",
                        clear ? "--detach-sign" : "--sign",
                        home.write("content", entity))
                .run();
        return Answer.made(result, cms -> clear ? Wrapping.clear(entity, cms) : Wrapping.opaque("signed-data", cms));
    }

    @Override
    public Answer verify(SmimeMail message, Identity signer) {
        Verification verification = Wrapping.isClear(message)
                ? verifier.verifyDetached(message.signature(), message.signedContent())
                : verifier.verifyOpaque(message.cms());
        return Answer.of(verification, signer);
    }

    @Override
    public Answer encrypt(byte[] entity, EncryptionLine line) {
        if (!line.oaepDigest().isEmpty() || line.settings().keyIdentifier()) {
            return new Answer.NotAskable();
        }
        List<Object> options = new ArrayList<>(List.of("--cipher-algo", cipher(line)));
        for (KeyAlgorithm recipient : line.recipients()) {
            options.addAll(List.of("--recipient", people.identity(recipient).fingerprint()));
        }
        options.addAll(List.of("--encrypt", "--output", "-", keyless.write("content", entity)));
        return Answer.made(keyless.gpgsm(options.toArray()).run(), cms -> Wrapping.opaque("enveloped-data", cms));
    }

    @Override
    public Answer decrypt(SmimeMail message, Identity reader) {
        Owner owner = owner(reader);
        GpgsmHome home = owner.home();
        Command.Result result = home.withPassphrase(
                        "--status-fd", "2", "--output", "-", "--decrypt", home.write("ciphertext", message.cms()))
                .run();
        // The exit status also counts recipients before this one, whose keys it does not have.
        return result.messages().contains("[GNUPG:] DECRYPTION_OKAY")
                ? new Answer.Done(result.output())
                : new Answer.Refused(owner.imported().messages() + result.messages());
    }

    @Override
    public Answer compress(byte[] entity) {
        return new Answer.NotAskable();
    }

    @Override
    public Answer certificates(Identity of) {
        return new Answer.NotAskable();
    }

    @Override
    public Answer readCertificates(byte[] certificates, Identity of) {
        try (GpgsmHome empty = GpgsmHome.empty()) {
            Command.Result result = empty.gpgsm("--import", empty.write("peer.p7c", certificates))
                    .run();
            return result.isSuccess()
                    ? new Answer.Done(empty.gpgsm("--export", of.fingerprint()).output())
                    : new Answer.Refused(result.messages());
        }
    }

    @Override
    public void close() {
        verifier.close();
        keyless.close();
        owners.values().forEach(owner -> owner.home().close());
    }

    private Owner owner(Identity identity) {
        return owners.computeIfAbsent(identity, each -> {
            GpgsmHome home = new GpgsmHome(people.pki());
            return new Owner(home, home.importKey(each));
        });
    }

    private static String cipher(EncryptionLine line) {
        return switch (line.settings().cipher()) {
            case RC2_40_CBC -> "RFC2268_40";
            case DES_CBC -> "DES";
            case RC2_64_CBC, RC2_128_CBC -> "RFC2268_128";
            case TRIPLE_DES_CBC -> "3DES";
            case AES128_CBC -> "AES128";
            case AES192_CBC -> "AES192";
            case AES256_CBC -> "AES256";
            case AES128_GCM -> "2.16.840.1.101.3.4.1.6";
            case AES192_GCM -> "2.16.840.1.101.3.4.1.26";
            case AES256_GCM -> "2.16.840.1.101.3.4.1.46";
            case CHACHA20_POLY1305 -> "1.2.840.113549.1.9.16.3.18";
        };
    }
}
