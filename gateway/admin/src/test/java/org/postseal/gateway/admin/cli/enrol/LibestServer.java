package org.postseal.gateway.admin.cli.enrol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Requirements;

/**
 * The EST server of libest in front of OpenSSL. Its authority is certified by {@code ca.pem} and {@code ca.key} of a
 * folder, and what it answers to an order holds only the certificate.
 */
final class LibestServer implements AutoCloseable {
    private final Path folder;
    private final int port = Await.freePorts(1).getFirst();
    private Process process;

    LibestServer(Path folder) throws IOException {
        Requirements.programs("estserver", "openssl");
        this.folder = folder;
        certify("tls", "subjectAltName=IP:127.0.0.1");
        certify(
                "issuing",
                "basicConstraints=critical,CA:true",
                "-CA",
                folder + "/ca.pem",
                "-CAkey",
                folder + "/ca.key");
        Files.writeString(
                folder.resolve("issuers.pem"),
                Files.readString(folder.resolve("issuing.pem")) + Files.readString(folder.resolve("ca.pem")));
        Files.createFile(folder.resolve("index.txt"));
        Files.writeString(folder.resolve("serial"), "01\n");
        Files.createFile(
                folder.resolve("password"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        password(PASSWORD);
        issueFor(365);
        process = launched();
        await();
    }

    /** Makes a key and its certificate, which is its own issuer unless there are options. */
    private void certify(String name, String extension, String... options) throws IOException {
        Command.of(Stream.concat(
                                Stream.of(
                                        "openssl",
                                        "req",
                                        "-x509",
                                        "-newkey",
                                        "ec",
                                        "-pkeyopt",
                                        "ec_paramgen_curve:P-256",
                                        "-nodes",
                                        "-days",
                                        "2000",
                                        "-subj",
                                        "/CN=" + name,
                                        "-addext",
                                        extension,
                                        "-keyout",
                                        folder + "/" + name + ".key",
                                        "-out",
                                        folder + "/" + name + ".pem"),
                                Stream.of(options))
                        .toArray())
                .output();
    }

    /** Returns the section that is documented, with this server in it. */
    String enrolment(String documented) {
        return documented
                .replace("ca.example.com", "127.0.0.1:" + port)
                .replace("est-tls.pem", folder.resolve("tls.pem").toString())
                .replace("user: postseal", "user: estuser")
                .replace("est.password", folder.resolve("password").toString())
                .replace("for: example.com", "for: ours.example")
                .replace("authority: bought", "authority: bought, key: rsa2048");
    }

    /** Writes the password that we give. */
    void password(String password) throws IOException {
        Files.writeString(folder.resolve("password"), password + "\n");
    }

    /** Says how long certificates are valid. The server reads it for each of them. */
    void issueFor(int days) throws IOException {
        Files.writeString(folder.resolve("ca.cnf"), """
                [ca]
                default_ca = est
                [est]
                database = FOLDER/index.txt
                serial = FOLDER/serial
                new_certs_dir = FOLDER
                certificate = FOLDER/issuing.pem
                private_key = FOLDER/issuing.key
                default_md = sha256
                default_days = DAYS
                policy = any
                unique_subject = no
                copy_extensions = copy
                x509_extensions = mail
                [any]
                commonName = optional
                [mail]
                keyUsage = critical,digitalSignature,keyEncipherment
                extendedKeyUsage = emailProtection
                """.replace("FOLDER", folder.toString())
                .replace("DAYS", Integer.toString(days)));
    }

    void start() throws IOException {
        process = launched();
        await();
    }

    private Process launched() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "estserver", "-b", "-r", "est", "-c", "tls.pem", "-k", "tls.key", "-p", Integer.toString(port))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("est.log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "EST_TRUSTED_CERTS",
                        "issuers.pem",
                        "EST_CACERTS_RESP",
                        "issuers.pem",
                        "EST_OPENSSL_CACONFIG",
                        "ca.cnf"));
        return builder.start();
    }

    private void await() {
        Await.listener(port, process::isAlive, () -> "estserver does not listen: " + folder.resolve("est.log"));
    }

    void stop() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        stop();
    }

    /** The password of the user that the server has built in. */
    static final String PASSWORD = "estpwd";
}
