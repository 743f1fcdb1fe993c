package org.postseal.policy.deciding;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.Assumptions;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Decision.Incoming;
import org.postseal.policy.outcome.Explanation;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.HeaderSettings;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.Demand;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.rule.RuleIndex;
import org.postseal.policy.settings.Level;
import org.postseal.policy.settings.Setting;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.settings.SmimeParameter;
import org.postseal.policy.yaml.Words;

/**
 * Makes one decision. It finds the rule, asks for certificates only if the outcome depends on them, and writes down
 * each step. Used once.
 */
final class Decider {
    private final Policy policy;
    private final Facts facts;
    private final DirectoryFacts certificates;
    private final Direction direction;
    private final Asked gathered;
    private final Asked anyRule;
    private final SenderLevels senders;
    private final Steps steps = new Steps();
    private final ExistingProtection existing;
    private final Demands demands;
    private String mailboxPolicy = "";
    private List<Setting> explained = List.of();

    Decider(Policy policy, Facts facts, DirectoryFacts certificates, Assumptions assumptions) {
        this(policy, facts, certificates, new Asked(facts, policy.internal(), certificates, assumptions));
    }

    private Decider(Policy policy, Facts facts, DirectoryFacts certificates, Asked gathered) {
        this.policy = policy;
        this.facts = facts;
        this.certificates = certificates;
        this.gathered = gathered;
        this.direction = gathered.direction();
        this.anyRule = gathered.ofAnyRule();
        this.senders = new SenderLevels(policy, facts, direction, gathered);
        this.existing = new ExistingProtection(facts, policy.quarantine(), steps);
        this.demands =
                new Demands(facts, gathered, new AcceptedEncryption(facts, certificates, steps), existing, steps);
    }

    Ruling decide() {
        return SentOnMail.isBound(policy, facts, gathered, anyRule)
                ? new Decider(policy, facts.asSentOn(), certificates, gathered.asSentOn(policy.internal()))
                        .encryptionAlone()
                        .orElseGet(this::decideAsItCame)
                : decideAsItCame();
    }

    /**
     * Decides by the encryption that is demanded, and by nothing else; empty if none is. A rule that looks under an
     * encryption counts whatever is there.
     */
    private Optional<Ruling> encryptionAlone() {
        return policy
                .mayMatch(
                        anyRule, match -> !match.hangsOnInside() && match.rule().action() instanceof Action.Delivery)
                .stream()
                .filter(match -> match.rule().action() instanceof Action.Delivery)
                .flatMap(match -> encryptionAlone(match.rule(), match.truth(), match.hangsOnInside())
                        .map(decision -> forwarded(decision, match.rule().id()))
                        .stream())
                .findFirst();
    }

    private Optional<Decision> encryptionAlone(Rule rule, Truth truth, boolean isInside) {
        if (truth instanceof Truth.NotKnown(String why) && !isInside) {
            return Optional.of(notKnown(rule, why));
        }
        return switch (senders.levels()) {
            case SenderLevels.Levels.NotKnown(String why) ->
                Optional.of(steps.tryLater(Reason.GROUP_LOOKUP_FAILED, why));
            case SenderLevels.Levels.Known(Settings levels) -> {
                if (!rule.action().demandsEncryption(levels)) {
                    yield Optional.empty();
                }
                steps.add("it is sent on, and From is internal, or may be: the encryption that rule " + rule.id()
                        + " asks of our users' mail binds it");
                yield Optional.of(protect(rule.action().asked().encryptionOnly(), levels, Level.rule(rule.id())));
            }
        };
    }

    private Ruling forwarded(Decision decision, String rule) {
        return ruling(Direction.FORWARDED, concealed(decision), rule, Optional.empty());
    }

    private Ruling decideAsItCame() {
        steps.add("direction " + Words.word(direction) + ": the origin " + (facts.originMaySubmit() ? "may" : "may not")
                + " submit for us, " + facts.recipient() + " is "
                + (policy.isInternal(facts.recipient()) ? "internal" : "outside")
                + (policy.isSpelledOtherwise(facts.recipient())
                        ? ", but its domain is spelled otherwise than in the policy, so RCPT refuses it"
                        : "")
                + (facts.originMaySubmit() && direction == Direction.INBOUND ? ", the sender is outside" : ""));
        senders.tell(steps);
        return switch (new BlindJudge(policy, gathered, senders, demands, steps).judge()) {
            case BlindJudge.Result.ByRules _ -> byRules();
            case BlindJudge.Result.ByRule(RuleIndex.Match match) -> {
                steps.add("rule " + match.rule().id() + " decides, whatever is under the encryption");
                yield decided(match);
            }
            case BlindJudge.Result.Held(Decision decision, Rule rule, Settings settings) -> {
                mailboxPolicy = settings.mailboxPolicy();
                explained = settings.explained();
                yield ruling(decision, rule.id(), rule.notice() ? toldOf(decision) : Optional.empty());
            }
        };
    }

