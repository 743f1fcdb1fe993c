package org.postseal.gateway.road.pipeline;

import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.smime.SenderEncryption;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decisions of the shadow policy for one message. A thread of its own asks it while the message is sealed and sent,
 * with its own view of the store, so the shadow policy can neither fail mail nor delay its delivery. After delivery the
 * record waits for it a short while, once for all recipients together. A decision that depends on a failed look-up, or
 * is not there by then, is recorded as unknown.
 *
 * <p>There is one object per message. The thread of the message adds the facts, and the session takes the result.
 */
final class Shadow {
    private static final Logger LOG = LoggerFactory.getLogger(Shadow.class);

    private final RuleSet rules;
    private final Directory directory;
    private final Duration patience;
    private final Map<Integer, Question> questions = new LinkedHashMap<>();
    private final Map<Integer, Answer> answers = new ConcurrentHashMap<>();
    private volatile boolean isOver;
    private @Nullable Thread thread;

    /** @param directory a view of the store for the shadow policy alone */
    Shadow(RuleSet rules, Directory directory, Duration patience) {
        this.rules = rules;
        this.patience = patience;
        this.directory = directory;
    }

    /** Adds the question for the recipient at this position of the envelope. */
    void ask(int position, Facts facts, Optional<MailAddress> from, SenderEncryption encryption) {
        questions.put(position, new Question(facts, from, encryption));
    }

    /** Starts to decide; no question may be added after this. */
    void start() {
        if (!questions.isEmpty()) {
            thread = Thread.ofVirtual().name("shadow").start(this::decide);
        }
    }

    /** Waits until everything is decided or the patience is over. */
    void finish() {
        Thread started = thread;
        try {
            if (started != null && !started.join(patience)) {
                LOG.debug("the shadow policy has not finished, its missing decisions are recorded as unknown");
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
        isOver = true;
    }

    /** The shadow record for the recipient with this real plan; empty if there was nothing to decide by. */
    Optional<AuditEvent.Shadow> of(RecipientPlan real) {
        int position = real.position();
        if (!questions.containsKey(position)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (answers.getOrDefault(
                        position, new Unknown("no answer within " + patience.toMillis() + " ms"))) {
                    case Unknown(String why) -> unknown(why);
                    case Decided(Ruling ruling)
                    when isLookupFailure(ruling.decision()) ->
                        unknown(ruling.explanation().steps().getLast());
                    case Decided(Ruling ruling) -> decided(ruling, real);
                });
    }

    private void decide() {
        for (Map.Entry<Integer, Question> question : questions.entrySet()) {
            if (isOver) {
                return;
            }
            answers.put(question.getKey(), answer(question.getValue()));
        }
    }

    private Answer answer(Question question) {
        try {
            return new Decided(rules.decide(
                    question.facts(),
                    directory.factsFor(question.facts().recipient(), question.from(), question.encryption())));
        } catch (RuntimeException | StackOverflowError e) {
            // A border: mail must not fail because of a decision that no mail depends on.
            LOG.error("shadow policy: unexpected", e);
            return new Unknown(e.getClass().getName());
        }
    }

    /**
     * True if the decision comes from a failed look-up. It then says how the certificate store is, and not how the
     * policies differ.
     */
    private static boolean isLookupFailure(Decision decision) {
        return reasonOf(decision).filter(LOOKUP_FAILURES::contains).isPresent();
    }

    private static Optional<Reason> reasonOf(Decision decision) {
        return switch (decision) {
            case Decision.Deliver _, Decision.Answer _ -> Optional.empty();
            case Decision.Redirect(var _, Reason reason) -> Optional.of(reason);
            case Decision.Reject(Reason reason, var _, var _) -> Optional.of(reason);
            case Decision.Defer(Reason reason, var _) -> Optional.of(reason);
        };
    }

    private AuditEvent.Shadow unknown(String why) {
        return new AuditEvent.Shadow(
                rules.sha256(), "", "unknown", "", "", Optional.empty(), Optional.empty(), Optional.of(why));
    }

    private AuditEvent.Shadow decided(Ruling ruling, RecipientPlan real) {
        Decision decision = ruling.decision();
        return new AuditEvent.Shadow(
                rules.sha256(),
                ruling.explanation().rule(),
                ProtectionText.word(decision),
                ProtectionText.of(decision),
                HandledFields.done(real, ruling),
                reasonOf(decision).map(Enum::name),
                real.ruling().map(Ruling::decision).map(other -> !other.equals(decision)),
                Optional.empty());
    }

    private record Question(Facts facts, Optional<MailAddress> from, SenderEncryption encryption) {}

    private sealed interface Answer {}

    private record Decided(Ruling ruling) implements Answer {}

    private record Unknown(String why) implements Answer {}

    private static final Set<Reason> LOOKUP_FAILURES =
            EnumSet.of(Reason.STORE_UNAVAILABLE, Reason.CERTIFICATE_LOOKUP_FAILED, Reason.GROUP_LOOKUP_FAILED);
    static final Duration PATIENCE = Duration.ofSeconds(3);
}
