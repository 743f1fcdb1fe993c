package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.Secret;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.Release;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.held.HeldCopy;
import org.postseal.gateway.mail.held.HeldOpening;
import org.postseal.gateway.mail.held.HeldSeal;
import org.postseal.gateway.mail.held.ReleaseSeal;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.outcome.Reason;

/**
 * Opens held copies that somebody releases, and sends what is in them on the road, with the envelope and the origin of
 * the first time. All other mail goes on the road as it came. Thread-safe.
 */
public final class Releases implements MessageReceiver {
    /** What whoever releases held mail hears of a recipient who has it from an earlier release. */
    public static final Reply RELEASED_BEFORE = Reply.of(250, "2.0.0", "Released before, not sent again");

    private final Road road;
    private final HeldSeal copies;
    private final ReleaseSeal wishes;
    private final InstantSource clock;

    /** @param key the secret that seals held copies */
    public Releases(Road road, Secret key, InstantSource clock) {
        this.road = road;
        this.copies = new HeldSeal(key);
        this.wishes = new ReleaseSeal(key);
        this.clock = clock;
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        return receive(envelope, message, scope, _ -> () -> {});
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope, HangObserver observer) {
        if (!isRelease(envelope)) {
            return road.receive(envelope, message, scope, observer);
        }
        try {
            return switch (opened(envelope, message)) {
                // Mail leaves as it came then, whatever must be encrypted.
                case Opened.Released(Envelope first, RawMessage _, HeldCopy _)
                when road.isObserved() -> refused(first, message.size(), "the policy is only observed, not enforced");
                case Opened.Released(Envelope first, RawMessage original, HeldCopy copy) ->
                    road.releasing(copy).receive(first, original, scope, observer);
                case Opened.Refused(Envelope known, String why) -> refused(known, message.size(), why);
            };
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean isRelease(Envelope envelope) {
        return envelope.peer().role() == Peer.Role.RELEASE;
    }

    /** What somebody hands over to be released. */
    private sealed interface Opened {
        record Released(Envelope first, RawMessage original, HeldCopy copy) implements Opened {}

        record Refused(Envelope known, String why) implements Opened {}
    }

    private Opened opened(Envelope envelope, RawMessage message) throws IOException {
        Instant now = clock.instant();
        return switch (wishes.open(message, now)) {
            case ReleaseSeal.Opening.NotWanted(String why) -> new Opened.Refused(envelope, why);
            case ReleaseSeal.Opening.Wanted(Release release, RawMessage below) ->
                opened(envelope.with(release), copies.open(below, now));
        };
    }

    /** @param envelope has the wish, so that whoever has it is on record whatever comes of it */
    private static Opened opened(Envelope envelope, HeldOpening opening) {
        return switch (opening) {
            case HeldOpening.Refused(HeldOpening.Why why, Optional<HeldCopy> _) ->
                new Opened.Refused(envelope, "the message " + why.words());
            case HeldOpening.Opened(HeldCopy copy, var _, RawMessage original) -> opened(envelope, copy, original);
        };
    }

    private static Opened opened(Envelope envelope, HeldCopy copy, RawMessage original) {
        if (envelope.release().filter(wish -> wish.held().equals(copy.id())).isEmpty()) {
            return new Opened.Refused(envelope, ReleaseSeal.NAME + " is about another copy");
        }
        Envelope first = first(envelope, copy);
        if (!isSame(envelope, copy.envelope())) {
            return new Opened.Refused(envelope, "MAIL and RCPT are not those of the held copy");
        }
        // Nobody may look into such a message, and without that nobody can decide about it.
        return copy.reason() == Reason.POISON
                ? new Opened.Refused(first, Reason.POISON.auditText())
                : new Opened.Released(first, original, copy);
    }

    /** The journal, the audit log and the log tell this attempt from the first by its queue id and its times. */
    private static Envelope first(Envelope now, HeldCopy copy) {
        Envelope then = copy.envelope();
        return new Envelope(
                now.queueId(),
                then.reversePath(),
                then.recipients(),
                then.parameters(),
                then.peer().over(now.peer().protocol()),
                now.received(),
                now.intake(),
                now.release());
    }

    private static boolean isSame(Envelope one, Envelope other) {
        return one.reversePath().equals(other.reversePath()) && addresses(one).equals(addresses(other));
    }

    private static List<MailAddress> addresses(Envelope envelope) {
        return envelope.recipients().stream().map(Recipient::address).toList();
    }

    private List<Reply> refused(Envelope envelope, long octets, String why) {
        Reply known = Reply.of(Reason.RELEASE_REFUSED);
        Reply named = known.saying(List.of("Not released: " + why), false);
        return road.refuse(envelope, octets, Reason.RELEASE_REFUSED, why).stream()
                .map(reply -> reply.equals(known) ? named : reply)
                .toList();
    }

    /** A held copy is not held again. */
    @Override
    public List<Reply> receiveUnread(Envelope envelope, RawMessage message, Reason reason, boolean mayRedirect) {
        return road.receiveUnread(envelope, message, reason, mayRedirect && !isRelease(envelope));
    }

    @Override
    public List<Reply> refuse(Envelope envelope, long octets, Reason reason, String detail) {
        return road.refuse(envelope, octets, reason, detail);
    }

    @Override
    public boolean areAlike(Peer peer, ReversePath sender, MailAddress one, MailAddress other) {
        return road.areAlike(peer, sender, one, other);
    }

    @Override
    public Optional<Reason> refusal(MailAddress recipient) {
        return road.refusal(recipient);
    }

    @Override
    public void told(QueueId queueId) {
        road.told(queueId);
    }
}
