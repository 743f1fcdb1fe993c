package org.postseal.gateway.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postseal.gateway.testkit.PostfixLayout;

/**
 * A policy server for Postfix (SMTPD_POLICY_README) that defers given recipients at one port of Postfix. So a real next
 * hop fails for some recipients of a message, as long as a test wants. Thread-safe.
 */
final class RecipientGate implements AutoCloseable {
    private final ServerSocket server;
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private volatile int port;

    RecipientGate() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Makes Postfix ask this gate at the given port, by a list that the page does not set there. */
    PostfixLayout guard(PostfixLayout layout, int guarded) {
        port = guarded;
        return layout.setting("smtpd_sender_restrictions = " + question());
    }

    /** Makes Postfix ask this gate at the given port, by a list that the page sets there. */
    Map<String, String> guard(Map<String, String> places, int guarded) {
        port = guarded;
        String list = "smtpd_relay_restrictions=";
        Map<String, String> all = new LinkedHashMap<>(places);
        all.put(list + "permit_mynetworks,reject", list + question().replace(' ', ',') + ",permit_mynetworks,reject");
        return all;
    }

    private String question() {
        return "check_policy_service inet:127.0.0.1:" + server.getLocalPort();
    }

    void hold(String recipient) {
        held.add(recipient);
    }

    void release() {
        held.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            Map<String, String> request = new HashMap<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isEmpty()) {
                    String[] pair = line.split("=", 2);
                    request.put(pair[0], pair[1]);
                    continue;
                }
                boolean isHeld = String.valueOf(port).equals(request.get("server_port"))
                        && held.contains(request.getOrDefault("recipient", ""));
                String action = isHeld ? "451 4.2.1 Mailbox busy" : "DUNNO";
                socket.getOutputStream().write(("action=" + action + "\n\n").getBytes(StandardCharsets.US_ASCII));
                request.clear();
            }
        } catch (IOException gone) {
            // Postfix closes idle connections.
            return;
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
