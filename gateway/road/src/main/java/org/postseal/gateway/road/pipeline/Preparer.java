package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.gateway.smime.CmsLimits;
import org.postseal.gateway.smime.CmsOpener;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.SealException;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.smime.VerifiedSigner;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.record.DirectoryLog;
import org.postseal.policy.settings.GatewayWishes;

/** Prepares everything that is to leave for one message, and sends nothing. Thread-safe. */
public final class Preparer {
    private final Admission admission;
    private final Inspector inspector;
    private final Outgoing outgoing;
    private final Observed observed;
    private final NextHopsConfig nextHops;
    private final Unread unread;
    private final EnvelopeClasses classes;
    private final CmsSigner signer = new CmsSigner();
    private final CmsEncryptor encryptor = new CmsEncryptor();
    private final CmsOpener opener = new CmsOpener(CmsLimits.DEFAULT);
    private final SignatureVerifier verifier;
    private final GroupLookup groups;
    private final CryptoGate gate;
    private final StageObserver stages;

    /**
     * @param hostName our name in Received fields
     * @param authservId our name in Authentication-Results fields
     * @param admission decides who may send to whom
     * @param nextHops where copies go; mail is not opened for a recipient whose next hop may not carry opened mail
     * @param observer is told of every good signature
     * @param groups answers who is in the groups of directory servers
     * @param loops marks by which the gateway knows a message that has been here before
     * @param gate the one gate of the process for cryptographic work
     * @param stages is told how long each stage took
     */
    public Preparer(
            String hostName,
            String authservId,
            Admission admission,
            NextHopsConfig nextHops,
            VerifiedSigner.Observer observer,
            GroupLookup groups,
            LoopMarks loops,
            CryptoGate gate,
            StageObserver stages) {
        this.admission = admission;
        this.groups = groups;
        this.gate = gate;
        this.stages = stages;
        this.verifier = new SignatureVerifier(CmsLimits.DEFAULT, observer);
        this.nextHops = nextHops;
        this.inspector = new Inspector(authservId, admission.origin(), loops);
        this.outgoing = new Outgoing(hostName, authservId, admission.origin(), loops);
        this.observed = new Observed(outgoing);
        this.unread = new Unread(outgoing, admission, nextHops);
        this.classes = new EnvelopeClasses(admission.origin(), nextHops, groups);
    }

    /** The questions that only other parts of the gateway can answer. */
    interface Outside {
        /** Tells whether the next hop announces what opened mail needs. */
        OpenedPassage forOpened(Way way);

        /**
         * The positions of the recipients who have the message already from an earlier attempt. This is asked only if
         * it matters before any copy is made.
         *
         * @throws JournalException if the journal cannot say
         */
        Set<Integer> served() throws JournalException;
    }

    /**
     * Prepares every copy of the message. Never throws: a fault of ours becomes a temporary failure of the recipients
     * it concerns.
     *
     * @param preparation ends the work when nobody waits for it any more; the result then counts for nothing
     */
    Prepared prepare(
            Envelope envelope,
            RawMessage message,
            Spool.Scope scope,
            PolicyInForce policy,
            Preparation preparation,
            Outside outside) {
        try {
            return switch (inspect(envelope, message, scope, preparation.clock())) {
                case Parsed.Refused<Inspection>(Reason reason, String detail) ->
                    Unread.refused(envelope, reason, detail);
                case Parsed.Success<Inspection>(Inspection inspection) ->
                    prepare(envelope, message, inspection, scope, policy, preparation, outside);
            };
        } catch (IOException | RuntimeException | StackOverflowError e) {
            Failure failure = Failure.of(envelope.queueId(), e);
            return Unread.refused(envelope, failure.reason(), failure.detail());
        }
    }

    StageClock clock(Envelope envelope, long octets) {
        return StageClock.of(envelope, octets, stages);
    }

    Admission admission() {
        return admission;
    }

    Unread unread() {
        return unread;
    }

    EnvelopeClasses classes() {
        return classes;
    }

    /**
     * Says what would be decided for each recipient without making any copy, or why the message would be refused before
     * that.
     */
    public Parsed<List<RecipientPlan>> plan(
            Envelope envelope, RawMessage message, Spool.Scope scope, PolicyInForce policy) throws IOException {
        StageClock clock = StageClock.unwatched();
        return switch (inspect(envelope, message, scope, clock)) {
            case Parsed.Refused<Inspection>(Reason reason, String detail) -> Parsed.refused(reason, detail);
            case Parsed.Success<Inspection>(Inspection inspection) -> {
                CertificateStore store = certificates(policy, policy.rules().wishes());
                Directory directory = directory(envelope, store, policy.rules(), groups);
                Viewer viewer = viewer(
                        envelope,
                        inspection,
                        scope,
                        policy,
                        store,
                        _ -> OpenedPassage.Open.ANY,
                        Preparation.unwatched());
                List<RecipientPlan> plans = new ArrayList<>();
                for (int i = 0; i < envelope.recipients().size(); i++) {
                    plans.add(plan(i, envelope, inspection, viewer, directory, policy, Optional.empty(), clock));
                }
                yield new Parsed.Success<>(plans);
            }
        };
    }

