package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a GNUPGHOME that trusts one root and knows the certificates below it. gpgsm starts an agent for it, which ends
 * when the home is closed.
 */
public final class GpgsmHome implements AutoCloseable {
    private final Path home = TemporaryHome.create("gpgsm");

    private GpgsmHome() {}

    /** Makes a home that knows and trusts nobody. */
    public static GpgsmHome empty() {
        return new GpgsmHome();
    }

    /** Makes a home that trusts the root and knows everybody. */
    public GpgsmHome(TestPki pki) {
        write("trustlist.txt", (Identity.fingerprint(pki.root()) + " S relax\n").getBytes(UTF_8));
        write("gpgsm.conf", "disable-crl-checks\ndisable-dirmngr\ndisable-policy-checks\n".getBytes(UTF_8));
        // Without this count, the agent would measure one of its own, which costs a tenth of a second of processor at
        // every use of a key
        write("gpg-agent.conf", "allow-loopback-pinentry\ns2k-count 65536\ndisable-scdaemon\n".getBytes(UTF_8));
        List<Object> certificates = new ArrayList<>(List.of("--import", pki.root(), pki.intermediate()));
        pki.identities().forEach(identity -> certificates.add(identity.certificate()));
        gpgsm(certificates.toArray()).output();
    }

    /**
     * Imports a key through a PKCS#12 file of openssl. gpgsm 2.4.7 cannot parse Java's files, whose PBKDF2 parameters
     * have the optional key length (RFC 8018 §A.2).
     */
    public Command.Result importKey(Identity identity) {
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
        return withPassphrase("--import", write("key.p12", pkcs12)).run();
    }

    public Command gpgsm(Object... options) {
        List<Object> words = new ArrayList<>(List.of("gpgsm", "--homedir", home, "--batch", "--yes"));
        words.addAll(List.of(options));
        return Command.of(words);
    }

    /** Returns a gpgsm command that needs a private key. */
    public Command withPassphrase(Object... options) {
        List<Object> words = new ArrayList<>(List.of("--pinentry-mode", "loopback", "--passphrase-fd", "0"));
        words.addAll(List.of(options));
        return gpgsm(words.toArray()).input((Identity.PASSWORD + "\n").getBytes(UTF_8));
    }

    public Path write(String name, byte[] octets) {
        return TemporaryHome.write(home, name, octets);
    }

    @Override
    public void close() {
        Command.of("gpgconf", "--homedir", home, "--kill", "all").run();
        TemporaryHome.delete(home);
    }
}
