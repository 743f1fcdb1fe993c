package org.postseal.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.Action.Demand;
import org.postseal.policy.Action.OnFailure;
import org.postseal.policy.Decision.Incoming;
import org.postseal.policy.yaml.Words;

/** One decision in the making: finds the rule, asks for certificates only where the outcome hangs on them, and writes down each step. Used once. */
final class Decider {
    private final RuleSet policy;
    private final Facts facts;
    private final DirectoryFacts certificates;
    private final Direction direction;
    private final Asked gathered;
    private final Steps steps = new Steps();
    private final ExistingProtection existing;
    private String mailboxPolicy = "";
    private List<Setting> explained = List.of();

    Decider(RuleSet policy, Facts facts, DirectoryFacts certificates, HeaderKnowledge headers) {
        this.policy = policy;
        this.facts = facts;
        this.certificates = certificates;
        this.direction = Direction.of(policy, facts);
        this.gathered = new Asked(facts, direction, certificates, headers);
        this.existing = new ExistingProtection(facts, policy.quarantine(), steps);
    }

    Ruling decide() {
        steps.add("direction " + Words.word(direction) + ": the origin " + (facts.originMaySubmit() ? "may" : "may not")
                + " submit for us, " + facts.recipient() + " is "
                + (policy.isInternal(facts.recipient()) ? "internal" : "outside")
                + (facts.originMaySubmit() && direction == Direction.INBOUND ? ", the sender is outside" : ""));
        flagFrom();
        Optional<RuleIndex.Match> match = policy.firstMatch(gathered);
        if (match.isEmpty()) {
            return ruling(withoutRule(), AUTOMATIC_RULE, Optional.empty());
        }
        Rule rule = match.get().rule();
        Decision decision = switch (match.get().truth()) {
            case Truth.NotKnown(String why) -> {
                // The rules behind it decide nothing either: which is the first to match hangs on this one
                steps.add("rule " + rule.id() + " may match or not");
                yield steps.tryLater(Reason.GROUP_LOOKUP_FAILED, why);
            }
            case Truth.Yes _, Truth.No _ -> apply(rule);
        };
        if (gathered.lookedInside()) {
            decision = existing.conceal(decision, direction);
        }
        return ruling(decision, rule.id(), rule.notice() ? toldOf(decision) : Optional.empty());
    }

    private Ruling ruling(Decision decision, String rule, Optional<MailAddress> notice) {
        return new Ruling(
                facts.recipient(),
                decision,
                new Explanation(direction, rule, mailboxPolicy, steps.all(), explained),
                notice);
    }

    /** Only our own sender, and never of mail that no person waits for: two machines would write to each other for ever (RFC 3834 §2). */
    private Optional<MailAddress> toldOf(Decision decision) {
        boolean isWorthIt = decision instanceof Decision.Reject || decision instanceof Decision.Redirect;
        boolean isPerson =
                facts.kind() == Facts.Kind.ORDINARY && !facts.message().traits().contains(Facts.Trait.MAILING_LIST);
        Optional<MailAddress> sender = isWorthIt
                        && isPerson
                        && facts.originMaySubmit()
                        && direction != Direction.INBOUND
                        && !hangsOnInside(decision)
                ? facts.envelopeSender().filter(policy::isInternal)
                : Optional.empty();
        sender.ifPresent(address -> steps.add("a notice tells " + address));
        return sender;
    }

    /** A notice is a reply too: it must not tell what only a key of ours opened. */
    private boolean hangsOnInside(Decision decision) {
        boolean isForSignature = decision instanceof Decision.Redirect(var _, Reason why)
                && (why == Reason.INVALID_SIGNATURE || why == Reason.CONTENT_UNAUTHENTICATED);
        return gathered.lookedInside() || (gathered.isEncrypted() && isForSignature);
    }

