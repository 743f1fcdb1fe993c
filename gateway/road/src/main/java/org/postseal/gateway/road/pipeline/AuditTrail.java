package org.postseal.gateway.road.pipeline;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smime.SignerReport;
import org.postseal.gateway.smime.protect.HeaderReading;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Explanation;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.record.FactsText;

/**
 * Turns what happened to one message into audit events, one per recipient.
 *
 * @param times how long each stage took
 */
record AuditTrail(Delivered delivered, AuditEvent.Times times) {
    /** @param time the time of the records */
    List<AuditEvent> events(Instant time) {
        List<AuditEvent> events = new ArrayList<>();
        for (RecipientPlan plan : delivered.prepared().plans()) {
            events.add(event(plan, time));
        }
        return events;
    }

    private AuditEvent event(RecipientPlan plan, Instant time) {
        Prepared prepared = delivered.prepared();
        Passage passage = prepared.passage();
        NextHop.Outcome outcome = delivered.outcomes().get(plan.position());
        boolean isSuppressed = delivered.suppressed().contains(plan.position());
        Optional<Explanation> explanation = plan.ruling().map(Ruling::explanation);
        Optional<Decision> decision = plan.ruling().map(Ruling::decision);
        return new AuditEvent.RecipientDone(
                time,
                message(plan),
                new AuditEvent.Decision(
                        explanation
                                .map(e -> e.direction().name().toLowerCase(Locale.ROOT))
                                .orElse(""),
                        passage.policy().rules().sha256(),
                        passage.policy().term().epoch(),
                        explanation.map(Explanation::rule).orElse(""),
                        explanation.map(Explanation::mailboxPolicy).orElse(""),
                        decisionText(plan, decision),
                        isSuppressed
                                ? Optional.empty()
                                : reason(outcome, plan, decision).map(Reason::name),
                        detail(plan, outcome),
                        explanation.map(Explanation::steps).orElse(List.of()),
                        SettingTexts.of(explanation.map(Explanation::settings).orElse(List.of())),
                        plan.basis()
                                .map(basis -> new AuditEvent.Decided(
                                        FactsText.of(basis.facts()), basis.answers(), basis.old())),
                        passage.isObserved(),
                        prepared.shadow().flatMap(shadow -> shadow.of(plan))),
                protection(plan, decision, outcome),
                new AuditEvent.Delivery(
                        plan.share().map(Share::unit),
                        plan.share()
                                .map(share -> prepared.units()
                                        .get(share.unit() - 1)
                                        .sendable()
                                        .message()
                                        .size()),
                        Optional.of(outcome)
                                .filter(NextHop.Outcome::isFromNextHop)
                                .map(o -> o.reply().toString()),
                        delivered.replies().get(plan.position()).toString(),
                        delivered.journal(plan.position()),
                        outcome.session().map(SessionText::of)),
                Optional.of(times),
                passage.envelope()
                        .release()
                        .map(release -> new AuditEvent.Release(release.held(), release.by(), release.why())));
    }

    private AuditEvent.Message message(RecipientPlan plan) {
        Prepared prepared = delivered.prepared();
        Envelope envelope = prepared.passage().envelope();
        return new AuditEvent.Message(
                envelope.queueId().text(),
                envelope.peer().xforward().flatMap(Peer.Xforward::ident),
                prepared.inspection().flatMap(Inspection::messageId),
                envelope.peer().address().getAddress().getHostAddress(),
                envelope.peer().proxy().map(InetAddress::getHostAddress),
                SessionText.of(envelope.peer()),
                envelope.reversePath().wire(),
                plan.recipient().address().toString(),
                prepared.passage().octets());
    }

    private AuditEvent.Protection protection(RecipientPlan plan, Optional<Decision> decision, NextHop.Outcome outcome) {
        Prepared prepared = delivered.prepared();
        List<SignerReport> signers = plan.view().map(ContentView::signers).orElse(List.of());
        List<Rejected> rejected = Rejected.of(
                prepared.seen().rejected(), plan, prepared.inspection().flatMap(Inspection::from));
        return new AuditEvent.Protection(
                decision.map(d -> ProtectionText.of(plan, d)).orElse(""),
                HandledFields.of(prepared, plan, outcome),
                plan.view().map(ProtectionText::of).orElse(""),
                SignerText.of(signers),
                plan.view().map(view -> SignerText.of(view.parts())).orElse(List.of()),
                plan.certificates(),
                rejected.stream().map(Rejected::text).toList(),
                plan.share().map(Share::readers).orElse(List.of()),
                plan.share()
                        .flatMap(Share::headerProtection)
                        .or(() -> plan.view().flatMap(ContentView::headers).map(HeaderReading::text)),
                SessionText.signer(
                        plan.share()
                                .flatMap(share ->
                                        Optional.ofNullable(prepared.signers().get(share.unit()))),
                        signers),
                Witness.of(
                        prepared.seen().evidence(),
                        Stream.concat(
                                certificates(plan),
                                rejected.stream()
                                        .map(each -> each.considered().id().hex()))));
    }

    /** The SHA-256 of each certificate that the record names. */
    private static Stream<String> certificates(RecipientPlan plan) {
        Stream<String> signers = plan.view().stream()
                .flatMap(view -> Stream.concat(
                        view.signers().stream(),
                        view.parts().verified().stream().flatMap(part -> part.verification().signers().stream())))
                .flatMap(signer -> signer.certificate().stream())
                .map(each -> each.id().hex());
        // Each text is a role or an address, a colon, and the hexadecimal digits.
        Stream<String> used = plan.share().stream()
                .flatMap(share -> Stream.concat(share.certificates().stream(), share.readers().stream()))
                .map(text -> text.substring(text.lastIndexOf(':') + 1));
        return Stream.concat(signers, used);
    }

    private static String decisionText(RecipientPlan plan, Optional<Decision> decision) {
        Optional<Reason> failure = plan.failure().or(plan::waived);
        if (failure.isPresent()) {
            return failure.get().isTemporary() ? "defer" : "reject";
        }
        return decision.map(ProtectionText::word).orElse("defer");
    }

    /** Why the message was not delivered, or else why it was redirected. */
    private static Optional<Reason> reason(NextHop.Outcome outcome, RecipientPlan plan, Optional<Decision> decision) {
        return outcome.reason()
                .or(plan::waived)
                .or(() -> decision.flatMap(d -> switch (d) {
                    case Decision.Redirect(var _, Reason why) -> Optional.of(why);
                    case Decision.Deliver _, Decision.Answer _, Decision.Reject _, Decision.Defer _ -> Optional.empty();
                }));
    }

    private static Optional<String> detail(RecipientPlan plan, NextHop.Outcome outcome) {
        Optional<String> cause = outcome.detail()
                .or(plan::detail)
                .or(() -> plan.view()
                        .filter(view -> view.closed().isPresent() || plan.isOpened())
                        .flatMap(ContentView::cause));
        return outcome.inDoubt() && !outcome.reason().equals(Optional.of(Reason.JOURNAL_UNAVAILABLE))
                ? Optional.of("in doubt: the next hop may have accepted it before the connection was lost"
                        + outcome.detail().map(text -> "; " + text).orElse(""))
                : cause;
    }
}