    private Parsed<Inspection> inspect(Envelope envelope, RawMessage message, Spool.Scope scope, StageClock clock)
            throws IOException {
        try (StageClock.Running _ = clock.begin(Stage.INSPECT)) {
            return inspector.inspect(envelope, message, scope);
        }
    }

    private static Directory directory(Envelope envelope, CertificateStore store, RuleSet rules, GroupLookup groups) {
        return new Directory(store, envelope.received(), rules.directoryGroups(), groups);
    }

    private Viewer viewer(
            Envelope envelope,
            Inspection inspection,
            Spool.Scope scope,
            PolicyInForce policy,
            CertificateStore store,
            Function<Way, OpenedPassage> outside,
            Preparation preparation) {
        CryptoGate.Line line = gate.line(envelope.peer(), preparation.clock());
        return new Viewer(
                inspection,
                store,
                recipient -> routing(envelope, inspection, policy).forOpened(recipient, outside),
                opener,
                () -> preparation.enter(line),
                verifier,
                envelope.received(),
                envelope.reversePath(),
                scope);
    }

    private Routing routing(Envelope envelope, Inspection inspection, PolicyInForce policy) {
        return new Routing(
                nextHops,
                policy.rules(),
                inspection.isWrittenHere(),
                inspection.from().or(() -> envelope.reversePath().mailbox()));
    }

    private static CertificateStore certificates(PolicyInForce policy, GatewayWishes wishes) {
        return wishes.onlyHardwareOpens() ? new HardwareOpens(policy.certificates()) : policy.certificates();
    }

    private Prepared prepare(
            Envelope envelope,
            RawMessage received,
            Inspection inspection,
            Spool.Scope scope,
            PolicyInForce policy,
            Preparation preparation,
            Outside outside)
            throws IOException {
        StageClock clock = preparation.clock();
        GatewayWishes wishes = policy.rules().wishes();
        Witness witness = new Witness(new WatchedStore(certificates(policy, wishes), preparation));
        Directory directory = directory(envelope, witness, policy.rules(), new WatchedGroups(groups, preparation));
        Viewer viewer = viewer(envelope, inspection, scope, policy, witness, outside::forOpened, preparation);
        // The shadow policy gets a view of the store that is not watched: it runs on a thread of its own, for which
        // nobody waits long.
        Optional<Shadow> shadow = policy.shadow()
                .map(rules -> new Shadow(
                        rules,
                        directory(envelope, certificates(policy, rules.wishes()), rules, groups),
                        Shadow.PATIENCE));
        List<RecipientPlan> plans = new ArrayList<>();
        for (int i = 0; i < envelope.recipients().size(); i++) {
            plans.add(plan(i, envelope, inspection, viewer, directory, policy, shadow, clock));
        }
        failWithOthers(plans);
        Routing routing = routing(envelope, inspection, policy);
        if (policy.observation().isPresent()) {
            return observed.relay(
                    envelope, received, inspection, plans, policy.observation().get(), shadow, routing, witness.seen());
        }
        Readership readership = new Readership(directory);
        try (StageClock.Running _ = clock.begin(Stage.FACTS)) {
            plans.replaceAll(readership::lookedUp);
        }
        Sealer sealer = new Sealer(inspection, directory, readership, signer, encryptor, envelope.received(), scope);
        List<DeliveryUnit> units = new ArrayList<>();
        Map<Integer, MailCertificate> signers = new HashMap<>();
        Splitter splitter = new Splitter(
                address -> inspection.visible().contains(address) || directory.isListed(address, inspection.visible()),
                wishes.forking(),
                wishes.maxForks(),
                readership::isByMlKem);
        List<Group> groups;
        try (StageClock.Running _ = clock.begin(Stage.SPLIT)) {
            // With one reply for all, the same message comes again: only recipients who already have it make room for
            // the next ones.
            Set<Integer> done = envelope.peer().protocol() == Peer.Protocol.SMTP && splitter.isOverLimit(plans)
                    ? outside.served()
                    : Set.of();
            plans = splitter.limited(plans, done);
            groups = splitter.split(plans.stream()
                    .filter(plan -> !done.contains(plan.position()))
                    .toList());
        }
        for (Group group : groups) {
            try {
                Sealer.Copy copy = seal(sealer, group, envelope, preparation);
                List<DeliveryUnit> parts = new ArrayList<>();
                for (Routing.Part part : routing.parts(group)) {
                    // Each part gets a unit of its own, since a stamp names the recipients it is for.
                    parts.add(outgoing.unit(envelope, inspection, part.group(), copy.sendable())
                            .by(part.way()));
                    int number = units.size() + parts.size();
                    copy.signer().ifPresent(certificate -> signers.put(number, certificate));
                    for (RecipientPlan plan : part.group().plans()) {
                        plans.set(plan.position(), plan.inUnit(number, copy, certificates(copy, plan, readership)));
                    }
                }
                // This comes last: whatever fails before it, a unit that is sent belongs to no plan that counts as
                // failed.
                units.addAll(parts);
            } catch (SealException | IOException | RuntimeException e) {
                // A failure after the message was given up is no news.
                preparation.step();
                Failure failure = Failure.ofSealing(envelope.queueId(), e);
                for (RecipientPlan plan : group.plans()) {
                    plans.set(plan.position(), plan.withFailure(failure.reason(), failure.detail()));
                }
            }
        }
        return new Prepared(
                Optional.of(inspection), List.copyOf(plans), List.copyOf(units), shadow, signers, witness.seen());
    }

