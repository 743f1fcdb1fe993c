package org.postseal.gateway.smtp.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.postseal.gateway.config.NextHopConfig.Auth;
import org.postseal.gateway.smtp.Reply;

/**
 * Proves to a next hop who we are (RFC 4954), by PLAIN (RFC 4616) or else by LOGIN. The password goes only over TLS or
 * loopback, and into no log or error message.
 */
final class Login {
    private final Connection connection;
    private final Duration limit;

    Login(Connection connection, Duration limit) {
        this.connection = connection;
        this.limit = limit;
    }

    /** @throws LostException also if the next hop does not let us in */
    void run(Auth auth) throws LostException {
        if (!connection.isPrivate()) {
            throw LostException.login("AUTH: no TLS, the password is not sent");
        }
        Set<String> mechanisms = connection.capabilities().authMechanisms();
        String password = password(auth);
        if (mechanisms.contains("PLAIN")) {
            ask("AUTH PLAIN " + base64("\0" + auth.user() + "\0" + password), 235);
        } else if (mechanisms.contains("LOGIN")) {
            ask("AUTH LOGIN", 334);
            ask(base64(auth.user()), 334);
            ask(base64(password), 235);
        } else {
            throw LostException.login("AUTH: neither PLAIN nor LOGIN is offered");
        }
    }

    private void ask(String line, int expected) throws LostException {
        connection.write(List.of(line));
        Reply reply = connection.await(limit, "AUTH");
        if (reply.code() != expected) {
            throw LostException.login("AUTH: " + reply);
        }
    }

    /** Reads the file up to the end of its first line. */
    private static String password(Auth auth) throws LostException {
        try {
            String password = Files.readString(auth.passwordFile()).split("\r?\n", 2)[0];
            if (password.isEmpty() || password.indexOf('\0') >= 0) {
                throw LostException.login("AUTH: no password in " + auth.passwordFile());
            }
            return password;
        } catch (IOException unreadable) {
            throw LostException.login("AUTH: the password cannot be read: " + unreadable);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
