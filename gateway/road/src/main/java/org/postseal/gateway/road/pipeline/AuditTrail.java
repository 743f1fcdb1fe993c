package org.postseal.gateway.road.pipeline;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignerReport;
import org.postseal.gateway.smime.protect.HeaderReading;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Explanation;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.record.FactsText;

/** Turns what happened to one message into audit events, one per recipient. */
record AuditTrail(Envelope envelope, long size, String policySha256, boolean isObserved, AuditEvent.Times times) {
    List<AuditEvent> events(Prepared prepared, Delivered delivered, List<Reply> replies, Instant time) {
        List<AuditEvent> events = new ArrayList<>();
        for (RecipientPlan plan : prepared.plans()) {
            int position = plan.position();
            events.add(event(prepared, plan, delivered, replies.get(position), time));
        }
        return events;
    }

    private AuditEvent event(Prepared prepared, RecipientPlan plan, Delivered delivered, Reply reply, Instant time) {
        NextHop.Outcome outcome = delivered.outcomes().get(plan.position());
        boolean isSuppressed = delivered.suppressed().contains(plan.position());
        Optional<Explanation> explanation = plan.ruling().map(Ruling::explanation);
        Optional<Decision> decision = plan.ruling().map(Ruling::decision);
        return new AuditEvent.RecipientDone(
                time,
                message(prepared, plan),
                new AuditEvent.Decision(
                        explanation
                                .map(e -> e.direction().name().toLowerCase(Locale.ROOT))
                                .orElse(""),
                        policySha256,
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
                        isObserved,
                        prepared.shadow().flatMap(shadow -> shadow.of(plan))),
                protection(prepared, plan, decision, outcome),
                new AuditEvent.Delivery(
                        plan.unit(),
                        plan.unit()
                                .map(unit -> prepared.units()
                                        .get(unit - 1)
                                        .sendable()
                                        .message()
                                        .size()),
                        Optional.of(outcome)
                                .filter(NextHop.Outcome::isFromNextHop)
                                .map(o -> o.reply().toString()),
                        reply.toString(),
                        delivered.journal(plan.position()),
                        outcome.session().map(SessionText::of)),
                Optional.of(times));
    }

    private AuditEvent.Message message(Prepared prepared, RecipientPlan plan) {
        return new AuditEvent.Message(
                envelope.queueId().text(),
                envelope.peer().xforward().flatMap(Peer.Xforward::ident),
                prepared.inspection().flatMap(Inspection::messageId),
                envelope.peer().address().getAddress().getHostAddress(),
                envelope.peer().proxy().map(InetAddress::getHostAddress),
                SessionText.of(envelope.peer()),
                envelope.reversePath().wire(),
                plan.recipient().address().toString(),
                size);
    }