    private void flagFrom() {
        if (!facts.originMaySubmit() && fromIsOurs()) {
            steps.add("suspicious: From " + facts.from().get()
                    + " is internal, but the origin may not submit for it; never signed");
        } else if (direction == Direction.OUTBOUND && facts.from().isPresent() && !fromIsOurs()) {
            steps.add("From " + facts.from().get()
                    + " is outside: never signed; of mailbox policies only default counts");
        }
    }

    /** What no rule names. Anybody can mark his mail as rights-protected, which is no reason to leave clear what a level wants encrypted at any rate. */
    private Decision withoutRule() {
        if (facts.kind() != Facts.Kind.ORDINARY) {
            return relayUntouched();
        }
        return switch (groupsOfSender()) {
            case GroupsOfSender.NotKnown(String why) -> steps.tryLater(Reason.GROUP_LOOKUP_FAILED, why);
            case GroupsOfSender.Known(Set<String> groups) -> {
                Settings levels = levels(groups);
                if (!levels.encrypted().forbids(false)) {
                    yield relayUntouched();
                }
                steps.add("no rule names the trait rightsProtected, but encryption is required: as other mail");
                yield protect(Action.Protect.NOTHING, levels, Level.rule(AUTOMATIC_RULE));
            }
        };
    }

    private Decision relayUntouched() {
        String what = switch (facts.kind()) {
            case NULL_SENDER -> "has the null reverse path";
            case AUTO_REPLY -> "is an automatic reply";
            case ORDINARY -> "is encrypted by a rights management service";
        };
        steps.add("the message " + what + " and no rule names that kind: relayed untouched");
        return new Decision.Deliver(Incoming.AS_RECEIVED, unchanged());
    }

    private Decision apply(Rule rule) {
        steps.add("rule " + rule.id() + " matches: "
                + (rule.isAlways()
                        ? "always"
                        : String.join(
                                ", ",
                                rule.conditions().stream().map(Condition::key).toList())));
        return switch (rule.action()) {
            case Action.ByMailboxPolicy _ -> protect(rule, Action.Protect.NOTHING);
            case Action.Protect asked -> protect(rule, asked);
            case Action.Reject(var text) -> steps.refuse(Reason.POLICY_REFUSED, text, false, "the rule refuses");
            case Action.Defer(var text) -> steps.tryLater(Reason.POLICY_DEFERRED, text, "the rule defers");
            case Action.Redirect(MailAddress quarantine) ->
                steps.redirect(quarantine, Reason.POLICY_REFUSED, "the rule redirects");
        };
    }

    private Decision protect(Rule rule, Action.Protect asked) {
        return switch (groupsOfSender()) {
            case GroupsOfSender.NotKnown(String why) -> steps.tryLater(Reason.GROUP_LOOKUP_FAILED, why);
            case GroupsOfSender.Known(Set<String> groups) -> protect(asked, levels(groups), Level.rule(rule.id()));
        };
    }

