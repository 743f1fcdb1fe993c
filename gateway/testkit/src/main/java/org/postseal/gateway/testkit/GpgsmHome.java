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
        settings(Identity.fingerprint(pki.root()) + " S relax\n", "");
        List<Object> certificates = new ArrayList<>(List.of("--import", pki.root(), pki.intermediate()));
        pki.identities().forEach(identity -> certificates.add(identity.certificate()));
        gpgsm(certificates.toArray()).output();
    }

    /** Makes a home with the keys of that user. Programs that use them ask nobody for a password. */
    public static GpgsmHome of(MailOwner owner) {
        GpgsmHome home = empty();
        StringBuilder answers = new StringBuilder();
        home.settings(
                (Identity.fingerprint(owner.root()) + " S relax\n"), "pinentry-program " + home.home + "/answers\n");
        home.gpgsm("--import", owner.root()).output();
        owner.keys().forEach((file, password) -> {
            home.gpgsm("--pinentry-mode", "loopback", "--passphrase-fd", "0", "--import", file)
                    .input((password + "\n").getBytes(UTF_8))
                    .output();
            // The question names the user of the certificate
            String address = String.valueOf(file.getFileName()).replace(".p12", "");
            answers.append("*")
                    .append(address)
                    .append("*) password='")
                    .append(password)
                    .append("';;\n");
        });
        Path program =
                home.write("answers", PINENTRY.replace("ANSWERS", answers).getBytes(UTF_8));
        if (!program.toFile().setExecutable(true)) {
            throw new AssertionError(program);
        }
        return home;
    }

    public Path path() {
        return home;
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

    private void settings(String trusted, String agent) {
        write("trustlist.txt", trusted.getBytes(UTF_8));
        write("gpgsm.conf", "disable-crl-checks\ndisable-dirmngr\ndisable-policy-checks\n".getBytes(UTF_8));
        // Without this count, the agent would measure one of its own, which costs a tenth of a second of processor at
        // every use of a key
        String always = "allow-loopback-pinentry\ns2k-count 65536\ndisable-scdaemon\n";
        write("gpg-agent.conf", (always + agent).getBytes(UTF_8));
    }

    public Path write(String name, byte[] octets) {
        return TemporaryHome.write(home, name, octets);
    }

    @Override
    public void close() {
        Command.of("gpgconf", "--homedir", home, "--kill", "all").run();
        TemporaryHome.delete(home);
    }

    /** Speaks Assuan, the protocol by which the agent asks for a password. */
    private static final String PINENTRY = """
            #!/bin/sh
            echo OK
            while read -r command words; do
                case "$command" in
                SETDESC) case "$words" in
                    ANSWERS
                    esac;;
                GETPIN) echo "D $password";;
                esac
                echo OK
                if [ "$command" = BYE ]; then exit; fi
            done
            """;
}
