package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs NSS, the library of Thunderbird, by {@code cmsutil}. It reads no AES-GCM (3.110), and signs only with a path of
 * root, intermediate and leaf.
 */
public final class NssPeer implements SmimePeer {
    private static final Pattern SIGNER = Pattern.compile("signer\\d+\\.id=\"([^\"]*)\"; signer\\d+\\.status=(\\w+);");

    private final TestPki pki;
    private final Path home = TemporaryHome.create("nss");
    /** Holds a database for each reader, with that reader's key alone, since cmsutil uses whatever key fits. */
    private final Map<Identity, Path> readers = new HashMap<>();

    private final Path all;

    /**
     * Imports every user's certificate and key that NSS accepts. A user whose key it does not accept cannot be used.
     */
    public NssPeer(TestPki pki) {
        this.pki = pki;
        all = database("all", pki.identities());
    }

    @Override
    public byte[] signDetached(byte[] content, Identity signer) {
        return sign(content, signer, "SHA256", false).demanded();
    }

    @Override
    public byte[] signOpaque(byte[] content, Identity signer) {
        return sign(content, signer, "SHA256", true).demanded();
    }

    /** Makes a signed-data, with or without content. The digest is named as cmsutil names it. */
    public Command.Result sign(byte[] content, Identity signer, String digest, boolean opaque) {
        List<Object> options = new ArrayList<>(List.of("-S", "-N", signer.address(), "-G", "-H", digest));
        if (!opaque) {
            options.add("-T");
        }
        return cmsutil(options.toArray()).input(content).run();
    }

    @Override
    public byte[] encrypt(byte[] content, List<Identity> recipients) {
        return envelop(content, recipients).demanded();
    }

    /** Makes an enveloped-data; cmsutil offers no choice of cipher. */
    public Command.Result envelop(byte[] content, List<Identity> recipients) {
        String addresses = recipients.stream().map(Identity::address).collect(Collectors.joining(","));
        return cmsutil("-E", "-r", addresses).input(content).run();
    }

    /** Makes a signed-data with the certificate of that user and no content. */
    public Command.Result certificates(Identity of) {
        return cmsutil("-O", "-r", of.address()).run();
    }

    /** Lists the modules of NSS with their versions. */
    public Command.Result modules() {
        return Command.of("modutil", "-dbdir", "sql:" + all, "-list").run();
    }

    /** Returns the first certificate in such an object, in DER. */
    public Command.Result readCertificates(byte[] object) {
        String database = "sql:" + database("empty", List.of());
        Path file = TemporaryHome.write(home, "certificates.p7c", object);
        Command.Result added = Command.of("certutil", "-A", "-d", database, "-n", "read", "-t", ",,", "-i", file)
                .run();
        return added.isSuccess()
                ? Command.of("certutil", "-L", "-d", database, "-n", "read", "-r")
                        .run()
                : added;
    }

    @Override
    public Verification verifyDetached(byte[] signature, byte[] content) {
        Command.Result result = cmsutil("-D", "-n", "-h", "1", "-c", TemporaryHome.write(home, "content", content))
                .input(signature)
                .run();
        return verification(result, content);
    }

    @Override
    public Verification verifyOpaque(byte[] signedData) {
        Command.Result heading =
                cmsutil("-D", "-n", "-h", "1").input(signedData).run();
        return verification(heading, cmsutil("-D").input(signedData).run().output());
    }

    @Override
    public Decryption decrypt(byte[] envelopedData, Identity reader) {
        Path database =
                readers.computeIfAbsent(reader, identity -> database("reader-" + readers.size(), List.of(identity)));
        Command.Result result = Command.of("cmsutil", "-D", "-d", "sql:" + database)
                .input(envelopedData)
                .run();
        return result.isSuccess() ? new Decryption.Plain(result.output()) : new Decryption.Refused(result.messages());
    }

    @Override
    public boolean readsGcm() {
        return false;
    }

    @Override
    public void close() {
        TemporaryHome.delete(home);
    }

    @Override
    public String toString() {
        return "nss";
    }

    private Verification verification(Command.Result result, byte[] content) {
        Optional<MatchResult> signer = SIGNER.matcher(new String(result.output(), ISO_8859_1))
                .results()
                .findFirst();
        return result.isSuccess() && signer.isPresent() && signer.get().group(2).equals("GoodSignature")
                ? new Verification.Good(content, pki.identity(signer.get().group(1)))
                : new Verification.Bad(result.toString());
    }

    private Path database(String name, List<Identity> identities) {
        try {
            Path database = Files.createDirectory(home.resolve(name));
            String named = "sql:" + database;
            Command.of("certutil", "-N", "-d", named, "--empty-password").output();
            Command.of("certutil", "-A", "-d", named, "-n", "root", "-t", ",C,", "-i", pki.root())
                    .output();
            Command.of("certutil", "-A", "-d", named, "-n", "intermediate", "-t", ",,", "-i", pki.intermediate())
                    .output();
            for (Identity identity : identities) {
                Command.of("pk12util", "-d", named, "-i", identity.pkcs12(), "-W", Identity.PASSWORD, "-K", "")
                        .run();
                Command.of(
                                "certutil",
                                "-A",
                                "-d",
                                named,
                                "-n",
                                identity.address(),
                                "-t",
                                ",,",
                                "-i",
                                identity.certificate())
                        .run();
            }
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Command cmsutil(Object... options) {
        List<Object> words = new ArrayList<>(List.of("cmsutil"));
        words.addAll(List.of(options));
        words.addAll(List.of("-d", "sql:" + all));
        return Command.of(words);
    }
}
