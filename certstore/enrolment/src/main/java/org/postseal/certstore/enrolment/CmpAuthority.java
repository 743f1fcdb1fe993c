package org.postseal.certstore.enrolment;

import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * An authority that speaks CMP (RFC 9810, profile of RFC 9483), and shares a secret with us. It is asked by an
 * initialization request for a renewal, too, since each certificate is for a new key.
 */
public final class CmpAuthority implements EnrolmentAuthority {
    private final Server server;

    public CmpAuthority(Server server) {
        this.server = server;
    }

    /**
     * A server, and how we protect our messages.
     *
     * @param trust the anchors of its TLS certificate, in PEM, for a URL of https
     * @param recipient the name of the authority; the empty name leaves it to the server
     * @param reference the name of the secret
     * @param secretFile has the secret on its first line, and is read for each order
     * @param timeLimit how long one answer may take, and how long we poll for a certificate in one run
     */
    public record Server(
            URI url,
            Optional<Path> trust,
            X500Principal recipient,
            String reference,
            Path secretFile,
            Duration timeLimit) {}

    @Override
    public Answer ask(Request request) {
        try {
            HttpClient client = server.trust.isPresent()
                    ? BoundedHttps.client(server.trust.get())
                    : HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            .build();
            try {
                return new CmpExchange(
                                server,
                                client,
                                new CmpTransaction(server.reference, server.recipient, secret(), request.order()),
                                request)
                        .ask();
            } finally {
                // close() would wait for a server that never ends its answer.
                client.shutdownNow();
            }
        } catch (IOException | GeneralSecurityException e) {
            return new Answer.Unavailable(server.url + " cannot be asked: " + e.getMessage());
        } catch (UnusableException e) {
            return new Answer.Unavailable(server.url + " " + e.getMessage());
        }
    }

    private char[] secret() throws IOException {
        String secret = Files.readString(server.secretFile).split("\r?\n", 2)[0];
        if (secret.isEmpty()) {
            throw new IOException("no secret in " + server.secretFile);
        }
        return secret.toCharArray();
    }

    /** The authority answers what is of no use. */
    static final class UnusableException extends Exception {
        UnusableException(String message) {
            super(message);
        }

        UnusableException(String message, Throwable cause) {
            super(message, cause);
        }

        @Serial
        private static final long serialVersionUID = 1L;
    }
}
