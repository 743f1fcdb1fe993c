package org.postseal.gateway.admin.cli.enrol;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.crmf.CertReqMessages;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.PemText;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;

/**
 * The server of {@code openssl cmp}. It always hands out the one certificate that it was started with, so a relay
 * before it looks at the first message of each order, has OpenSSL certify the key, and starts the server with that. All
 * messages pass the relay as they are.
 */
final class OpensslCmp implements AutoCloseable {
    private final Path folder;
    private final HttpServer relay;
    private final int port = Await.freePorts(1).getFirst();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable Process process;
    /** More options of the server. */
    List<String> options = List.of();
    /** Extensions of the certificates. */
    String extensions = RIGHT;

    int days = 365;
    /** The types of all messages, ours and those of the server. */
    final List<Integer> types = new CopyOnWriteArrayList<>();

    OpensslCmp(Path folder) throws IOException {
        this.folder = folder;
        Files.createFile(
                folder.resolve("secret"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        secret(SECRET);
        relay = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        relay.createContext("/", this::pass);
        relay.start();
    }

    /** Writes the secret that we use. */
    void secret(String secret) throws IOException {
        Files.writeString(folder.resolve("secret"), secret + "\n");
    }

    /** Returns the section that is documented, with this server in it. */
    String enrolment(String documented) {
        return documented
                .replace("ca.example.com", "127.0.0.1:" + relay.getAddress().getPort())
                .replace("cmp.secret", folder.resolve("secret").toString())
                .replace("for: example.com", "for: ours.example")
                .replace("authority: bought", "authority: bought, key: rsa2048");
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] asked = exchange.getRequestBody().readAllBytes();
            PKIBody body = PKIMessage.getInstance(asked).getBody();
            types.add(body.getType());
            if (body.getType() == PKIBody.TYPE_INIT_REQ) {
                start(CertReqMessages.getInstance(body.getContent())
                        .toCertReqMsgArray()[0]
                        .getCertReq()
                        .getCertTemplate()
                        .getPublicKey());
            }
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + exchange.getRequestURI()))
                            .header("Content-Type", exchange.getRequestHeaders().getFirst("Content-Type"))
                            .POST(BodyPublishers.ofByteArray(asked))
                            .build(),
                    BodyHandlers.ofByteArray());
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            if (answer.statusCode() == 200) {
                types.add(PKIMessage.getInstance(answer.body()).getBody().getType());
            }
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void start(SubjectPublicKeyInfo key) throws IOException {
        stop();
        certify(key);
        List<String> words = new ArrayList<>(List.of(
                "openssl",
                "cmp",
                "-config",
                "",
                "-port",
                Integer.toString(port),
                "-srv_ref",
                "postseal",
                "-srv_secret",
                "pass:" + SECRET,
                "-rsp_cert",
                "user.pem"));
        words.addAll(options);
        process = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        Process started = process;
        Await.listener(port, started::isAlive, () -> "openssl cmp does not listen: " + log());
    }

    private void certify(SubjectPublicKeyInfo key) throws IOException {
        Files.writeString(folder.resolve("user.pub"), PemText.of("PUBLIC KEY", key.getEncoded()));
        Files.writeString(folder.resolve("user.ext"), extensions);
        Command.of(
                        "openssl",
                        "x509",
                        "-new",
                        "-subj",
                        "/CN=User",
                        "-force_pubkey",
                        folder.resolve("user.pub"),
                        "-CA",
                        folder.resolve("ca.pem"),
                        "-CAkey",
                        folder.resolve("ca.key"),
                        "-days",
                        Integer.toString(days),
                        "-extfile",
                        folder.resolve("user.ext"),
                        "-out",
                        folder.resolve("user.pem"))
                .output();
    }

    private Path log() {
        return folder.resolve("cmp.log");
    }

    private void stop() {
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    @Override
    public void close() {
        relay.stop(0);
        client.shutdownNow();
        stop();
    }

    static final String SECRET = "correct horse battery staple";
    static final String RIGHT = """
            subjectAltName=email:erin@ours.example
            keyUsage=critical,digitalSignature,keyEncipherment
            extendedKeyUsage=emailProtection
            """;
}
