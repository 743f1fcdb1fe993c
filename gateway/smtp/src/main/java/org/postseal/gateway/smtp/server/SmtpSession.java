package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.postseal.gateway.config.GatewayConfig.SplitRecipients;
import org.postseal.gateway.mail.Login;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.smtp.Command;
import org.postseal.gateway.smtp.FailPoint;
import org.postseal.gateway.smtp.MailCommand;
import org.postseal.gateway.smtp.Parsed;
import org.postseal.gateway.smtp.RcptCommand;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.SmtpInput.Line;
import org.postseal.gateway.smtp.XforwardCommand;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conducts one SMTP or LMTP dialogue, from greeting to farewell, on one thread. It knows no engine: it is given a
 * connection, and what it needs to turn that to TLS.
 *
 * <p>Its state is the greeting, the TLS of the session, what XFORWARD said for the next transaction, and the
 * transaction. {@link #reset} forgets the last two. A greeting and STARTTLS also forget the first.
 */
final class SmtpSession {
    /** What a session asks of the server that holds it. */
    interface Host {
        /** Puts TLS on the connection's socket, without the handshake. */
        SSLSocket tls() throws IOException;

        /** Says whether no new transaction may begin. */
        boolean isDraining();
    }

    private final ServerSettings settings;
    private final Connection connection;
    private final Client client;
    private final Host host;
    private final MessageReceiver receiver;
    private final DataPhase dataPhase;
    private final Patience patience;

    private Optional<Peer.Greeting> greeting = Optional.empty();
    private Optional<Peer.Tls> tls = Optional.empty();
    private Optional<Peer.Xforward> xforward = Optional.empty();
    private boolean isXforwardRefused;
    private Optional<Transaction> transaction = Optional.empty();
    private Optional<QueueId> untold = Optional.empty();
    private boolean isInputOlder;

    SmtpSession(ServerSettings settings, MessageReceiver receiver, Client client, Connection connection, Host host) {
        this.settings = settings;
        this.connection = connection;
        this.client = client;
        this.host = host;
        this.receiver = receiver;
        this.dataPhase = new DataPhase(settings, receiver, connection);
        this.patience = new Patience(settings.sessionLimits());
    }

    /** Holds the dialogue; returns when the connection is closed. */
    void conduct() {
        try {
            if (settings.tls().filter(ServerTls::isImplicit).isPresent()) {
                connection.setMute(true);
                secure();
            }
            connection.setMute(false);
            connection.reply(Replies.greeting(settings));
            connection.expectEnvelope();
            if (converse()) {
                connection.closeGently();
            }
        } catch (SocketTimeoutException late) {
            farewell(Replies.TIMEOUT);
        } catch (IOException peerIsGone) {
            LOG.debug("{}: {}", client, peerIsGone.toString());
        } catch (RuntimeException unexpected) {
            LOG.error("{}: unexpected error, session ends with 421", client, unexpected);
            farewell(Replies.INTERNAL_ERROR);
        } finally {
            transaction.ifPresent(Transaction::close);
            connection.closeNow();
        }
    }

    private void farewell(Reply reply) {
        if (connection.isMute()) {
            // Nothing is said in clear to a peer that expects TLS.
            return;
        }
        try {
            connection.reply(reply);
            connection.closeGently();
        } catch (IOException peerIsGone) {
            LOG.debug("{}: {}", client, peerIsGone.toString());
        }
    }

    /**
     * Takes commands until the session ends. It returns true if the peer is still there to read the last reply, and
     * false if nobody is.
     */
    private boolean converse() throws IOException {
        while (true) {
            if (host.isDraining() && transaction.isEmpty()) {
                connection.reply(Replies.SHUTTING_DOWN);
                return true;
            }
            if (patience.isExhausted()) {
                connection.reply(Replies.TOO_MANY_ERRORS);
                return true;
            }
            connection.expectCommand();
            isInputOlder = isInputOlder && connection.hasUnreadInput();
            switch (connection.input().readLine(settings.sessionLimits().commandOctets())) {
                case Line.EndOfStream() -> {
                    return false;
                }
                case Line.Malformed() -> {
                    connection.reply(Replies.BARE_LINE_END);
                    return true;
                }
                case Line.TooLong() -> {
                    if (!goesOnAfter(Replies.LINE_TOO_LONG)) {
                        return true;
                    }
                }
                case Line.Complete(byte[] octets) -> {
                    tell();
                    if (!execute(octets)) {
                        return true;
                    }
                }
            }
        }
    }

    /**
     * Tells the receiver that the peer has gone on, and so has our reply. Input that was there before our reply is no
     * sign of that.
     */
    private void tell() {
        if (!isInputOlder) {
            untold.ifPresent(receiver::told);
            untold = Optional.empty();
        }
    }

    /** Executes a line; returns false if the session is to end. */
    private boolean execute(byte[] line) throws IOException {
        if (ForeignProtocol.isRequest(line)) {
            return endForeign();
        }
        return switch (Command.parse(line)) {
            case Parsed.Refused<Command>(Reply reply) -> goesOnAfter(reply);
            case Parsed.Accepted<Command>(Command command) -> {
                Optional<Verb> verb = Verb.of(command.verb());
                yield verb.isPresent() ? execute(verb.get(), command.argument()) : goesOnAfter(Replies.UNKNOWN_COMMAND);
            }
        };
    }

    /**
     * Answers a line that is no command of ours. A mail client begins with a command. A peer that begins with another
     * line speaks another protocol, and what follows may be text that a third party wrote, such as the body of a web
     * form.
     */
    private boolean goesOnAfter(Reply reply) {
        return greeting.isPresent() ? answer(reply) : endForeign();
    }

    private boolean endForeign() {
        LOG.info("{}: speaks another protocol, session ends with 421", client);
        answer(Replies.NOT_A_MAIL_CLIENT);
        return false;
    }

    private boolean execute(Verb verb, String argument) throws IOException {
        return switch (verb) {
            case EHLO, HELO, LHLO -> greet(verb, argument);
            case MAIL -> mail(argument);
            case RCPT -> rcpt(argument);
            case DATA -> argument.isEmpty() ? data() : answer(Replies.NO_ARGUMENT);
            case RSET -> argument.isEmpty() ? rset() : answer(Replies.NO_ARGUMENT);
            case NOOP -> answerIdle(Replies.OK);
            case QUIT -> argument.isEmpty() ? quit() : answer(Replies.NO_ARGUMENT);
            case STARTTLS -> argument.isEmpty() ? startTls() : answer(Replies.NO_ARGUMENT);
            case AUTH -> auth(argument);
            case XFORWARD -> xforward(argument);
            case XCLIENT -> xclient(argument);
            case VRFY -> argument.isEmpty() ? answer(Replies.ARGUMENT_NEEDED) : answerIdle(Replies.CANNOT_VERIFY);
            case HELP -> answerIdle(Replies.HELP);
            case BDAT -> {
                // CHUNKING is not announced. A peer that sends BDAT all the same sends its octets right after it, and
                // they must not be run as commands.
                answer(Replies.UNKNOWN_COMMAND);
                yield false;
            }
        };
    }

    private boolean greet(Verb verb, String argument) {
        // RFC 2033 §4.1: LMTP has LHLO, and neither HELO nor EHLO.
        if ((verb == Verb.LHLO) != (settings.protocol() == Peer.Protocol.LMTP)) {
            return answer(Replies.UNKNOWN_COMMAND);
        }
        if (!GREETING_NAME.matcher(argument).matches()) {
            return answer(Replies.BAD_GREETING);
        }
        reset();
        boolean isExtended = verb != Verb.HELO;
        greeting = Optional.of(new Peer.Greeting(argument, isExtended));
        // RFC 2034 §4: there is no enhanced status code in the reply to a greeting.
        return answerIdle(new Reply(
                250,
                Optional.empty(),
                isExtended ? Capabilities.of(settings, tls.isPresent(), client) : List.of(settings.hostName())));
    }

    private boolean mail(String argument) {
        if (host.isDraining()) {
            answer(Replies.SHUTTING_DOWN);
            return false;
        }
        if (greeting.isEmpty()) {
            return answer(Replies.GREETING_FIRST);
        }
        if (transaction.isPresent()) {
            return answer(Replies.NESTED_MAIL);
        }
        if (isXforwardRefused) {
            return answerIdle(Replies.XFORWARD_WAS_REFUSED);
        }
        if (client.mustLogIn(settings)) {
            return answer(Replies.LOGIN_NEEDED);
        }
        return switch (MailCommand.parse(
                argument,
                greeting.get().extended(),
                settings.limits().message().octets(),
                // A Postfix before the queue passes on what its client has said to it.
                client.isTrusted() || Capabilities.isAuthOffered(settings, tls.isPresent()))) {
            case Parsed.Refused<MailCommand>(Reply reply) -> answer(reply);
            case Parsed.Accepted<MailCommand>(MailCommand mail)
            when !client.maySendAs(mail.reversePath()) -> answer(Replies.SENDER_NOT_ALLOWED);
            case Parsed.Accepted<MailCommand>(MailCommand mail) ->
                begin(mail, client.peer(settings, greeting.get(), xforward, tls));
        };
    }

    // The hold belongs to the transaction, and reset() closes it.
    @SuppressWarnings("MustBeClosedChecker")
    private boolean begin(MailCommand mail, Peer peer) {
        OctetGate gate = settings.spools().gate();
        if (!gate.hasRoomFor(mail.parameters().size().orElse(0))) {
            LOG.info("{}: put off, too many octets are under way", client);
            return answerIdle(Replies.TOO_MUCH_UNDER_WAY);
        }
        connection.setInTransaction(true);
        transaction = Optional.of(new Transaction(
                QueueId.next(settings.clock().instant()),
                mail,
                peer,
                gate.enter(0).orElseThrow()));
        FailPoint.AFTER_MAIL.reached();
        return answer(Replies.SENDER_OK);
    }

    private boolean rcpt(String argument) {
        if (transaction.isEmpty()) {
            return answer(Replies.MAIL_FIRST);
        }
        Transaction current = transaction.get();
        if (current.recipientCount() >= settings.limits().recipients()) {
            return putOff(current, Replies.TOO_MANY_RECIPIENTS);
        }
        return switch (RcptCommand.parse(argument, isExtended(), current.isSmtpUtf8(), settings.hostName())) {
            case Parsed.Refused<Recipient>(Reply reply) -> refuseRecipient(reply);
            case Parsed.Accepted<Recipient>(Recipient recipient) -> {
                // The road refuses such a recipient of released mail, so that the others get it.
                Optional<Reason> refusal =
                        settings.role() == Peer.Role.RELEASE ? Optional.empty() : receiver.refusal(recipient.address());
                yield refusal.isPresent() ? refuseRecipient(Reply.of(refusal.get())) : take(current, recipient);
            }
        };
    }

    private boolean isExtended() {
        return greeting.filter(Peer.Greeting::extended).isPresent();
    }

    private boolean take(Transaction current, Recipient recipient) {
        if (settings.splitRecipients() == SplitRecipients.DEFER
                && settings.protocol() == Peer.Protocol.SMTP
                && !current.isOfTheKind(recipient, receiver)) {
            return putOff(current, Replies.OTHER_CLASS);
        }
        current.add(recipient);
        FailPoint.AFTER_RCPT.reached();
        return answer(Replies.RECIPIENT_OK);
    }

    /**
     * Refuses a recipient. This is no error of a trusted MTA, which passes on what others wrote: a long list with many
     * bad addresses must not cost the good ones the session.
     */
    private boolean refuseRecipient(Reply reply) {
        connection.reply(reply);
        if (!client.isTrusted()) {
            patience.erred();
        }
        return true;
    }

    /**
     * Defers a recipient. A long list may have as many recipients deferred as a transaction may hold. Each further one
     * counts as an error, since such a peer might go on without end.
     */
    private boolean putOff(Transaction current, Reply reply) {
        if (current.putOff() > settings.limits().recipients()) {
            patience.erred();
        }
        return answer(reply);
    }

    private boolean data() throws IOException {
        if (transaction.isEmpty()) {
            return answer(Replies.MAIL_FIRST);
        }
        if (transaction.get().recipientCount() == 0) {
            return answer(Replies.NO_RECIPIENTS);
        }
        QueueId queueId = transaction.get().queueId();
        DataPhase.Result result = dataPhase.run(transaction.get());
        connection.expectEnvelope();
        FailPoint.AFTER_REPLY.reached();
        isInputOlder = result == DataPhase.Result.ACCEPTED && dataPhase.isPipelined();
        reset();
        return switch (result) {
            case ACCEPTED -> {
                patience.sentAcceptedMessage();
                untold = Optional.of(queueId);
                yield true;
            }
            case REFUSED -> {
                patience.sentMessage();
                yield true;
            }
            case BROKEN -> throw new IOException("connection lost at the end of data");
            case CLOSE -> false;
        };
    }

    private boolean rset() {
        reset();
        return answerIdle(Replies.OK);
    }

    private boolean quit() {
        answer(Replies.BYE);
        return false;
    }

    private boolean startTls() throws IOException {
        if (settings.tls().isEmpty()) {
            return answer(Replies.UNKNOWN_COMMAND);
        }
        if (tls.isPresent()) {
            return answer(Replies.TLS_ACTIVE);
        }
        // Input after the command came in clear from anybody (CVE-2011-0411). A peer that has more to say before our
        // 220 is not to be trusted with any of it.
        if (connection.hasUnreadInput()) {
            answer(Replies.INPUT_BEHIND_STARTTLS);
            return false;
        }
        connection.reply(Replies.READY_FOR_TLS);
        connection.flush();
        reset();
        greeting = Optional.empty();
        secure();
        return true;
    }

    private void secure() throws IOException {
        SSLSocket secured = host.tls();
        try {
            connection.startTls(secured);
        } catch (IOException failed) {
            // There is never a reply in clear where TLS was to be, not even for a timeout, and nothing more is read.
            throw new IOException("TLS handshake failed: " + failed, failed);
        }
        tls = Optional.of(ServerTls.describe(secured.getSession()));
    }

    private boolean auth(String argument) throws IOException {
        if (settings.logins().isEmpty()) {
            return answer(Replies.UNKNOWN_COMMAND);
        }
        if (!isExtended()) {
            return answer(Replies.GREETING_FIRST);
        }
        if (transaction.isPresent()) {
            return answer(Replies.IN_TRANSACTION);
        }
        if (tls.isEmpty()) {
            return answer(Replies.LOGIN_NEEDS_TLS);
        }
        if (client.login().isPresent()) {
            return answer(Replies.LOGGED_IN_ALREADY);
        }
        return switch (new AuthExchange(connection, settings.logins().get()).run(argument)) {
            case AuthExchange.End.LoggedIn(Login login) -> {
                client.logIn(login);
                yield answer(Replies.LOGGED_IN);
            }
            case AuthExchange.End.Wrong(Optional<String> user) -> {
                String name = user.map("user "::concat).orElse("unknown user");
                LOG.info("{}: login refused, {}", client, name);
                boolean isLast = patience.failedToLogIn();
                answer(isLast ? Replies.TOO_MANY_LOGINS : Replies.LOGIN_WRONG);
                yield !isLast;
            }
            case AuthExchange.End.Refused(Reply reply) -> answer(reply);
            case AuthExchange.End.Broken(Optional<Reply> reply) -> {
                reply.ifPresent(connection::reply);
                yield false;
            }
        };
    }

    private boolean xforward(String argument) {
        if (!client.isTrusted()) {
            return answer(Replies.XFORWARD_NOT_ALLOWED);
        }
        if (greeting.isEmpty()) {
            return answer(Replies.GREETING_FIRST);
        }
        if (transaction.isPresent()) {
            return answer(Replies.IN_TRANSACTION);
        }
        return switch (XforwardCommand.parse(argument, xforward)) {
            case Parsed.Refused<Peer.Xforward>(Reply reply) -> {
                isXforwardRefused = true;
                yield answer(reply);
            }
            case Parsed.Accepted<Peer.Xforward>(Peer.Xforward said) -> {
                xforward = Optional.of(said);
                yield answer(Replies.OK);
            }
        };
    }

    private boolean xclient(String argument) {
        if (transaction.isPresent() && client.maySendXclient()) {
            return answer(Replies.IN_TRANSACTION);
        }
        Optional<Reply> refusal = client.become(argument, settings.logins());
        if (refusal.isPresent()) {
            return answer(refusal.get());
        }
        // The session is as at its beginning, except for its TLS.
        reset();
        greeting = Optional.empty();
        return answer(Replies.greeting(settings));
    }

    private void reset() {
        transaction.ifPresent(Transaction::close);
        transaction = Optional.empty();
        xforward = Optional.empty();
        isXforwardRefused = false;
        connection.setInTransaction(false);
    }

    private boolean answer(Reply reply) {
        connection.reply(reply);
        patience.answered(reply);
        return true;
    }

    private boolean answerIdle(Reply reply) {
        patience.idled();
        return answer(reply);
    }

    private static final Logger LOG = LoggerFactory.getLogger(SmtpSession.class);
    // This is a host name or address literal (RFC 5321 §4.1.1.1). It is lax in form, but allows nothing that could act
    // in a Received field.
    private static final Pattern GREETING_NAME = Pattern.compile("[A-Za-z0-9_.:\\[\\]-]{1,255}");
}