    private Sealer.Copy seal(Sealer sealer, Group group, Envelope envelope, Preparation preparation)
            throws IOException, SealException {
        try (StageClock.Running _ = preparation.clock().begin(Stage.SEAL);
                CryptoGate.Place _ = preparation.enter(gate.line(envelope.peer(), preparation.clock()))) {
            return sealer.seal(group);
        }
    }

    private static List<String> certificates(Sealer.Copy copy, RecipientPlan plan, Readership readership) {
        List<String> used = new ArrayList<>(copy.certificates());
        readership
                .certificates(plan)
                .forEach(each -> used.add("encrypt:" + each.id().hex()));
        return used;
    }

    private RecipientPlan plan(
            int position,
            Envelope envelope,
            Inspection inspection,
            Viewer viewer,
            Directory directory,
            PolicyInForce policy,
            Optional<Shadow> shadow,
            StageClock clock)
            throws IOException {
        Recipient recipient = envelope.recipients().get(position);
        Optional<Reason> refusal = admission.refusal(envelope.peer(), recipient.address(), policy.rules());
        if (refusal.isPresent()) {
            return RecipientPlan.notAdmitted(position, recipient, refusal.get());
        }
        try {
            DirectoryLog asked = new DirectoryLog(new TimedFacts(
                    directory.factsFor(recipient.address(), inspection.from(), inspection.encryption()), clock));
            Viewer.Seen seen;
            try (StageClock.Running _ = clock.begin(Stage.OPEN)) {
                seen = viewer.of(recipient.address(), () -> policy.rules().readingRights(recipient.address(), asked));
            }
            Facts facts = FactsReader.read(envelope, inspection, seen.view(), recipient.address());
            shadow.ifPresent(other -> other.ask(position, facts, inspection.from(), inspection.encryption()));
            Ruling ruling;
            try (StageClock.Running _ = clock.begin(Stage.DECIDE)) {
                ruling = policy.rules().decide(facts, asked).after(seen.old());
            }
            return RecipientPlan.ruled(
                    position, recipient, ruling, new Basis(facts, asked.answers(), seen.old()), seen.view());
        } catch (GivenUpException end) {
            // The message was given up, which is no fault of this recipient.
            throw end;
        } catch (StoreUnavailableException e) {
            return RecipientPlan.failed(position, recipient, Reason.STORE_UNAVAILABLE, String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            if (policy.observation().isEmpty()) {
                throw e.getCause();
            }
            return Observed.fault(envelope, position, e);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            if (policy.observation().isEmpty()) {
                throw e;
            }
            return Observed.fault(envelope, position, e);
        }
    }

    /**
     * If a rule says that nobody gets a message that one recipient cannot get, fails every other recipient too, also
     * those whose failure was temporary and who would be retried on their own.
     */
    private static void failWithOthers(List<RecipientPlan> plans) {
        boolean isForAll = plans.stream()
                .flatMap(plan -> plan.ruling().stream())
                .anyMatch(ruling -> ruling.decision() instanceof Decision.Reject reject && reject.forAll());
        if (isForAll) {
            plans.replaceAll(plan ->
                    plan.failure().filter(reason -> !reason.isTemporary()).isPresent()
                            ? plan
                            : plan.withFailure(Reason.REFUSED_WITH_OTHERS, Reason.REFUSED_WITH_OTHERS.auditText()));
        }
    }
}
