package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.MailParameters.Body;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.Peer.Xforward;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/** Notes what it is given, one line per message, and answers as told. */
final class RecordingReceiver implements MessageReceiver {
    private final List<String> messages = Collections.synchronizedList(new ArrayList<>());
    private final List<Reply> replies;
    private final boolean isThrowing;

    RecordingReceiver(List<Reply> replies, boolean isThrowing) {
        this.replies = replies;
        this.isThrowing = isThrowing;
    }

    List<String> messages() {
        return List.copyOf(messages);
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        try {
            messages.add(render(envelope, message));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        if (isThrowing) {
            throw new IllegalStateException("as told");
        }
        return replies.isEmpty()
                ? Collections.nCopies(envelope.recipients().size(), Reply.of(250, "2.0.0", "accepted"))
                : replies;
    }

    /** Refuses a recipient with a routing character in the local part. */
    @Override
    public Optional<Reason> refusal(MailAddress recipient) {
        return Optional.of(Reason.RECIPIENT_ROUTED_ELSEWHERE)
                .filter(_ -> recipient.localPart().contains("%"));
    }

    /** Recipients are alike if they have the same domain. */
    @Override
    public boolean areAlike(Peer peer, ReversePath sender, MailAddress one, MailAddress other) {
        return one.domain().equals(other.domain());
    }

    private static String render(Envelope envelope, RawMessage message) throws IOException {
        StringBuilder line = new StringBuilder("mail " + envelope.reversePath().wire());
        envelope.parameters().size().ifPresent(size -> line.append(" SIZE=").append(size));
        if (envelope.parameters().body() == Body.EIGHT_BIT_MIME) {
            line.append(" BODY=8BITMIME");
        }
        line.append(envelope.parameters().smtpUtf8() ? " SMTPUTF8" : "");
        envelope.parameters().ret().ifPresent(ret -> line.append(" RET=").append(ret));
        envelope.parameters()
                .envelopeId()
                .ifPresent(id -> line.append(" ENVID=").append(id));
        for (Recipient recipient : envelope.recipients()) {
            line.append(" | rcpt <").append(recipient.address()).append('>');
            recipient.notifyWhen().ifPresent(when -> line.append(" NOTIFY=").append(when));
            recipient
                    .originalRecipient()
                    .ifPresent(original -> line.append(" ORCPT=").append(original));
        }
        line.append(envelope.peer().extended() ? "" : " | HELO");
        line.append(envelope.peer().tls().map(_ -> " | TLS").orElse(""));
        envelope.peer()
                .proxy()
                .ifPresent(proxy -> line.append(" | from ")
                        .append(envelope.peer().address().getAddress().getHostAddress())
                        .append(':')
                        .append(
                                proxy.equals(envelope.peer().address().getAddress())
                                        ? "?"
                                        : envelope.peer().address().getPort())
                        .append(" HELO ")
                        .append(envelope.peer().helo())
                        .append(envelope.peer().isTrusted() ? " trusted" : ""));
        line.append(
                envelope.peer().login().map(login -> " | login " + login.user()).orElse(""));
        line.append(envelope.peer().xforward().map(RecordingReceiver::render).orElse(""));
        line.append(" | data ").append(Escapes.escape(message.toByteArray()));
        return line.toString();
    }

    private static String render(Xforward xforward) {
        StringBuilder line = new StringBuilder(" | xforward");
        xforward.name().ifPresent(v -> line.append(" NAME=").append(v));
        xforward.address().ifPresent(v -> line.append(" ADDR=").append(v));
        xforward.port().ifPresent(v -> line.append(" PORT=").append(v));
        xforward.protocol().ifPresent(v -> line.append(" PROTO=").append(v));
        xforward.helo().ifPresent(v -> line.append(" HELO=").append(v));
        xforward.ident().ifPresent(v -> line.append(" IDENT=").append(v));
        xforward.source().ifPresent(v -> line.append(" SOURCE=").append(v.toUpperCase(Locale.ROOT)));
        return line.toString();
    }
}