    private AuditEvent.Protection protection(
            Prepared prepared, RecipientPlan plan, Optional<Decision> decision, NextHop.Outcome outcome) {
        List<SignerReport> signers = plan.view().map(ContentView::signers).orElse(List.of());
        List<Rejected> rejected = Rejected.of(
                prepared.seen().rejected(), plan, prepared.inspection().flatMap(Inspection::from));
        return new AuditEvent.Protection(
                decision.map(d -> protectionText(plan, d)).orElse(""),
                HandledFields.of(prepared, plan, outcome, isObserved),
                plan.view().map(AuditTrail::verdictText).orElse(""),
                SignerText.of(signers),
                plan.certificates(),
                rejected.stream().map(Rejected::text).toList(),
                plan.readers(),
                plan.headerProtection()
                        .or(() -> plan.view().flatMap(ContentView::headers).map(HeaderReading::text)),
                SessionText.signer(
                        plan.unit()
                                .flatMap(unit ->
                                        Optional.ofNullable(prepared.signers().get(unit))),
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
                .flatMap(view -> view.signers().stream())
                .flatMap(signer -> signer.certificate().stream())
                .map(each -> each.id().hex());
        // Each text is a role or an address, a colon, and the hexadecimal digits.
        Stream<String> used = Stream.concat(plan.certificates().stream(), plan.readers().stream())
                .map(text -> text.substring(text.lastIndexOf(':') + 1));
        return Stream.concat(signers, used);
    }

    private static String decisionText(RecipientPlan plan, Optional<Decision> decision) {
        Optional<Reason> failure = plan.failure().or(plan::waived);
        if (failure.isPresent()) {
            return failure.get().isTemporary() ? "defer" : "reject";
        }
        return decision.map(AuditTrail::word).orElse("defer");
    }

    static String word(Decision decision) {
        return switch (decision) {
            case Decision.Deliver _ -> "deliver";
            case Decision.Redirect _ -> "redirect";
            case Decision.Reject _ -> "reject";
            case Decision.Defer _ -> "defer";
        };
    }

    /**
     * Says in which form the message leaves and what was done to its header section. For mail that was opened, it names
     * the cipher of the ciphertext.
     */
    private static String protectionText(RecipientPlan plan, Decision decision) {
        return switch (decision) {
            case Decision.Deliver(var _, Protection protection, Decision.Changes changes) -> {
                List<String> parts = new ArrayList<>(List.of(contentText(plan, protection)));
                if (changes.strip() && plan.detail().isEmpty()) {
                    parts.add("signature taken off");
                }
                changes.header().forEach(change -> parts.add(changeText(change)));
                yield String.join(", ", parts);
            }
            case Decision.Redirect _, Decision.Reject _, Decision.Defer _ -> "";
        };
    }

    private static String contentText(RecipientPlan plan, Protection protection) {
        if (plan.certificates().stream().anyMatch(used -> used.startsWith(Sealer.OPENED))) {
            return plan.view()
                            .flatMap(ContentView::opened)
                            .map(opened -> "opened " + opened.cipher())
                            .orElse("")
                    + unauthenticatedText(plan);
        }
        return contentText(protection, plan.basis().map(Basis::answers).orElse(List.of()));
    }

    /** Says what would be done, for a decision that is not carried out. */
    static String protectionText(Decision decision) {
        return switch (decision) {
            case Decision.Deliver(var _, Protection protection, Decision.Changes changes) -> {
                List<String> parts = new ArrayList<>(List.of(contentText(protection, List.of())));
                if (changes.strip()) {
                    parts.add("signature taken off");
                }
                changes.header().forEach(change -> parts.add(changeText(change)));
                yield String.join(", ", parts);
            }
            case Decision.Redirect _, Decision.Reject _, Decision.Defer _ -> "";
        };
    }

    private static String unauthenticatedText(RecipientPlan plan) {
        Optional<ContentView> view = plan.view().filter(ContentView::isUnauthenticated);
        return view.isEmpty()
                ? ""
                : ", unauthenticated"
                        + view.flatMap(ContentView::suspicion)
                                .map(sign -> ", suspicious: " + sign.text())
                                .orElse("");
    }

    private static String contentText(Protection protection, List<String> answers) {
        return switch (protection) {
            case Protection.Clear _ -> "clear";
            case Protection.Kept _ -> "kept";
            case Protection.Signed(var signing) -> signedText(signing);
            case Protection.Encrypted(var encryption) -> encryptedText(encryption, answers);
            case Protection.SignedAndEncrypted(var signing, var encryption) ->
                signedText(signing) + ", " + encryptedText(encryption, answers);
            case Protection.TripleWrapped(var signing, var encryption) ->
                signedText(signing) + ", " + encryptedText(encryption, answers) + ", " + signedText(signing);
        };
    }

    /** Adds how the recipient's key gets the content key: the key transport of the policy holds for RSA only. */
    private static String encryptedText(EncryptionSettings encryption, List<String> answers) {
        String key = answers.stream()
                .filter(answer -> answer.startsWith(USABLE))
                .map(answer -> answer.substring(USABLE.length()).split(" ", 2)[0])
                .findFirst()
                .orElse("");
        return "encrypted " + encryption.cipher() + " "
                + switch (key) {
                    case "EC", "X25519", "X448" -> "ECDH";
                    case "ML-KEM" -> "ML-KEM";
                    default -> encryption.rsaKeyTransport().toString();
                };
    }

    private static String signedText(SigningSettings signing) {
        return "signed " + signing.digest()
                + switch (signing.signer()) {
                    case OWN -> "";
                    case DOMAIN -> " by the domain";
                };
    }

    private static String changeText(HeaderChange change) {
        return switch (change) {
            case HeaderChange.Remove(String name) -> "field " + name + " removed";
            case HeaderChange.Add(String name, var _) -> "field " + name + " added";
            case HeaderChange.TagSubject(String tag, var _) -> "subject tag '" + tag + "'";
        };
    }

    /** If there are several signatures, adds the verdict on each, with the part in which it stands. */
    private static String verdictText(ContentView view) {
        String whole = verdictText(view.verdict());
        if (view.layers().size() < 2) {
            return whole;
        }
        return view.layers().stream()
                .map(layer -> layer.section() + " " + verdictText(layer.verdict()))
                .collect(Collectors.joining(", ", whole + " (", ")"));
    }

    static String verdictText(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Unsigned _ -> "unsigned";
            case SignatureVerdict.Valid _ -> "valid";
            case SignatureVerdict.Invalid(var cause, var _) -> "invalid " + cause;
            case SignatureVerdict.Unverifiable(var cause, var _) -> "unverifiable " + cause;
        };
    }

    /** Why the message was not delivered, or else why it was redirected. */
    private static Optional<Reason> reason(NextHop.Outcome outcome, RecipientPlan plan, Optional<Decision> decision) {
        return outcome.reason()
                .or(plan::waived)
                .or(() -> decision.flatMap(d -> switch (d) {
                    case Decision.Redirect(var _, Reason why) -> Optional.of(why);
                    case Decision.Deliver _, Decision.Reject _, Decision.Defer _ -> Optional.empty();
                }));
    }

    private static Optional<String> detail(RecipientPlan plan, NextHop.Outcome outcome) {
        Optional<String> cause =
                outcome.detail().or(plan::detail).or(() -> plan.view().flatMap(ContentView::cause));
        return outcome.inDoubt() && !outcome.reason().equals(Optional.of(Reason.JOURNAL_UNAVAILABLE))
                ? Optional.of("in doubt: the next hop may have accepted it before the connection was lost"
                        + outcome.detail().map(text -> "; " + text).orElse(""))
                : cause;
    }

    /**
     * The start of the directory's answer about the recipient's certificate. The kind of the key follows, unless it is
     * RSA 3072.
     */
    private static final String USABLE = "certificate=usable ";
}