    private Ruling byRules() {
        Optional<RuleIndex.Match> first = policy.firstMatch(anyRule, senders::levels);
        if (first.isEmpty()) {
            return byRuleThatNames();
        }
        Rule rule = first.get().rule();
        if (rule.leftAlone(gathered).isEmpty()) {
            return decided(first.get());
        }
        return first.get().truth() instanceof Truth.NotKnown(String why)
                ? ruling(concealed(notKnown(rule, why)), rule.id(), Optional.empty())
                : unnamed(rule);
    }

    /**
     * Defers the message. The rules behind this one cannot decide it either, because it is not known whether this one
     * matches first.
     */
    private Decision notKnown(Rule rule, String why) {
        steps.add("rule " + rule.id() + " may match or not");
        return steps.tryLater(Reason.GROUP_LOOKUP_FAILED, why);
    }

    private Ruling decided(RuleIndex.Match match) {
        Rule rule = match.rule();
        Decision decision = switch (match.truth()) {
            case Truth.NotKnown(String why) -> notKnown(rule, why);
            case Truth.Yes _, Truth.No _ -> apply(rule);
        };
        decision = concealed(decision);
        return ruling(decision, rule.id(), rule.notice() ? toldOf(decision) : Optional.empty());
    }

    private Decision concealed(Decision decision) {
        return lookedInside()
                ? existing.conceal(decision, direction, new Decision.Changes(false, changes(Action.HeaderEdits.NONE)))
                : decision;
    }

    private boolean lookedInside() {
        return gathered.lookedInside() || anyRule.lookedInside();
    }

    private Ruling ruling(Decision decision, String rule, Optional<MailAddress> notice) {
        return ruling(direction, decision, rule, notice);
    }

    private Ruling ruling(Direction told, Decision decision, String rule, Optional<MailAddress> notice) {
        gathered.incomplete()
                .forEach(field -> steps.addFirst("how mail programs show field " + field
                        + " cannot be told: rules that demand encryption, refuse or redirect match it,"
                        + " and no unless does"));
        return new Ruling(
                facts.recipient(),
                decision,
                new Explanation(told, rule, mailboxPolicy, steps.all(), explained, steps.closed()),
                notice);
    }

    /**
     * Returns the address that gets a notice: only our own sender, and never about mail for which no person waits,
     * because two machines would write to each other for ever (RFC 3834 §2).
     */
    private Optional<MailAddress> toldOf(Decision decision) {
        // The peer tells its sender of a refusal, by a bounce or on the screen.
        boolean isWorthIt = decision instanceof Decision.Redirect;
        boolean isPerson =
                facts.kind() == Facts.Kind.ORDINARY && !facts.message().traits().contains(Facts.Trait.MAILING_LIST);
        Optional<MailAddress> sender = isWorthIt
                        && isPerson
                        && facts.isWrittenHere()
                        && direction != Direction.INBOUND
                        && !hangsOnInside(decision)
                ? facts.envelopeSender().filter(policy::isInternal)
                : Optional.empty();
        sender.ifPresent(address -> steps.add("a notice tells " + address));
        return sender;
    }

    /** A notice is a reply too, so it must not tell what only a key of ours opened. */
    private boolean hangsOnInside(Decision decision) {
        boolean isForSignature = decision instanceof Decision.Redirect(var _, Reason why)
                && (why == Reason.INVALID_SIGNATURE
                        || why == Reason.CONTENT_UNAUTHENTICATED
                        || why == Reason.CONTENT_SUSPICIOUS);
        return lookedInside() || (gathered.isEncrypted() && isForSignature);
    }

