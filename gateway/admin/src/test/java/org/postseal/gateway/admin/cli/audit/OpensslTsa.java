package org.postseal.gateway.admin.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.postseal.gateway.testkit.Command;

/**
 * A time-stamping authority that is OpenSSL, behind HTTP on loopback, and others that only pretend to be one. The
 * certificates {@code tsa} (RSA) and {@code curve} are issued by {@code int}, which is issued by {@code root}. So are
 * {@code plain} (it has another purpose), {@code lax} (the purpose is not critical), {@code both} (it has two
 * purposes), and {@code expired}. {@code stranger} has a root of its own. {@code listed} is issued by {@code listing},
 * which is issued by {@code root}; both name the place of the lists about them.
 */
final class OpensslTsa implements AutoCloseable {
    private final Path folder;
    private final HttpServer server;
    private final HttpsServer secured;
    private int lists;
    private final AtomicReference<Handler> handler = new AtomicReference<>(this::stamp);
    /** The Content-Type of each query. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** Answers a query. */
    interface Handler {
        void handle(HttpExchange exchange, byte[] query) throws IOException;
    }

    OpensslTsa(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectory(folder);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Files.writeString(folder.resolve("make.sh"), """
                set -eu
                issue() {
                    openssl genpkey $algorithm -out $1.key
                    openssl req -new -key $1.key -subj "/CN=$1/O=Example" -out $1.csr
                    printf "$4" > $1.ext
                    openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key $5 -set_serial $3 -extfile $1.ext -out $1.pem
                }
                for name in root stranger-root; do
                    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key \\
                        -subj /CN=$name -days 30 -out $name.pem
                done
                days='-days 10'
                algorithm='-algorithm EC -pkeyopt ec_paramgen_curve:P-256'
                issue int root 2 'basicConstraints=critical,CA:true\\nkeyUsage=keyCertSign\\n' "$days"
                issue plain int 4 'extendedKeyUsage=critical,emailProtection\\n' "$days"
                issue lax int 5 'extendedKeyUsage=timeStamping\\n' "$days"
                issue both int 6 'extendedKeyUsage=critical,timeStamping,emailProtection\\n' "$days"
                issue expired int 7 'extendedKeyUsage=critical,timeStamping\\n' \\
                    '-not_before 20200101000000Z -not_after 20210101000000Z'
                issue stranger stranger-root 8 'extendedKeyUsage=critical,timeStamping\\n' "$days"
                issue curve int 10 'extendedKeyUsage=critical,timeStamping\\n' "$days"
                issue tls stranger-root 9 'subjectAltName=IP:127.0.0.1\\n' "$days"
                algorithm='-algorithm RSA'
                issue tsa int 3 'keyUsage=digitalSignature\\nextendedKeyUsage=critical,timeStamping\\n' "$days"
                algorithm='-algorithm EC -pkeyopt ec_paramgen_curve:P-256'
                lists="crlDistributionPoints=URI:$1"
                issue listing root 11 \\
                    "basicConstraints=critical,CA:true\\nkeyUsage=keyCertSign,cRLSign\\n$lists/root.crl\\n" "$days"
                issue listed listing 12 "extendedKeyUsage=critical,timeStamping\\n$lists/listing.crl\\n" "$days"
                openssl pkcs12 -export -in tls.pem -inkey tls.key -passout pass:secret -out tls.p12
                echo 01 > serial
                printf '%s\\n' '[t]' serial=serial signer_digest=sha256 default_policy=1.2.3.4.1 \\
                    other_policies=1.2.3.4.2 digests=sha256,sha512 accuracy=secs:1,millisecs:500,microsecs:100 > ts.cnf
                sed s/signer_digest=sha256/signer_digest=sha1/ ts.cnf > weak.cnf
                """);
        Process process = new ProcessBuilder("sh", "make.sh", listsUrl())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("output")))
                .isZero();
        secured = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secured.setHttpsConfigurator(new HttpsConfigurator(tls()));
        start(server);
        start(secured);
    }

    private void start(HttpServer any) {
        any.createContext("/stamp", exchange -> {
            try (exchange) {
                byte[] query = exchange.getRequestBody().readAllBytes();
                asked.add(exchange.getRequestMethod() + " "
                        + exchange.getRequestHeaders().getFirst("Content-Type"));
                handler.get().handle(exchange, query);
            }
        });
        any.createContext("/lists/", exchange -> {
            try (exchange) {
                Path list = folder.resolve(exchange.getRequestURI().getPath().substring("/lists/".length()) + ".der");
                if (Files.exists(list)) {
                    exchange.sendResponseHeaders(200, Files.size(list));
                    exchange.getResponseBody().write(Files.readAllBytes(list));
                } else {
                    exchange.sendResponseHeaders(404, -1);
                }
            }
        });
        // A handler that does not answer keeps no other query waiting
        any.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        any.start();
    }

    private SSLContext tls() throws IOException {
        try {
            char[] password = "secret".toCharArray();
            KeyStore keys = KeyStore.getInstance(folder.resolve("tls.p12").toFile(), password);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/stamp";
    }

    private String listsUrl() {
        return "http://127.0.0.1:" + port() + "/lists";
    }

    int port() {
        return server.getAddress().getPort();
    }

    /**
     * Makes a list and serves it from now on.
     *
     * @param revoked the serial number of each revoked certificate, with a comma and OpenSSL's word for the reason, or
     *     an empty string for no reason
     * @param made when the list was made; it is valid for a week
     * @param at when the certificates were revoked
     * @return the list in PEM
     */
    Path list(String issuer, Instant made, Map<String, String> revoked, Instant at) throws IOException {
        StringBuilder index = new StringBuilder();
        revoked.forEach((serial, reason) -> index.append("R\t%s\t%s%s\t%s\tunknown\t/CN=x%n"
                .formatted(time(at.plus(Duration.ofDays(9))), time(at), reason, serial)));
        Files.writeString(folder.resolve("index"), index);
        Files.writeString(folder.resolve("index.attr"), "unique_subject = no\n");
        Files.writeString(folder.resolve("ca.cnf"), """
                [ca]
                default_ca=it
                [it]
                database=index
                default_md=sha256
                crl_extensions=extensions
                [extensions]
                authorityKeyIdentifier=keyid
                """);
        byte[] pem = Command.of(
                        "env",
                        "-C",
                        folder,
                        "openssl",
                        "ca",
                        "-gencrl",
                        "-config",
                        "ca.cnf",
                        "-keyfile",
                        issuer + ".key",
                        "-cert",
                        issuer + ".pem",
                        "-crl_lastupdate",
                        time(made),
                        "-crl_nextupdate",
                        time(made.plus(Duration.ofDays(7))))
                .output();
        Path list = Files.write(folder.resolve("%s-%d.crl".formatted(issuer, lists++)), pem);
        byte[] _ = Command.of(
                        "openssl", "crl", "-in", list, "-outform", "DER", "-out", folder.resolve(issuer + ".crl.der"))
                .output();
        return list;
    }

    /** Serves no lists from now on. */
    void withhold() throws IOException {
        boolean _ = Files.deleteIfExists(folder.resolve("root.crl.der"));
        boolean _ = Files.deleteIfExists(folder.resolve("listing.crl.der"));
    }

    private static String time(Instant instant) {
        return DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(instant);
    }

    /** Returns the URL of the same authority over TLS, with a certificate that {@code stranger-root} has issued. */
    String securedUrl() {
        return "https://127.0.0.1:" + secured.getAddress().getPort() + "/stamp";
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Lets this handler answer queries from now on. */
    void handle(Handler next) {
        handler.set(next);
    }

    /** Answers as an authority should. */
    void stamp(HttpExchange exchange, byte[] query) throws IOException {
        answer(exchange, reply(query, "tsa"));
    }

    static void answer(HttpExchange exchange, byte[] reply) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/timestamp-reply");
        exchange.sendResponseHeaders(200, reply.length);
        exchange.getResponseBody().write(reply);
    }

    /** Returns OpenSSL's answer to a query, signed by one of the certificates that it accepts as an authority's. */
    byte[] reply(byte[] query, String signer) {
        return reply(query, signer, "ts.cnf");
    }

    /** Does the same with SHA-1 in the signature, which OpenSSL makes and verifies. */
    byte[] weak(byte[] query) {
        return reply(query, "tsa", "weak.cnf");
    }

    private byte[] reply(byte[] query, String signer, String settings) {
        try {
            Path question = Files.write(folder.resolve("question.tsq"), query);
            Path answer = folder.resolve("answer.tsr");
            byte[] _ = Command.of(
                            "env",
                            "-C",
                            folder,
                            "openssl",
                            "ts",
                            "-reply",
                            "-config",
                            settings,
                            "-section",
                            "t",
                            "-queryfile",
                            question,
                            "-signer",
                            signer + ".pem",
                            "-inkey",
                            signer + ".key",
                            "-chain",
                            signer.equals("listed") ? "listing.pem" : "int.pem",
                            "-out",
                            answer)
                    .output();
            return Files.readAllBytes(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the same statement, signed with a certificate that OpenSSL does not accept as an authority's.
     *
     * @param isNamed whether the signature names its certificate
     */
    byte[] forged(byte[] query, String signer, boolean isNamed) throws IOException {
        Path reply = Files.write(folder.resolve("good.tsr"), reply(query, "tsa"));
        Path token = folder.resolve("token.der");
        byte[] _ = Command.of("openssl", "ts", "-reply", "-in", reply, "-token_out", "-out", token)
                .output();
        byte[] statement = Command.of("openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", token)
                .output();
        Path content = Files.write(folder.resolve("statement.der"), statement);
        byte[] signed = Command.of(
                        "openssl",
                        "cms",
                        "-sign",
                        "-binary",
                        "-nodetach",
                        isNamed ? "-cades" : "-nosmimecap",
                        "-econtent_type",
                        "1.2.840.113549.1.9.16.1.4",
                        "-outform",
                        "DER",
                        "-signer",
                        file(signer + ".pem"),
                        "-inkey",
                        file(signer + ".key"),
                        "-certfile",
                        file("int.pem"),
                        "-in",
                        content)
                .output();
        return sequence(new byte[] {0x30, 3, 2, 1, 0}, signed);
    }

    /** Returns a SEQUENCE in DER, of 256 to 65535 octets. */
    private static byte[] sequence(byte[] status, byte[] token) {
        int length = status.length + token.length;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x30, (byte) 0x82, (byte) (length >> 8), (byte) length});
        out.writeBytes(status);
        out.writeBytes(token);
        return out.toByteArray();
    }

    @Override
    public void close() {
        server.stop(0);
        secured.stop(0);
    }
}