    private Decision protect(Action.Protect asked, Settings levels, Level rule) {
        Settings settings = levels.with(asked.algorithms(), rule);
        mailboxPolicy = settings.mailboxPolicy();
        Demand sign = unlessReply(demand("sign", settings.signed(), asked.sign()));
        Demand encrypt = demand("encrypt", settings.encrypted(), asked.encrypt());
        if (sign != Demand.NEVER || encrypt != Demand.NEVER || !mailboxPolicy.isEmpty()) {
            explained = settings.explained();
        }
        Optional<Decision> stopped = facts.content() == Facts.Content.ENCRYPTED
                // Before anything that stands under the encryption, so that the answer does not hang on that
                ? existing.judgeEncryption(encrypt, levels, settings, asked)
                : Optional.empty();
        stopped = stopped.or(() -> existing.judgeSignature(sign, asked))
                .or(() -> direction == Direction.INBOUND ? existing.judgeIncoming(asked.inbound()) : Optional.empty())
                .or(() -> facts.content() == Facts.Content.SIGNED
                        ? existing.judgeDigest(sign, levels, settings, asked)
                        : Optional.empty());
        if (stopped.isPresent()) {
            return stopped.get();
        }
        if (facts.content() == Facts.Content.ENCRYPTED) {
            return keepEncrypted(sign, encrypt, asked);
        }
        boolean signedBySender = facts.content() == Facts.Content.SIGNED;
        if (signedBySender && sign != Demand.NEVER) {
            steps.add("already signed by the sender: that signature stays and is the one asked for");
        }
        Attempt signing = signedBySender ? Attempt.NOT_MADE : sign(sign, settings);
        if (signing instanceof Attempt.Failed(Decision decision)) {
            return decision;
        }
        Attempt encryption = encrypt(encrypt, settings, asked);
        if (encryption instanceof Attempt.Failed(Decision decision)) {
            return decision;
        }
        if (encryption instanceof Attempt.SignedInstead) {
            signing = signedInstead(signing, sign, settings);
            if (signing instanceof Attempt.Failed(Decision decision)) {
                return decision;
            }
        }
        return deliver(
                incoming(asked),
                protection(settings, signing, encryption),
                sign == Demand.NEVER && encrypt == Demand.NEVER,
                asked,
                HeaderSettings.of(settings));
    }

    private Protection protection(Settings settings, Attempt signing, Attempt encryption) {
        boolean isSigned = signing instanceof Attempt.Made;
        if (encryption instanceof Attempt.Encrypted(EncryptionSettings chosen)) {
            if (!isSigned) {
                return new Protection.Encrypted(chosen);
            }
            return settings.smime().is(SmimeParameter.TRIPLE_WRAP)
                    ? new Protection.TripleWrapped(signingFor(settings), chosen)
                    : new Protection.SignedAndEncrypted(signingFor(settings), chosen);
        }
        return isSigned ? new Protection.Signed(signingFor(settings)) : unchanged();
    }

    private Decision deliver(
            Incoming incoming,
            Protection protection,
            boolean nothingDemanded,
            Action.Protect asked,
            HeaderSettings headers) {
        boolean isLookedInto = facts.content() == Facts.Content.ENCRYPTED
                ? incoming == Incoming.OPEN
                : incoming != Incoming.AS_RECEIVED;
        // What a mailing list sends on is left as the list signed it
        boolean strip = asked.inbound().strip()
                && nothingDemanded
                && direction == Direction.INBOUND
                && facts.signature() == Facts.Signature.VALID
                && isLookedInto
                && protection instanceof Protection.Kept
                && !facts.message().traits().contains(Facts.Trait.MAILING_LIST);
        if (strip) {
            steps.add("the valid signature is taken off");
        }
        List<HeaderChange> changes = new ArrayList<>(asked.header().changes());
        if (!asked.header().tags().isEmpty()) {
            changes.add(new HeaderChange.TagSubject(
                    asked.header().tags().getOrDefault(facts.signature(), ""),
                    asked.header().tags().values().stream().distinct().sorted().toList()));
        }
        boolean isMade = !(protection instanceof Protection.Clear || protection instanceof Protection.Kept);
        return new Decision.Deliver(
                incoming,
                strip ? new Protection.Clear() : protection,
                new Decision.Changes(strip, changes, isMade ? headers : HeaderSettings.DEFAULT));
    }

    /** An invitation that is signed opaque cannot be answered in many clients. */
    private SigningSettings signingFor(Settings settings) {
        SigningSettings signing = SigningChoice.of(settings);
        return facts.message().traits().contains(Facts.Trait.CALENDAR) ? signing.inClear() : signing;
    }

    private Demand unlessReply(Demand sign) {
        boolean isReply = facts.message().traits().contains(Facts.Trait.REPLY);
        if (sign == Demand.IF_POSSIBLE && isReply && policy.smime().is(SmimeParameter.NO_SIGN_ON_REPLY)) {
            steps.add("not signed: NoSignOnReply, and no signature is required");
            return Demand.NEVER;
        }
        return sign;
    }