    /**
     * Decides about automatic and rights-protected mail when the rule that would decide about other mail does not name
     * it. Anybody can mark their mail as such, and must not escape a demand to encrypt by it. For automatic mail,
     * nothing else that the rule says counts. A rule that does not deliver does not hold such mail back; the next rule
     * that would deliver is asked instead.
     */
    private Ruling unnamed(Rule ordinary) {
        return switch (senders.levels()) {
            case SenderLevels.Levels.NotKnown(String why) ->
                ruling(concealed(steps.tryLater(Reason.GROUP_LOOKUP_FAILED, why)), AUTOMATIC_RULE, Optional.empty());
            case SenderLevels.Levels.Known(Settings levels) -> {
                Optional<RuleIndex.Match> behind = behind(ordinary);
                if (behind.isPresent() && behind.get().truth() instanceof Truth.NotKnown(String why)) {
                    yield ruling(
                            concealed(notKnown(behind.get().rule(), why)),
                            behind.get().rule().id(),
                            Optional.empty());
                }
                Rule demanding = behind.map(RuleIndex.Match::rule)
                        .filter(rule -> rule.action().demandsEncryption(levels))
                        .orElse(ordinary);
                if (!demanding.action().demandsEncryption(levels)) {
                    yield byRuleThatNames();
                }
                steps.add("the message " + special() + ", which rule " + demanding.id()
                        + " does not name, but encryption is required of every kind of mail");
                Optional<RuleIndex.Match> named = policy.firstMatch(gathered, senders::levels);
                boolean isDelivered = named.isEmpty()
                        || (named.get().truth() instanceof Truth.Yes
                                && named.get().rule().action() instanceof Action.Delivery);
                if (!isDelivered) {
                    yield decided(named.get());
                }
                if (facts.kind() != Facts.Kind.ORDINARY) {
                    yield automatic(demanding, named.map(RuleIndex.Match::rule), levels);
                }
                Decision decision = concealed(apply(ordinary));
                yield ruling(decision, ordinary.id(), ordinary.notice() ? toldOf(decision) : Optional.empty());
            }
        };
    }

    /**
     * Returns the first rule that matches or may match and either delivers or names this kind of mail, such as an
     * automatic reply. Empty if that rule names the kind, or if {@code ordinary} delivers itself.
     */
    private Optional<RuleIndex.Match> behind(Rule ordinary) {
        return ordinary.action() instanceof Action.Delivery
                ? Optional.empty()
                : policy.firstMatch(
                                anyRule,
                                senders::levels,
                                rule -> rule.action() instanceof Action.Delivery
                                        || rule.leftAlone(gathered).isEmpty())
                        .filter(match -> match.rule().leftAlone(gathered).isPresent());
    }

    /** A later rule that names the kind has its say, but it can neither take the encryption off again nor weaken it. */
    private Ruling automatic(Rule demanding, Optional<Rule> named, Settings levels) {
        Action.Protect asked = demanding.action().asked();
        Level demand = Level.rule(demanding.id());
        if (named.isPresent() && named.get().action() instanceof Action.Delivery delivery) {
            String id = named.get().id();
            steps.add("rule " + id + " names it, behind the one that requires encryption");
            Settings required = levels.with(asked.settings().ofEncryption(), demand);
            Decision decision = protect(delivery.asked().bound(required), required, Level.rule(id));
            return ruling(concealed(decision), id, Optional.empty());
        }
        steps.add("it is not signed");
        Decision decision = protect(asked.encryptionOnly(), levels.withoutSignature(), demand);
        return ruling(
                concealed(demands.unlessEncrypted(decision, policy.quarantine())), demanding.id(), Optional.empty());
    }

    private Ruling byRuleThatNames() {
        return policy.firstMatch(gathered, senders::levels)
                .map(this::decided)
                .orElseGet(() -> ruling(relayUntouched(), AUTOMATIC_RULE, Optional.empty()));
    }

    private Decision relayUntouched() {
        steps.add("the message " + special() + " and no rule names that kind: relayed untouched");
        return new Decision.Deliver(
                Incoming.AS_RECEIVED,
                AddedProtection.none(facts),
                new Decision.Changes(false, changes(Action.HeaderEdits.NONE)));
    }

    private String special() {
        return switch (facts.kind()) {
            case NULL_SENDER -> "has the null reverse path";
            case AUTO_REPLY -> "is an automatic reply";
            case ORDINARY -> "is encrypted by a rights management service";
        };
    }

    private Decision apply(Rule rule) {
        steps.add("rule " + rule.id() + " matches: "
                + (rule.isAlways()
                        ? "always"
                        : String.join(
                                ", ",
                                rule.conditions().stream().map(Condition::key).toList())));
        return switch (rule.action()) {
            case Action.Delivery delivery -> protect(rule, delivery.asked());
            case Action.Reject(var text) -> steps.refuse(Reason.POLICY_REFUSED, text, false, "the rule refuses");
            case Action.Defer(var text) -> steps.tryLater(Reason.POLICY_DEFERRED, text, "the rule defers");
            case Action.Redirect(MailAddress quarantine) ->
                steps.redirect(quarantine, Reason.POLICY_REFUSED, "the rule redirects");
        };
    }

