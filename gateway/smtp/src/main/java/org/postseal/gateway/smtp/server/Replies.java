package org.postseal.gateway.smtp.server;

import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smtp.EnhancedStatus;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/**
 * Holds the fixed replies of a session. Replies for messages come from {@link org.postseal.policy.outcome.Reason} or
 * the receiver.
 */
final class Replies {
    private Replies() {}

    static Reply greeting(ServerSettings settings) {
        return new Reply(
                220,
                Optional.empty(),
                List.of(settings.hostName() + " " + (settings.protocol() == Peer.Protocol.LMTP ? "LMTP" : "ESMTP")
                        + " Postseal"));
    }

    static final Reply OK = Reply.of(250, "2.0.0", "OK");
    static final Reply SENDER_OK = Reply.of(250, "2.1.0", "Sender OK");
    static final Reply RECIPIENT_OK = Reply.of(250, "2.1.5", "Recipient OK");
    static final Reply BYE = Reply.of(221, "2.0.0", "Bye");
    static final Reply READY_FOR_TLS = Reply.of(220, "2.0.0", "Ready to start TLS");
    static final Reply CANNOT_VERIFY = Reply.of(252, "2.0.0", "Send some mail, I will try my best");
    static final Reply HELP = new Reply(
            214,
            EnhancedStatus.parse("2.0.0"),
            List.of("Postseal, an S/MIME gateway", "Commands: EHLO HELO LHLO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP"));

    static final Reply SHUTTING_DOWN = Reply.of(421, "4.3.2", "Service is shutting down");
    static final Reply TOO_MANY_CONNECTIONS = Reply.of(421, "4.3.2", "Too many connections, try again later");
    static final Reply TOO_MANY_ERRORS = Reply.of(421, "4.7.0", "Too many errors");
    static final Reply NOT_A_MAIL_CLIENT = Reply.of(421, "4.7.0", "This is a mail server, closing the connection");
    static final Reply TIMEOUT = Reply.of(421, "4.4.2", "Timeout, closing the connection");
    static final Reply INTERNAL_ERROR = Reply.of(421, "4.3.0", "Temporary failure, closing the connection");

    static final Reply UNKNOWN_COMMAND = Reply.of(500, "5.5.1", "Command not recognised");
    static final Reply LINE_TOO_LONG = Reply.of(500, "5.5.2", "Command line too long");
    static final Reply BARE_LINE_END = Reply.of(500, "5.5.2", "Bare CR, LF or NUL in command, closing the connection");
    static final Reply NO_ARGUMENT = Reply.of(501, "5.5.4", "No argument allowed");
    static final Reply ARGUMENT_NEEDED = Reply.of(501, "5.5.4", "Argument needed");
    static final Reply BAD_GREETING =
            new Reply(501, Optional.empty(), List.of("Syntax: one host name or address literal"));
    static final Reply GREETING_FIRST = Reply.of(503, "5.5.1", "Greeting first");
    static final Reply MAIL_FIRST = Reply.of(503, "5.5.1", "MAIL first");
    static final Reply NESTED_MAIL = Reply.of(503, "5.5.1", "Sender already given");
    static final Reply NO_RECIPIENTS = Reply.of(503, "5.5.1", "No valid recipients");
    static final Reply TOO_MUCH_UNDER_WAY = Reply.of(Reason.TOO_MUCH_UNDER_WAY);
    static final Reply TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3", "Too many recipients");
    static final Reply OTHER_CLASS = Reply.of(452, "4.5.3", "Treated differently, send it in a transaction of its own");
    static final Reply TLS_ACTIVE = Reply.of(503, "5.5.1", "TLS is active already");
    static final Reply INPUT_BEHIND_STARTTLS = Reply.of(554, "5.5.1", "Input after STARTTLS, closing the connection");
    static final Reply XFORWARD_NOT_ALLOWED = Reply.of(550, "5.7.0", "XFORWARD is not allowed from here");
    static final Reply XCLIENT_NOT_ALLOWED = Reply.of(550, "5.7.0", "XCLIENT is not allowed from here");
    static final Reply XCLIENT_LOGIN_UNKNOWN = Reply.of(501, "5.5.4", "Unknown XCLIENT LOGIN");
    static final Reply LOGGED_IN = Reply.of(235, "2.7.0", "Authentication successful");
    static final Reply LOGGED_IN_ALREADY = Reply.of(503, "5.5.1", "Already authenticated");
    static final Reply LOGIN_NEEDED = Reply.of(530, "5.7.0", "Authentication required");
    static final Reply LOGIN_WRONG = Reply.of(535, "5.7.8", "Authentication credentials invalid");
    static final Reply LOGIN_NEEDS_TLS =
            Reply.of(538, "5.7.11", "Encryption required for requested authentication mechanism");
    static final Reply TOO_MANY_LOGINS = Reply.of(421, "4.7.0", "Too many failed logins");
    static final Reply UNKNOWN_MECHANISM = Reply.of(504, "5.5.4", "Unrecognised authentication type");
    static final Reply AUTH_LINE_TOO_LONG = Reply.of(500, "5.5.6", "Authentication exchange line is too long");
    static final Reply AUTH_CANCELLED = Reply.of(501, "5.7.0", "Authentication cancelled");
    static final Reply AUTH_NOT_BASE64 = Reply.of(501, "5.5.2", "Not base64 of UTF-8 text");
    static final Reply SENDER_NOT_ALLOWED = Reply.of(553, "5.7.1", "Sender address not allowed for this login");
    static final Reply IN_TRANSACTION = Reply.of(503, "5.5.1", "Mail transaction in progress");
    /** If XFORWARD is refused, nobody knows whose message comes next, and it would pass for the trusted peer's own. */
    static final Reply XFORWARD_WAS_REFUSED = Reply.of(451, "4.5.0", "XFORWARD was refused, send it again or RSET");
}
