package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.gateway.mail.Login;
import org.postseal.gateway.mail.login.Logins;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.SmtpInput.Line;

/**
 * Runs one AUTH command with its exchange (RFC 4954), by PLAIN (RFC 4616) or LOGIN. The client's password goes into no
 * message.
 */
final class AuthExchange {
    /** Says what came of the exchange. */
    sealed interface End {
        record LoggedIn(Login login) implements End {}

        /**
         * The user or the password is wrong. The peer is told neither whether there is such a user nor what was wrong.
         *
         * @param user empty if there is no user of that name, since the name that was given may be a password
         */
        record Wrong(Optional<String> user) implements End {}

        /** The exchange ended before there were a user and a password to check. */
        record Refused(Reply reply) implements End {}

        /**
         * The session must end.
         *
         * @param reply empty if nobody is there
         */
        record Broken(Optional<Reply> reply) implements End {}
    }

    private sealed interface Response {
        record Said(String text) implements Response {}

        record None(End end) implements Response {}
    }

    private final Connection connection;
    private final Logins logins;

    AuthExchange(Connection connection, Logins logins) {
        this.connection = connection;
        this.logins = logins;
    }

    End run(String argument) throws IOException {
        int blank = argument.indexOf(' ');
        String mechanism = (blank < 0 ? argument : argument.substring(0, blank)).toUpperCase(Locale.ROOT);
        Optional<String> initial = blank < 0 ? Optional.empty() : Optional.of(argument.substring(blank + 1));
        return switch (mechanism) {
            case "PLAIN" -> plain(initial);
            case "LOGIN" -> login(initial);
            case "" -> new End.Refused(Replies.ARGUMENT_NEEDED);
            default -> new End.Refused(Replies.UNKNOWN_MECHANISM);
        };
    }

    private End plain(Optional<String> initial) throws IOException {
        return switch (initial.isPresent() ? decoded(initial.get()) : ask("")) {
            case Response.None(End end) -> end;
            case Response.Said(String text) -> {
                // RFC 4616 §2: the parts are authorization identity, NUL, user, NUL, password.
                String[] parts = text.split("\0", -1);
                yield parts.length != 3 || (!parts[0].isEmpty() && !parts[0].equals(parts[1]))
                        ? new End.Wrong(Optional.empty())
                        : check(parts[1], parts[2]);
            }
        };
    }

    private End login(Optional<String> initial) throws IOException {
        return switch (initial.isPresent() ? decoded(initial.get()) : ask("VXNlcm5hbWU6")) {
            case Response.None(End end) -> end;
            case Response.Said(String user) ->
                switch (ask("UGFzc3dvcmQ6")) {
                    case Response.None(End end) -> end;
                    case Response.Said(String password) -> check(user, password);
                };
        };
    }

    private End check(String user, String password) {
        return logins.check(user, password)
                .<End>map(End.LoggedIn::new)
                .orElseGet(() -> new End.Wrong(logins.known(user).map(Login::user)));
    }

    private Response ask(String challenge) throws IOException {
        connection.reply(new Reply(334, Optional.empty(), List.of(challenge)));
        connection.expectCommand();
        return switch (connection.input().readLine(MAX_OCTETS)) {
            case Line.EndOfStream() -> new Response.None(new End.Broken(Optional.empty()));
            case Line.Malformed() -> new Response.None(new End.Broken(Optional.of(Replies.BARE_LINE_END)));
            case Line.TooLong() -> new Response.None(new End.Refused(Replies.AUTH_LINE_TOO_LONG));
            // A request line of HTTP holds a blank, which base64 never does. A single word may be a password.
            case Line.Complete(byte[] octets)
            when ForeignProtocol.isRequest(octets) && holdsBlank(octets) ->
                new Response.None(new End.Broken(Optional.of(Replies.NOT_A_MAIL_CLIENT)));
            case Line.Complete(byte[] octets) -> decoded(new String(octets, StandardCharsets.ISO_8859_1));
        };
    }

    private static boolean holdsBlank(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1).indexOf(' ') >= 0;
    }

    private static Response decoded(String base64) {
        if (base64.equals("*")) {
            return new Response.None(new End.Refused(Replies.AUTH_CANCELLED));
        }
        if (base64.equals("=")) {
            // RFC 4954 §4: an equals sign stands for an empty initial response.
            return new Response.Said("");
        }
        try {
            return new Response.Said(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64)))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException notText) {
            return new Response.None(new End.Refused(Replies.AUTH_NOT_BASE64));
        }
    }

    // RFC 4954 §4.3 sets this limit.
    private static final int MAX_OCTETS = 12_288;
}
