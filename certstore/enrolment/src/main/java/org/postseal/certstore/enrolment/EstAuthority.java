package org.postseal.certstore.enrolment;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.postseal.certstore.MailCertificate;

/**
 * An authority behind a server of EST (RFC 7030, RFC 8951), which knows us by a user and a password. It is asked by
 * simpleenroll for a renewal, too, since each certificate is for a new key. Its own certificates are fetched before the
 * first order, since an answer holds nothing but the certificate of the order.
 */
public final class EstAuthority implements EnrolmentAuthority {
    private final Server server;
    private List<MailCertificate> issuers = List.of();

    public EstAuthority(Server server) {
        this.server = server;
    }

    /**
     * A server, and how we log in.
     *
     * @param url ends with the path of RFC 7030 §3.2.2, without a slash
     * @param trust the anchors of its TLS certificate, in PEM
     * @param passwordFile has the password on its first line, and is read for each order
     * @param timeLimit how long one answer may take
     */
    public record Server(URI url, Path trust, String user, Path passwordFile, Duration timeLimit) {}

    @Override
    public Answer ask(Request request) {
        try {
            HttpClient client = BoundedHttps.client(server.trust);
            try {
                return ask(client, request);
            } finally {
                // close() would wait for a server that never ends its answer.
                client.shutdownNow();
            }
        } catch (IOException | GeneralSecurityException e) {
            return new Answer.Unavailable(server.url + " cannot be asked: " + e.getMessage());
        }
    }

    private Answer ask(HttpClient client, Request request) throws IOException {
        if (issuers.isEmpty()) {
            HttpResponse<byte[]> answer = send(client, to("cacerts").GET());
            switch (answer.statusCode() == OK ? certificates(answer) : new Answer.Unavailable(words(answer))) {
                case Answer.Issued(List<MailCertificate> found) -> issuers = found;
                case Answer none -> {
                    return none;
                }
            }
        }
        HttpResponse<byte[]> answer = send(
                client,
                to("simpleenroll")
                        .header("Authorization", "Basic " + login())
                        .header("Content-Type", "application/pkcs10")
                        .POST(BodyPublishers.ofString(request.pkcs10().replaceAll("-----[^-]+-----\\s*", ""))));
        return switch (answer.statusCode()) {
            case OK ->
                switch (certificates(answer)) {
                    case Answer.Issued(List<MailCertificate> found) ->
                        new Answer.Issued(Stream.concat(found.stream(), issuers.stream())
                                .distinct()
                                .toList());
                    case Answer none -> none;
                };
            case ACCEPTED ->
                new Answer.Later(server.url + " asks to come later", BoundedHttps.retryAfter(answer.headers()));
            case UNAUTHORIZED -> new Answer.Unavailable(server.url + " does not accept the user or the password");
            case BAD_REQUEST, FORBIDDEN, UNPROCESSABLE -> new Answer.Refused(words(answer));
            default -> new Answer.Unavailable(words(answer));
        };
    }

    private HttpRequest.Builder to(String operation) {
        return HttpRequest.newBuilder(URI.create(server.url + "/" + operation))
                .header("Accept", CERTIFICATES)
                .header("User-Agent", "postseal");
    }

    /** RFC 7617: the user and the password in UTF-8. */
    private String login() throws IOException {
        String password = Files.readString(server.passwordFile).split("\r?\n", 2)[0];
        if (password.isEmpty()) {
            throw new IOException("no password in " + server.passwordFile);
        }
        return Base64.getEncoder().encodeToString((server.user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<byte[]> send(HttpClient client, HttpRequest.Builder request) throws IOException {
        return BoundedHttps.send(client, request.build(), server.timeLimit);
    }

    /** RFC 8951 §3: the body is base64 whatever its header section says, and may be folded. */
    private Answer certificates(HttpResponse<byte[]> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("what has no type");
        if (!type.toLowerCase(Locale.ROOT).replaceFirst("\\s*;.*", "").equals(CERTIFICATES)) {
            return new Answer.Unavailable(server.url + " answers with " + type + " instead of certificates");
        }
        try {
            return AnswerFile.read(
                    server.url + " answers with",
                    Base64.getDecoder()
                            .decode(new String(answer.body(), StandardCharsets.ISO_8859_1).replaceAll("\\s", "")));
        } catch (IllegalArgumentException notBase64) {
            return new Answer.Unavailable(server.url + " answers with what is no base64");
        }
    }

    private String words(HttpResponse<byte[]> answer) {
        return server.url + " answers with " + BoundedHttps.words(answer);
    }

    private static final String CERTIFICATES = "application/pkcs7-mime";
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int UNPROCESSABLE = 422;
}