    /** The groups of our own sender that a directory server knows, as far as a mailbox policy hangs on them. */
    private GroupsOfSender groupsOfSender() {
        Set<String> groups = new HashSet<>();
        Optional<MailAddress> sender = isOurOwn() ? gathered.sender().filter(policy::isInternal) : Optional.empty();
        if (sender.isPresent()) {
            for (String group :
                    policy.mailboxPolicies().withPolicy(policy.directoryGroups().keySet())) {
                switch (gathered.member(sender.get(), group)) {
                    case Truth.Yes _ -> groups.add(group);
                    case Truth.No _ -> {}
                    case Truth.NotKnown(String why) -> {
                        return new GroupsOfSender.NotKnown(why);
                    }
                }
            }
        }
        return new GroupsOfSender.Known(groups);
    }

    private boolean isOurOwn() {
        return facts.originMaySubmit()
                && direction != Direction.INBOUND
                && (facts.from().isEmpty() || fromIsOurs());
    }

    private Settings levels(Set<String> groups) {
        if (!facts.originMaySubmit() || direction == Direction.INBOUND) {
            return policy.mailboxPolicies().organisation().withoutRequirements();
        }
        if (facts.from().isPresent() && !fromIsOurs()) {
            return policy.mailboxPolicies().organisation().withoutSignature();
        }
        return gathered.sender()
                .filter(policy::isInternal)
                .map(sender -> policy.mailboxPolicies().of(sender, groups))
                .orElse(policy.mailboxPolicies().organisation());
    }

    private Demand demand(String what, Requirement<Boolean> byLevels, Optional<Demand> byRule) {
        byRule.ifPresent(asked -> steps.add("the rule asks " + what + ": " + Words.word(asked)));
        if (!byLevels.value()) {
            return byRule.orElse(Demand.NEVER);
        }
        steps.add(byLevels.from() + " asks " + what + ": required");
        if (byRule.isEmpty() || byRule.get() == Demand.REQUIRED) {
            return Demand.REQUIRED;
        }
        if (byLevels.forbids(false)) {
            steps.add("the rule cannot weaken that: no mayWeaken for it");
            return Demand.REQUIRED;
        }
        return byRule.get();
    }

    private Decision keepEncrypted(Demand sign, Demand encrypt, Action.Protect asked) {
        steps.add("already encrypted by the sender: never encrypted again");
        if (sign != Demand.NEVER) {
            steps.add("whether it is signed inside cannot be seen; an outer signature is not added");
        }
        // Encryption that is asked for and met by the sender's own must not be taken off on the way.
        Incoming incoming = encrypt == Demand.NEVER ? incoming(asked) : Incoming.AS_RECEIVED;
        return deliver(
                incoming,
                new Protection.Kept(),
                sign == Demand.NEVER && encrypt == Demand.NEVER,
                asked,
                HeaderSettings.DEFAULT);
    }

    private Attempt sign(Demand demand, Settings settings) {
        if (demand == Demand.NEVER) {
            return Attempt.NOT_MADE;
        }
        if (!facts.originMaySubmit() || !fromIsOurs()) {
            String why = !facts.originMaySubmit()
                    ? "the origin may not submit for us"
                    : facts.from().isEmpty() ? "From is not exactly one address" : "From is outside";
            return notSigned(demand, Reason.ORIGIN_MAY_NOT_SIGN, why);
        }
        return switch (certificates.signingKey(settings.keyPlace())) {
            case DirectoryFacts.Fact.Available(KeyFacts key, Capabilities _) -> {
                Optional<String> whyNot = KeyRules.whyNot(settings, key);
                if (whyNot.isPresent()) {
                    yield notSigned(
                            demand,
                            Reason.NO_SIGNING_KEY,
                            "key of " + facts.from().get() + ": " + whyNot.get());
                }
                steps.add("signed with the key of " + facts.from().get());
                yield new Attempt.Made();
            }
            case DirectoryFacts.Fact.NotUsable(var status) ->
                notSigned(
                        demand,
                        Reason.NO_SIGNING_KEY,
                        settings.keyNeeded() + " of " + facts.from().get() + ": " + status.text());
            case DirectoryFacts.Fact.LookupFailed(String why) ->
                new Attempt.Failed(steps.tryLater(Reason.STORE_UNAVAILABLE, "signing key not known: " + why));
        };
    }

