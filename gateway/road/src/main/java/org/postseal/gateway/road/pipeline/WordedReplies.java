package org.postseal.gateway.road.pipeline;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.outcome.RefusalText;
import org.postseal.policy.wording.PlainText;
import org.postseal.policy.wording.Wording;

/**
 * Puts our own refusals into the words of the policy, once they are on record. The words may name people and quote the
 * Subject, so the audit log has the fixed text of the reason in their place.
 */
final class WordedReplies {
    private WordedReplies() {}

    /** Returns the replies of a message; other than refusals of ours they stay as they are. */
    static List<Reply> of(Delivered delivered) {
        Prepared prepared = delivered.prepared();
        Wording wording = prepared.passage().policy().rules().wording();
        if (!wording.isOn() || delivered.replies().stream().noneMatch(Reply::isRefusal)) {
            return delivered.replies();
        }
        if (!prepared.passage().hasOneReply()) {
            return prepared.plans().stream()
                    .map(plan -> worded(delivered, plan)
                            .orElseGet(() -> delivered.replies().get(plan.position())))
                    .toList();
        }
        return prepared.plans().stream()
                .flatMap(plan -> worded(delivered, plan).stream())
                .findFirst()
                .map(one -> Collections.nCopies(delivered.replies().size(), one))
                .orElse(delivered.replies());
    }

    /** Returns the reply in words; empty if this recipient's outcome is not the reply, or is not ours. */
    private static Optional<Reply> worded(Delivered delivered, RecipientPlan plan) {
        Prepared prepared = delivered.prepared();
        NextHop.Outcome outcome = delivered.outcomes().get(plan.position());
        Reply reply = delivered.replies().get(plan.position());
        if (outcome.isFromNextHop() || !reply.equals(outcome.reply())) {
            return Optional.empty();
        }
        Reason reason = outcome.reason().orElseThrow();
        Optional<RefusalText> own = plan.text(reason);
        if (own.flatMap(RefusalText::literal).isPresent()) {
            return Optional.of(reply);
        }
        Envelope envelope = prepared.passage().envelope();
        Wording wording = prepared.passage().policy().rules().wording();
        Optional<MailAddress> sender = sender(prepared);
        boolean mayBeUtf8 = wording.utf8Replies() && envelope.parameters().smtpUtf8();
        List<String> words = wording.reply(
                new Wording.Refusal(
                        reason, own.flatMap(RefusalText::name), plan.recipient().address(), sender, subject(prepared)),
                mayBeUtf8);
        return Optional.of(words.isEmpty() ? reply : reply.saying(words, mayBeUtf8));
    }

    /**
     * Returns the sender whose language counts. An outsider who gives one of our addresses would learn by it who is in
     * which group.
     */
    private static Optional<MailAddress> sender(Prepared prepared) {
        RuleSet rules = prepared.passage().policy().rules();
        boolean maySubmit = prepared.inspection()
                .filter(inspection -> inspection.peer().maySubmit())
                .isPresent();
        return prepared.passage()
                .envelope()
                .reversePath()
                .mailbox()
                .filter(address -> maySubmit || !rules.internal().has(address.domain()));
    }

    /** Returns what the single Subject says outside any encryption; one that hides the Subject says nothing. */
    static Optional<String> subject(Prepared prepared) {
        return prepared.inspection()
                .flatMap(inspection -> inspection.root().header().single("Subject"))
                .map(HeaderField::unfolded)
                .flatMap(PlainText::of)
                .filter(text -> !text.equals(HIDDEN));
    }

    // RFC 9788 §3.2.1 puts this text in the place of a hidden Subject.
    private static final String HIDDEN = "[...]";
}
