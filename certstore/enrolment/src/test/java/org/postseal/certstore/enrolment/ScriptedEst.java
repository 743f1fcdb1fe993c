package org.postseal.certstore.enrolment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;

/** A server of EST at 127.0.0.1 that answers as a test says. */
final class ScriptedEst implements AutoCloseable {
    private final LoopbackHttps server;
    private final AtomicReference<HttpHandler> issuers = new AtomicReference<>(NOT_FOUND);
    private final AtomicReference<HttpHandler> enrolment = new AtomicReference<>(NOT_FOUND);
    /** What the server was asked: method, path, login, type and body. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    ScriptedEst(Path folder) throws IOException {
        Files.writeString(folder.resolve("password"), "pass wörd\n");
        server = new LoopbackHttps(folder, this::handle);
    }

    String url() {
        return server.url() + "/.well-known/est";
    }

    /** Returns the file with the certificate of the server. */
    Path anchor() {
        return server.anchor();
    }

    void issuers(HttpHandler handler) {
        issuers.set(handler);
    }

    void enrolment(HttpHandler handler) {
        enrolment.set(handler);
    }

    /** Waits for the end of the test. */
    void hang() throws IOException {
        server.hang();
    }

    static void certificates(HttpExchange exchange, List<MailCertificate> certificates) throws IOException {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            for (MailCertificate each : certificates) {
                generator.addCertificate(each.holder());
            }
            answer(
                    exchange,
                    200,
                    "application/pkcs7-mime; smime-type=certs-only",
                    Base64.getMimeEncoder()
                            .encodeToString(
                                    generator.generate(new CMSAbsentContent()).getEncoded()));
        } catch (CMSException e) {
            throw new IOException(e);
        }
    }

    static void answer(HttpExchange exchange, int status, @Nullable String type, String body) throws IOException {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        if (type != null) {
            exchange.getResponseHeaders().set("Content-Type", type);
        }
        exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
        exchange.getResponseBody().write(octets);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            asked.add(exchange.getRequestMethod() + " " + path + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
            (path.endsWith("/cacerts") ? issuers : enrolment).get().handle(exchange);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private static final HttpHandler NOT_FOUND = exchange -> answer(exchange, 404, null, "");
}