    private Attempt notSigned(Demand demand, Reason reason, String why) {
        if (demand == Demand.REQUIRED) {
            return new Attempt.Failed(steps.refuse(reason, why));
        }
        steps.add("not signed: " + why);
        return Attempt.NOT_MADE;
    }

    private Attempt encrypt(Demand demand, Settings settings, Action.Protect asked) {
        if (demand == Demand.NEVER) {
            return Attempt.NOT_MADE;
        }
        return switch (certificates.recipientCertificate()) {
            case DirectoryFacts.Fact.Available(KeyFacts key, Capabilities reads) ->
                KeyRules.whyNot(settings, key)
                        .map(whyNot -> withoutCertificate(demand, settings, asked, whyNot))
                        .orElseGet(() -> encrypt(demand, settings, AlgorithmChoice.of(settings, key, reads), asked));
            case DirectoryFacts.Fact.NotUsable(var status) ->
                withoutCertificate(demand, settings, asked, status.text());
            case DirectoryFacts.Fact.LookupFailed(String why) ->
                lookupFailed(demand, asked.onLookupFailure(), "certificate of " + facts.recipient() + ": " + why);
        };
    }

    private Attempt encrypt(Demand demand, Settings settings, AlgorithmChoice choice, Action.Protect asked) {
        return switch (choice) {
            case AlgorithmChoice.Agreed(EncryptionSettings chosen, String why) -> {
                steps.add("encrypted for " + facts.recipient() + " with " + chosen.cipher());
                if (!why.isEmpty()) {
                    steps.add("negotiated: " + why);
                }
                yield new Attempt.Encrypted(chosen);
            }
            case AlgorithmChoice.NotAgreed(String why) ->
                demand == Demand.REQUIRED
                        ? new Attempt.Failed(notAgreed(asked.onMissingCertificate(), why))
                        : missingCertificate(demand, settings, asked, Reason.ALGORITHM_NOT_ALLOWED, why);
        };
    }

    // Waiting for a certificate does not help, and a signature is for who has none
    private Decision notAgreed(Optional<OnFailure> onMissing, String why) {
        return switch (onMissing.orElse(new OnFailure.Refuse())) {
            case OnFailure.SendTo(MailAddress quarantine) ->
                steps.redirect(quarantine, Reason.ALGORITHM_NOT_ALLOWED, why);
            case OnFailure.RefuseAll _ -> steps.refuse(Reason.ALGORITHM_NOT_ALLOWED, Optional.empty(), true, why);
            case OnFailure.Refuse _,
                    OnFailure.TryLater _,
                    OnFailure.DeliverAnyway _,
                    OnFailure.SendSigned _,
                    OnFailure.LeaveClosed _ -> steps.refuse(Reason.ALGORITHM_NOT_ALLOWED, why);
        };
    }

    private Attempt withoutCertificate(Demand demand, Settings settings, Action.Protect asked, String whyNot) {
        return missingCertificate(
                demand,
                settings,
                asked,
                Reason.NO_RECIPIENT_CERTIFICATE,
                "certificate of " + facts.recipient() + ": " + whyNot);
    }

