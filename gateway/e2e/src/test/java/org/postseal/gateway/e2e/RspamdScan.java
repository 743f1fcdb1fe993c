package org.postseal.gateway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks rspamd about a message over HTTP, as a receiving host would over its milter. */
final class RspamdScan {
    private static final Pattern SYMBOL = Pattern.compile("\"name\":\"(\\w+)\"");

    private RspamdScan() {}

    /** Returns the symbols of what rspamd finds. */
    static Set<String> symbols(int port, byte[] message) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/checkv2"))
                .header("IP", "127.0.0.1")
                .header("MTA-Name", "mail.example.com")
                .POST(HttpRequest.BodyPublishers.ofByteArray(message))
                .build();
        // rspamd loses the message if the client offers to go on in HTTP/2.
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            String json =
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return SYMBOL.matcher(json)
                    .results()
                    .map(symbol -> symbol.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
