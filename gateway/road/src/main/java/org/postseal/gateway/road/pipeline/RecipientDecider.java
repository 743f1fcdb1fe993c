package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.road.acme.Challenges;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.record.DirectoryLog;

/**
 * Opens and verifies a message as each recipient may see it, and asks the policy what shall happen to it. Thread-safe.
 */
final class RecipientDecider {
    private final Admission admission;
    private final NextHopsConfig nextHops;
    private final GroupLookup groups;
    private final CmsWork cms;
    private final Challenges challenges;

    RecipientDecider(
            Admission admission, NextHopsConfig nextHops, GroupLookup groups, CmsWork cms, Challenges challenges) {
        this.admission = admission;
        this.nextHops = nextHops;
        this.groups = groups;
        this.cms = cms;
        this.challenges = challenges;
    }

    Decided decide(Inspected inspected) throws IOException {
        Arrival arrival = inspected.arrival();
        PolicyInForce policy = arrival.policy();
        Preparation preparation = arrival.preparation();
        Witness witness = new Witness(new WatchedStore(certificates(policy, policy.rules()), preparation));
        Directory directory = directory(arrival, witness, policy.rules(), new WatchedGroups(groups, preparation));
        Routing routing = routing(inspected);
        Viewer viewer = new Viewer(
                inspected, witness, cms, recipient -> routing.forOpened(recipient, arrival.outside()::forOpened));
        // The shadow policy gets a view of the store that is not watched: it runs on a thread of its own, for which
        // nobody waits long.
        Optional<Shadow> shadow = policy.shadow()
                .map(rules -> new Shadow(
                        rules, directory(arrival, certificates(policy, rules), rules, groups), Shadow.PATIENCE));
        ChallengeFinder finder = new ChallengeFinder(inspected, challenges);
        List<RecipientPlan> plans = new ArrayList<>();
        for (int i = 0; i < arrival.envelope().recipients().size(); i++) {
            plans.add(plan(i, inspected, viewer, directory, finder, shadow));
        }
        return new Decided(inspected, plans, directory, routing, witness, shadow);
    }

    private static CertificateStore certificates(PolicyInForce policy, RuleSet rules) {
        return rules.wishes().onlyHardwareOpens() ? new HardwareOpens(policy.certificates()) : policy.certificates();
    }

    private static Directory directory(Arrival arrival, CertificateStore store, RuleSet rules, GroupLookup groups) {
        return new Directory(store, arrival.envelope().received(), rules.directoryGroups(), groups);
    }

    private Routing routing(Inspected inspected) {
        Inspection inspection = inspected.inspection();
        return new Routing(
                nextHops,
                inspected.arrival().policy().rules(),
                inspection.isWrittenHere(),
                inspection
                        .from()
                        .or(() -> inspected.arrival().envelope().reversePath().mailbox()));
    }

    private RecipientPlan plan(
            int position,
            Inspected inspected,
            Viewer viewer,
            Directory directory,
            ChallengeFinder finder,
            Optional<Shadow> shadow)
            throws IOException {
        Arrival arrival = inspected.arrival();
        Recipient recipient = arrival.envelope().recipients().get(position);
        Optional<Reason> refusal = admission.refusal(
                arrival.envelope().peer(), recipient.address(), arrival.policy().rules());
        if (refusal.isPresent()) {
            return RecipientPlan.notAdmitted(position, recipient, refusal.get());
        }
        try {
            return ruled(position, inspected, viewer, directory, finder, shadow);
        } catch (GivenUpException end) {
            // The message was given up, which is no fault of this recipient.
            throw end;
        } catch (StoreUnavailableException e) {
            return RecipientPlan.failed(position, recipient, Reason.STORE_UNAVAILABLE, String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            if (!arrival.passage().isObserved()) {
                throw e.getCause();
            }
            return Observed.fault(arrival.envelope(), position, e);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            if (!arrival.passage().isObserved()) {
                throw e;
            }
            return Observed.fault(arrival.envelope(), position, e);
        }
    }

    private static RecipientPlan ruled(
            int position,
            Inspected inspected,
            Viewer viewer,
            Directory directory,
            ChallengeFinder finder,
            Optional<Shadow> shadow)
            throws IOException {
        Arrival arrival = inspected.arrival();
        Inspection inspection = inspected.inspection();
        RuleSet rules = arrival.policy().rules();
        StageClock clock = arrival.clock();
        Recipient recipient = arrival.envelope().recipients().get(position);
        MailAddress address = recipient.address();
        DirectoryLog asked = new DirectoryLog(
                new TimedFacts(directory.factsFor(address, inspection.from(), inspection.encryption()), clock));
        Viewer.Seen seen;
        try (StageClock.Running _ = clock.begin(Stage.OPEN)) {
            seen = viewer.of(
                    address, () -> rules.readingRights(address, inspection.facts(), viewer::isSignedOutside, asked));
        }
        Facts facts = FactsReader.read(inspection, seen.view(), address, viewer.isSignedOutside());
        Optional<ChallengeFinder.Found> challenge = finder.of(position, seen.view());
        if (challenge.isPresent()) {
            return answered(position, recipient, rules, facts, seen, challenge.get());
        }
        shadow.ifPresent(other -> other.ask(position, facts, inspection.from(), inspection.encryption()));
        Ruling ruling;
        try (StageClock.Running _ = clock.begin(Stage.DECIDE)) {
            ruling = rules.decide(facts, asked).after(seen.old());
        }
        return RecipientPlan.ruled(
                position,
                recipient,
                ruling,
                new Basis(facts, asked.answers(), seen.view(), seen.old(), Optional.empty()));
    }

    private static RecipientPlan answered(
            int position,
            Recipient recipient,
            RuleSet rules,
            Facts facts,
            Viewer.Seen seen,
            ChallengeFinder.Found found) {
        Ruling ruling =
                rules.answered(recipient.address(), found.challenge().mail().answerTo(), found.why());
        return RecipientPlan.ruled(
                position,
                recipient,
                ruling,
                new Basis(facts, List.of(), seen.view(), seen.old(), Optional.of(found.challenge())));
    }
}