    private Decision protect(Rule rule, Action.Protect asked) {
        return switch (senders.levels()) {
            case SenderLevels.Levels.NotKnown(String why) -> steps.tryLater(Reason.GROUP_LOOKUP_FAILED, why);
            case SenderLevels.Levels.Known(Settings levels) -> protect(asked, levels, Level.rule(rule.id()));
        };
    }

    private Decision protect(Action.Protect asked, Settings levels, Level rule) {
        Settings settings = levels.with(asked.settings(), rule);
        mailboxPolicy = settings.mailboxPolicy();
        Demand sign = unlessReply(demands.of("sign", settings.signed(), asked.sign()));
        Demand encrypt = demands.of("encrypt", settings.encrypted(), asked.encrypt());
        if (sign != Demand.NEVER || encrypt != Demand.NEVER || !mailboxPolicy.isEmpty()) {
            explained = settings.explained();
        }
        Optional<Decision> stopped = demands.judgeOutside(encrypt, levels, settings, asked)
                .or(() -> existing.judgeSignature(sign, asked))
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
        return switch (new AddedProtection(facts, certificates, senders.fromIsOurs(), settings, asked, steps)
                .of(sign, encrypt)) {
            case AddedProtection.Stopped(Decision decision) -> decision;
            case AddedProtection.Chosen(Protection protection) ->
                deliver(
                        incoming(asked),
                        protection,
                        sign == Demand.NEVER && encrypt == Demand.NEVER,
                        asked,
                        settings.headers());
        };
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
        // Mail from a mailing list stays as the list signed it.
        boolean strip = asked.inbound().strip()
                && nothingDemanded
                && direction == Direction.INBOUND
                && facts.signature() == Facts.Signature.VALID
                && isLookedInto
                && facts.existing().suspicion().isEmpty()
                && protection instanceof Protection.Kept
                && !facts.message().traits().contains(Facts.Trait.MAILING_LIST);
        if (strip) {
            steps.add("the valid signature is taken off");
        }
        boolean isMade = !(protection instanceof Protection.Clear || protection instanceof Protection.Kept);
        return new Decision.Deliver(
                incoming,
                strip ? new Protection.Clear() : protection,
                new Decision.Changes(strip, changes(asked.header()), isMade ? headers : HeaderSettings.DEFAULT));
    }

    /**
     * Nobody outside may write a tag or a field of ours, whichever rule would set it, so all are taken out of what
     * comes in.
     */
    private List<HeaderChange> changes(Action.HeaderEdits edits) {
        return direction == Direction.INBOUND
                ? edits.of(
                        facts.signature(), policy.marks().tags(), policy.marks().fields())
                : edits.of(facts.signature(), edits.ownTags(), List.of());
    }

    private Demand unlessReply(Demand sign) {
        boolean isReply = facts.message().traits().contains(Facts.Trait.REPLY);
        if (sign == Demand.IF_POSSIBLE && isReply && policy.smime().is(SmimeParameter.NO_SIGN_ON_REPLY)) {
            steps.add("not signed: NoSignOnReply, and no signature is required");
            return Demand.NEVER;
        }
        return sign;
    }

    private Decision keepEncrypted(Demand sign, Demand encrypt, Action.Protect asked) {
        steps.add("already encrypted by the sender: never encrypted again");
        if (sign != Demand.NEVER) {
            steps.add("whether it is signed inside cannot be seen; an outer signature is not added");
        }
        // If encryption is demanded and the sender's own meets the demand, it must not be taken off on the way.
        Incoming incoming = encrypt == Demand.NEVER ? incoming(asked) : Incoming.AS_RECEIVED;
        if (encrypt != Demand.NEVER) {
            steps.leaveClosed(Handling.Closed.ENCRYPTION_DEMANDED);
        }
        return deliver(
                incoming,
                new Protection.Kept(),
                sign == Demand.NEVER && encrypt == Demand.NEVER,
                asked,
                HeaderSettings.DEFAULT);
    }

    private Incoming incoming(Action.Protect asked) {
        if (!opens(asked)) {
            return asked.verify().orElse(direction == Direction.INBOUND) ? Incoming.VERIFY : Incoming.AS_RECEIVED;
        }
        Optional<String> why = existing.whyClosed(asked.inbound());
        why.ifPresent(text -> steps.add("left closed: " + text));
        return why.isPresent() ? Incoming.KEEP_CLOSED : Incoming.OPEN;
    }

    private boolean opens(Action.Protect asked) {
        return asked.decrypt()
                .orElse(direction == Direction.INBOUND && asked.verify().orElse(true));
    }

    /** The rule id when no rule matched; no rule can have a colon in its id. */
    static final String AUTOMATIC_RULE = "built-in:automatic";
}
