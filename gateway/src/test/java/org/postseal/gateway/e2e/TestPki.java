package org.postseal.gateway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A root, an intermediate and mail users below it, all as files. NSS signs only with such a path. */
final class TestPki implements AutoCloseable {
    private final Path home = TemporaryHome.create("pki");
    private final Map<String, Identity> identities = new LinkedHashMap<>();

    /** What a user's key is. */
    enum Key {
        RSA("rsa:2048"),
        EC("ec");

        private final String name;

        Key(String name) {
            this.name = name;
        }
    }

    TestPki() {
        Command.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-keyout",
                        home.resolve("root.key"),
                        "-out",
                        root(),
                        "-days",
                        "30",
                        "-subj",
                        "/CN=Test Root",
                        "-addext",
                        "basicConstraints=critical,CA:TRUE",
                        "-addext",
                        "keyUsage=critical,keyCertSign,cRLSign")
                .output();
        issue(
                "intermediate",
                "/CN=Test Intermediate",
                "root",
                Key.RSA,
                "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n");
    }

    TestPki user(String address, Key key) {
        issue(
                address,
                "/CN=" + address,
                "intermediate",
                key,
                "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,"
                        + (key == Key.RSA ? "keyEncipherment" : "keyAgreement")
                        + "\nextendedKeyUsage=emailProtection\nsubjectAltName=email:" + address + "\n");
        Path pkcs12 = home.resolve(address + ".p12");
        try {
            Files.writeString(home.resolve("path.pem"), Files.readString(intermediate()) + Files.readString(root()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Command.of(
                        "openssl",
                        "pkcs12",
                        "-export",
                        "-inkey",
                        home.resolve(address + ".key"),
                        "-in",
                        home.resolve(address + ".pem"),
                        "-certfile",
                        home.resolve("path.pem"),
                        "-passout",
                        "pass:" + Identity.PASSWORD,
                        "-name",
                        address,
                        "-out",
                        pkcs12)
                .output();
        identities.put(
                address, new Identity(address, home.resolve(address + ".pem"), home.resolve(address + ".key"), pkcs12));
        return this;
    }

    /** The trust anchor, PEM. */
    Path root() {
        return home.resolve("root.pem");
    }

    /** The CA below it, PEM. */
    Path intermediate() {
        return home.resolve("intermediate.pem");
    }

    List<Identity> identities() {
        return List.copyOf(identities.values());
    }

    Identity identity(String address) {
        Identity identity = identities.get(address);
        if (identity == null) {
            throw new AssertionError("no identity for " + address);
        }
        return identity;
    }

    Identity byFingerprint(String fingerprint) {
        return identities().stream()
                .filter(identity -> identity.fingerprint().equals(fingerprint))
                .findFirst()
                .orElseThrow(() -> new AssertionError("a certificate of nobody: " + fingerprint));
    }

    @Override
    public void close() {
        TemporaryHome.delete(home);
    }

    private void issue(String name, String subject, String issuer, Key key, String extensions) {
        Path request = home.resolve(name + ".csr");
        List<Object> words = new ArrayList<>(List.of(
                "openssl",
                "req",
                "-newkey",
                key.name,
                "-nodes",
                "-keyout",
                home.resolve(name + ".key"),
                "-out",
                request,
                "-subj",
                subject));
        if (key == Key.EC) {
            words.addAll(List.of("-pkeyopt", "ec_paramgen_curve:P-256"));
        }
        Command.of(words).output();
        try {
            Path file = Files.writeString(
                    home.resolve(name + ".ext"),
                    extensions + "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
            Command.of(
                            "openssl",
                            "x509",
                            "-req",
                            "-in",
                            request,
                            "-CA",
                            home.resolve(issuer + ".pem"),
                            "-CAkey",
                            home.resolve(issuer + ".key"),
                            "-days",
                            "20",
                            "-extfile",
                            file,
                            "-out",
                            home.resolve(name + ".pem"))
                    .output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