    // Deferred even where encryption is optional, unless the rule says otherwise: else whoever can disturb the look-up
    // turns it off.
    private Attempt lookupFailed(Demand demand, OnFailure onFailure, String why) {
        if (onFailure instanceof OnFailure.DeliverAnyway && demand != Demand.REQUIRED) {
            steps.add("not encrypted, as onLookupFailure says: " + why);
            return Attempt.NOT_MADE;
        }
        return new Attempt.Failed(
                onFailure instanceof OnFailure.SendTo(MailAddress quarantine)
                        ? steps.redirect(quarantine, Reason.CERTIFICATE_LOOKUP_FAILED, why)
                        : steps.tryLater(Reason.CERTIFICATE_LOOKUP_FAILED, why));
    }

    private Attempt missingCertificate(
            Demand demand, Settings settings, Action.Protect asked, Reason refused, String why) {
        OnFailure outcome = asked.onMissingCertificate()
                .orElse(demand == Demand.REQUIRED ? new OnFailure.Refuse() : new OnFailure.DeliverAnyway());
        return switch (outcome) {
            case OnFailure.DeliverAnyway _
            when demand != Demand.REQUIRED -> {
                steps.add("not encrypted: " + why);
                yield Attempt.NOT_MADE;
            }
            case OnFailure.SendSigned _
            when !settings.encrypted().forbids(false) -> {
                steps.add("not encrypted, so it must be signed: " + why);
                yield new Attempt.SignedInstead();
            }
            case OnFailure.Refuse _, OnFailure.DeliverAnyway _, OnFailure.SendSigned _, OnFailure.LeaveClosed _ ->
                new Attempt.Failed(steps.refuse(refused, why));
            case OnFailure.RefuseAll _ -> new Attempt.Failed(steps.refuse(refused, Optional.empty(), true, why));
            case OnFailure.TryLater _ -> new Attempt.Failed(steps.tryLater(Reason.RECIPIENT_CERTIFICATE_AWAITED, why));
            case OnFailure.SendTo(MailAddress quarantine) ->
                new Attempt.Failed(steps.redirect(quarantine, refused, why));
        };
    }

    private Attempt signedInstead(Attempt signing, Demand sign, Settings settings) {
        boolean isSignedBySender = facts.content() == Facts.Content.SIGNED;
        if (signing instanceof Attempt.Made || (isSignedBySender && facts.signature() != Facts.Signature.INVALID)) {
            return signing;
        }
        // A key that was asked for is not there
        return isSignedBySender || sign != Demand.NEVER
                ? new Attempt.Failed(steps.refuse(
                        Reason.NO_RECIPIENT_CERTIFICATE, "neither encrypted nor signed, as the rule demands"))
                : sign(Demand.REQUIRED, settings);
    }

    private Incoming incoming(Action.Protect asked) {
        boolean comesIn = direction == Direction.INBOUND;
        boolean staysClosed = asked.inbound()
                .onUnauthenticated()
                .filter(OnFailure.LeaveClosed.class::isInstance)
                .isPresent();
        if (staysClosed && facts.existing().isUnauthenticated()) {
            steps.add("left closed: nothing says that nobody changed it on its way");
            return Incoming.VERIFY;
        }
        if (asked.decrypt().orElse(comesIn && asked.verify().orElse(true))) {
            return Incoming.OPEN;
        }
        return asked.verify().orElse(comesIn) ? Incoming.VERIFY : Incoming.AS_RECEIVED;
    }

    private Protection unchanged() {
        return switch (facts.content()) {
            case CLEAR, OTHER_CMS -> new Protection.Clear();
            case SIGNED, ENCRYPTED -> new Protection.Kept();
        };
    }

    private boolean fromIsOurs() {
        return facts.from().filter(policy::isInternal).isPresent();
    }

    private sealed interface GroupsOfSender {
        record Known(Set<String> groups) implements GroupsOfSender {}

        record NotKnown(String why) implements GroupsOfSender {}
    }

    /** Stands as rule id where no rule matched; no rule can have a colon in its id. */
    static final String AUTOMATIC_RULE = "built-in:automatic";
}
