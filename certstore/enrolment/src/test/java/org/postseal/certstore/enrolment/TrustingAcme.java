package org.postseal.certstore.enrolment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;

/**
 * A server of ACME at 127.0.0.1 that believes whatever it is told, and answers as a test says. It judges no signature
 * and no nonce. Each order has a challenge by mail, which becomes valid as soon as the client says that it was
 * answered.
 */
final class TrustingAcme implements AutoCloseable {
    private final LoopbackHttps server;
    private final Map<String, HttpHandler> instead = new HashMap<>();
    private final List<String> states = new ArrayList<>();
    /** What the server was asked: the path and the payload. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    volatile String meta = "";

    private volatile boolean isLosing;
    volatile String from = "acme@ca.example";
    volatile String token = "token-part-2-with-128-bits";
    volatile String identifier = "alice@ours.example";
    volatile String type = "email-reply-00";
    volatile String expires = "2999-01-01T00:00:00Z";
    volatile List<MailCertificate> certificates = List.of();

    TrustingAcme(Path folder) throws IOException {
        server = new LoopbackHttps(folder, this::handle);
    }

    String url() {
        return server.url();
    }

    Path anchor() {
        return server.anchor();
    }

    void hang() throws IOException {
        server.hang();
    }

    /** Lets a handler answer requests of this path from now on; null takes it back. */
    synchronized void instead(String path, @Nullable HttpHandler handler) {
        if (handler == null) {
            instead.remove(path);
        } else {
            instead.put(path, handler);
        }
    }

    /** Does what the path asks for, and loses the answer. */
    void lose(String path) {
        instead(path, exchange -> {
            instead(path, null);
            isLosing = true;
            route(exchange, path, payload(exchange));
            isLosing = false;
        });
    }

    synchronized int orders() {
        return states.size();
    }

    synchronized void state(int order, String state) {
        states.set(order - 1, state);
    }

    synchronized String state(int order) {
        return states.get(order - 1);
    }

    static void problem(HttpExchange exchange, int status, String type, String detail) throws IOException {
        answer(exchange, status, "application/problem+json", problem(type, detail));
    }

    static String problem(String type, String detail) {
        return "{\"type\":\"urn:ietf:params:acme:error:" + type + "\",\"detail\":\"" + detail + "\"}";
    }

    static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        if (!exchange.getRequestURI().getPath().equals("/directory")) {
            exchange.getResponseHeaders().set("Replay-Nonce", "bm9uY2U");
        }
        exchange.sendResponseHeaders(status, octets.length == 0 || isHead(exchange) ? -1 : octets.length);
        if (!isHead(exchange)) {
            exchange.getResponseBody().write(octets);
        }
    }

    private static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            HttpHandler other;
            synchronized (this) {
                other = instead.get(path);
            }
            if (other != null) {
                asked.add(path);
                other.handle(exchange);
                return;
            }
            String payload = payload(exchange);
            asked.add(payload.isEmpty() ? path : path + " " + payload);
            route(exchange, path, payload);
        }
    }

    private synchronized void route(HttpExchange exchange, String path, String payload) throws IOException {
        Matcher numbered = NUMBERED.matcher(path);
        int order = numbered.matches() ? Integer.parseInt(numbered.group(2)) : 0;
        switch (numbered.matches() ? numbered.group(1) : path) {
            case "/directory" -> json(exchange, 200, """
                    {"newNonce":"URL/nonce","newAccount":"URL/account","newOrder":"URL/order","meta":{META}}""".replace("META", meta));
            case "/nonce" -> reply(exchange, "text/plain", 200, "");
            case "/account" -> {
                exchange.getResponseHeaders().set("Location", url() + "/account/1");
                json(exchange, 201, "{\"status\":\"valid\"}");
            }
            case "/order" -> {
                states.add("pending");
                exchange.getResponseHeaders().set("Location", url() + "/order/" + states.size());
                json(exchange, 201, order(states.size()));
            }
            case "order" -> json(exchange, 200, order(order));
            case "authorization" -> json(exchange, 200, authorization(order));
            case "challenge" -> {
                states.set(order - 1, "ready");
                json(exchange, 200, challenge(order));
            }
            case "finalize" -> {
                states.set(order - 1, "valid");
                json(exchange, 200, order(order));
            }
            case "certificate" -> {
                StringBuilder pem = new StringBuilder();
                certificates.forEach(each -> pem.append(each.toPem()));
                reply(exchange, "application/pem-certificate-chain", 200, pem.toString());
            }
            default -> problem(exchange, 404, "malformed", "no " + path);
        }
    }

    private String order(int order) {
        return """
                {"status":"STATE","expires":"EXPIRES","identifiers":[{"type":"email","value":"IDENTIFIER"}],
                 "authorizations":["URL/authorization/N"],"finalize":"URL/finalize/N","certificate":"URL/certificate/N"}""".replace("STATE", states.get(order - 1))
                .replace("EXPIRES", expires)
                .replace("IDENTIFIER", identifier)
                .replace("/N", "/" + order);
    }

    private String authorization(int order) {
        return """
                {"status":"STATE","identifier":{"type":"email","value":"IDENTIFIER"},"challenges":[CHALLENGE]}""".replace("STATE", verdict(order))
                .replace("IDENTIFIER", identifier)
                .replace("CHALLENGE", challenge(order));
    }

    private String challenge(int order) {
        return """
                {"type":"TYPE","url":"URL/challenge/N","status":"STATE","from":"FROM","token":"TOKEN"ERROR}""".replace("TYPE", type)
                .replace("STATE", verdict(order))
                .replace("FROM", from)
                .replace("TOKEN", token)
                .replace("/N", "/" + order)
                .replace(
                        "ERROR",
                        verdict(order).equals("invalid")
                                ? ",\"error\":" + problem("incorrectResponse", "the digest is another one")
                                : "");
    }

    private String verdict(int order) {
        return switch (states.get(order - 1)) {
            case "pending" -> "pending";
            case "invalid" -> "invalid";
            default -> "valid";
        };
    }

    private void json(HttpExchange exchange, int status, String body) throws IOException {
        reply(exchange, "application/json", status, body.replace("URL", url()));
    }

    /** Without an answer, the connection is closed. */
    private void reply(HttpExchange exchange, String type, int status, String body) throws IOException {
        if (!isLosing) {
            answer(exchange, status, type, body);
        }
    }

    private static String payload(HttpExchange exchange) throws IOException {
        Matcher payload = PAYLOAD.matcher(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        return payload.find()
                ? new String(Base64.getUrlDecoder().decode(payload.group(1)), StandardCharsets.UTF_8)
                : "";
    }

    @Override
    public void close() {
        server.close();
    }

    private static final Pattern NUMBERED = Pattern.compile("/([a-z]+)/([0-9]+)");
    private static final Pattern PAYLOAD = Pattern.compile("\"payload\"\\s*:\\s*\"([A-Za-z0-9_-]*)\"");
}
