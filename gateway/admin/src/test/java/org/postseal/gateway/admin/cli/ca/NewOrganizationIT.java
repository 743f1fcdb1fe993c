package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.path.ValidationRequest;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.road.directory.CertificateDirectory;

/**
 * Follows an organization that makes an authority, issues certificates for ten users, signs for one, encrypts to
 * another, and revokes.
 */
final class NewOrganizationIT {
    private static final String MESSAGE =
            "From: user1@ours.example\r\nTo: user2@ours.example\r\nSubject: s\r\n\r\nhello\r\n";

    private final Path folder;

    NewOrganizationIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void fromInitToRevocation() throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> asked = new ArrayList<>();
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().getPath());
            byte[] octets = Files.readAllBytes(folder.resolve("ca/public")
                    .resolve(exchange.getRequestURI().getPath().substring(1)));
            exchange.sendResponseHeaders(200, octets.length);
            try (var body = exchange.getResponseBody()) {
                body.write(octets);
            }
        });
        server.start();
        try {
            int port = server.getAddress().getPort();
            Administration admin = organization(port);

            assertThat(filter(admin, MESSAGE)).isEqualTo(ExitCode.OK);
            assertThat(asked).contains("/issuing.crl", "/root.crl");
            opensslReads(admin);

            ok(admin.run("ca revoke user2@ours.example --reason keyCompromise --passphrase-file", admin.file("pass")));
            assertThat(filter(admin, MESSAGE)).isEqualTo(ExitCode.REFUSED);
            assertThat(String.join(
                            "\n", admin.run("cert explain user2@ours.example").out()))
                    .contains("(key compromised) (code 13)");
            assertThat(admin.changes())
                    .extracting(each -> each.action())
                    .contains("ca-init", "ca-issue", "ca-revoke", "ca-crl");
        } finally {
            server.stop(0);
        }
    }

    /**
     * A running gateway takes the list that {@code ca revoke} puts into its database, even if that list has the same
     * second as the one that it fetched before.
     */
    @Test
    void aRunningGatewayLearnsOfARevocationAtOnce() throws Exception {
        HttpServer server = served();
        try {
            Administration admin = organization(server.getAddress().getPort());
            var config = ((ConfigResult.Loaded) ConfigReader.read(admin.config())).config();
            var opened = (CertificateDirectory.Result.Opened)
                    CertificateDirectory.open(config.directory(), config.storeDirectory(), Clock.systemUTC());
            try (CertificateDirectory directory = opened.directory()) {
                CertificateDatabase database = directory.database().orElseThrow();
                MailCertificate certificate = database.certificates()
                        .withAddress(MailAddress.of("user2@ours.example"))
                        .getFirst();
                assertThat(status(directory, certificate)).isEqualTo(new CertificateStatus.Usable());
                Semaphore changed = new Semaphore(0);
                try (var _ = database.onChange(changed::release)) {
                    ok(admin.run(
                            "ca revoke user2@ours.example --reason keyCompromise --passphrase-file",
                            admin.file("pass")));
                    // The gateway itself may make some of the changes
                    while (status(directory, certificate) instanceof CertificateStatus.Usable) {
                        assertThat(changed.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
                    }
                }
                assertThat(status(directory, certificate)).isInstanceOf(CertificateStatus.Revoked.class);
            }
        } finally {
            server.stop(0);
        }
    }

    private static CertificateStatus status(CertificateDirectory directory, MailCertificate certificate) {
        return directory
                .validation()
                .validate(new ValidationRequest(
                        certificate,
                        List.of(),
                        List.of(),
                        CertificatePurpose.ENCRYPT,
                        RevocationMode.HARD,
                        Instant.now(),
                        Optional.empty()))
                .status();
    }

    private HttpServer served() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] octets = Files.readAllBytes(folder.resolve("ca/public")
                    .resolve(exchange.getRequestURI().getPath().substring(1)));
            exchange.sendResponseHeaders(200, octets.length);
            try (var body = exchange.getResponseBody()) {
                body.write(octets);
            }
        });
        server.start();
        return server;
    }

    private Administration organization(int port) throws IOException {
        Administration admin = Administration.in(folder);
        admin.at(Instant.now());
        admin.configure("directory: { database: postseal.db, masterKey: master.key }\n"
                + "trust: { collections: [own] }\n"
                + "revocation: { outbound: hard, inbound: hard, allowedNetworks: [127.0.0.0/8], allowedPorts: ["
                + port + "] }");
        Files.writeString(folder.resolve("policy.yaml"), """
            version: 1
            internal: [ours.example]
            rules:
              - { id: all, when: always, then: { sign: required, encrypt: required, onMissingCertificate: reject } }
            """);
        admin.write("pass", "staple battery horse\n");
        admin.write("root-pass", "correct horse battery\n");
        ok(admin.run("key init"));
        ok(admin.run(
                "ca init --key p256 --organization Ours --country DE --url http://127.0.0.1:" + port + "/",
                "--root-passphrase-file",
                admin.file("root-pass"),
                "--passphrase-file",
                admin.file("pass")));
        ok(admin.run("trust import own", admin.file("ca/root.pem"), admin.file("ca/issuing.pem")));
        String users = admin.write(
                "users.csv",
                IntStream.rangeClosed(1, 10)
                        .mapToObj(each -> "user" + each + "@ours.example\n")
                        .toArray(String[]::new));
        Done issued = admin.run("ca issue --key rsa2048 --csv " + users + " --passphrase-file", admin.file("pass"));
        ok(issued);
        assertThat(issued.out().getLast()).isEqualTo("10 certificates issued");
        return admin;
    }

    private int filter(Administration admin, String message) {
        CapturedConsole console = new CapturedConsole();
        int code = new CommandLineInterface(new GatewayAssembly(), console.reading(message))
                .execute(
                        "filter",
                        "--from",
                        "user1@ours.example",
                        "--to",
                        "user2@ours.example",
                        "-c",
                        admin.config().toString());
        try {
            Files.write(folder.resolve("sealed.eml"), console.octets());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return code;
    }

    /** Tests with OpenSSL that the message is encrypted to user2 and signed by user1 below the root. */
    private void opensslReads(Administration admin) throws IOException, InterruptedException {
        admin.write("p12-pass", "anything at all\n");
        ok(admin.run(
                "key export user2@ours.example -o",
                admin.file("user2.p12"),
                "--password-file",
                admin.file("p12-pass")));
        openssl("pkcs12", "-in", "user2.p12", "-passin", "file:p12-pass", "-nodes", "-out", "user2.pem");
        openssl("cms", "-decrypt", "-in", "sealed.eml", "-recip", "user2.pem", "-out", "signed.eml");
        openssl(
                "cms",
                "-verify",
                "-in",
                "signed.eml",
                "-CAfile",
                "ca/root.pem",
                "-signer",
                "signer.pem",
                "-out",
                "plain");
        assertThat(Files.readString(folder.resolve("plain"))).contains("hello");
    }

    private void openssl(String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of("openssl"), Stream.of(arguments))
                        .toList())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("output")))
                .isZero();
    }

    private static void ok(Done done) {
        assertThat(done.exitCode()).as("%s %s", done.out(), done.err()).isZero();
    }
}
