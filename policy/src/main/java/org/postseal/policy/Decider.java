package org.postseal.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.Action.Demand;
import org.postseal.policy.Action.OnFailure;
import org.postseal.policy.Decision.Incoming;
import org.postseal.policy.yaml.Words;

/** One decision in the making: finds the rule, asks for certificates only where the outcome hangs on them, and writes down each step. Used once. */
final class Decider {
    private final RuleSet policy;
    private final Facts facts;
    private final CertificateFacts certificates;
    private final Direction direction;
    private final List<String> steps = new ArrayList<>();
    private String mailboxPolicy = "";

    Decider(RuleSet policy, Facts facts, CertificateFacts certificates) {
        this.policy = policy;
        this.facts = facts;
        this.certificates = certificates;
        this.direction = direction(policy, facts);
    }

    /**
     * Origin before From: whoever submits through us and writes another From must not slip past the outbound rules. To one of ours, mail of a foreign sender that a trusted peer hands
     * over is mail from outside, whatever the peer may submit besides: on a listener for both directions nothing else tells them apart.
     */
    private static Direction direction(RuleSet policy, Facts facts) {
        boolean recipientIsOurs = policy.isInternal(facts.recipient());
        if (!facts.originMaySubmit()) {
            return recipientIsOurs ? Direction.INBOUND : Direction.FORWARDED;
        }
        if (!recipientIsOurs) {
            return Direction.OUTBOUND;
        }
        boolean foreign = Condition.sender(facts)
                .filter(sender -> !policy.isInternal(sender))
                .isPresent();
        return foreign ? Direction.INBOUND : Direction.INTERNAL;
    }

    Ruling decide() {
        steps.add("direction " + Words.word(direction) + ": the origin " + (facts.originMaySubmit() ? "may" : "may not")
                + " submit for us, " + facts.recipient() + " is "
                + (policy.isInternal(facts.recipient()) ? "internal" : "outside")
                + (facts.originMaySubmit() && direction == Direction.INBOUND ? ", the sender is outside" : ""));
        flagFrom();
        Optional<Rule> match = policy.firstMatch(facts, direction);
        Decision decision = match.map(this::apply).orElseGet(this::relayAutomatic);
        return new Ruling(
                facts.recipient(),
                decision,
                new Explanation(
                        direction, match.map(Rule::id).orElse(AUTOMATIC_RULE), mailboxPolicy, List.copyOf(steps)));
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

    private Decision relayAutomatic() {
        String what = facts.kind() == Facts.Kind.NULL_SENDER ? "has the null reverse path" : "is an automatic reply";
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
            case Action.Reject _ -> refuse(Reason.POLICY_REFUSED, "the rule refuses");
            case Action.Defer _ -> tryLater(Reason.POLICY_DEFERRED, "the rule defers");
            case Action.Redirect(MailAddress quarantine) ->
                redirect(quarantine, Reason.POLICY_REFUSED, "the rule redirects");
        };
    }

    private Decision protect(Rule rule, Action.Protect asked) {
        Settings settings = settings().with(asked.algorithms(), "rule " + rule.id());
        mailboxPolicy = settings.mailboxPolicy();
        Demand sign = demand("sign", settings.signed(), asked.sign());
        Demand encrypt = demand("encrypt", settings.encrypted(), asked.encrypt());
        Optional<Decision> stopped = judgeSignature(sign, asked);
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
        boolean isSigned = signing instanceof Attempt.Made;
        Protection protection;
        if (encryption instanceof Attempt.Made) {
            protection = isSigned
                    ? new Protection.SignedAndEncrypted(settings.signing(), settings.encryption())
                    : new Protection.Encrypted(settings.encryption());
        } else {
            protection = isSigned ? new Protection.Signed(settings.signing()) : unchanged();
        }
        return new Decision.Deliver(incoming(asked), protection);
    }

    private Settings settings() {
        if (!facts.originMaySubmit() || direction == Direction.INBOUND) {
            return policy.mailboxPolicies().organisation().withoutRequirements();
        }
        if (facts.from().isPresent() && !fromIsOurs()) {
            return policy.mailboxPolicies().organisation().withoutSignature();
        }
        return Condition.sender(facts)
                .filter(policy::isInternal)
                .map(policy.mailboxPolicies()::of)
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

    private Optional<Decision> judgeSignature(Demand sign, Action.Protect asked) {
        if (facts.signature() != Facts.Signature.INVALID) {
            return Optional.empty();
        }
        // A broken signature is no signature: it cannot stand for the required one, nor may a second one be put over
        // it.
        boolean isDemanded = sign == Demand.REQUIRED && facts.content() == Facts.Content.SIGNED;
        OnFailure outcome =
                asked.onInvalidSignature().orElse(isDemanded ? new OnFailure.Refuse() : new OnFailure.DeliverAnyway());
        String found = "the signature of the message is not valid";
        boolean isTold = outcome instanceof OnFailure.Refuse || outcome instanceof OnFailure.TryLater;
        if (facts.content() == Facts.Content.ENCRYPTED && isTold) {
            // Only what our key opened has such a signature. Who sends altered ciphertext and is told so has a padding
            // oracle (RFC 8551 §6): with CBC each refusal says that the padding was right.
            steps.add(found
                    + ", but was found under encryption and no reply may tell that: delivered, never as unsigned");
            return Optional.empty();
        }
        return switch (outcome) {
            case OnFailure.Refuse _ -> Optional.of(refuse(Reason.INVALID_SIGNATURE, found));
            case OnFailure.TryLater _ -> Optional.of(tryLater(Reason.POLICY_DEFERRED, found));
            case OnFailure.SendTo(MailAddress quarantine) ->
                Optional.of(redirect(quarantine, Reason.INVALID_SIGNATURE, found));
            case OnFailure.DeliverAnyway _ -> {
                steps.add(found + ": delivered, never as unsigned");
                yield Optional.empty();
            }
        };
    }

    private Decision keepEncrypted(Demand sign, Demand encrypt, Action.Protect asked) {
        steps.add("already encrypted by the sender: never encrypted again");
        if (sign != Demand.NEVER) {
            steps.add("whether it is signed inside cannot be seen; an outer signature is not added");
        }
        // Encryption that is asked for and met by the sender's own must not be taken off on the way.
        Incoming incoming = encrypt == Demand.NEVER ? incoming(asked) : Incoming.AS_RECEIVED;
        return new Decision.Deliver(incoming, new Protection.Kept());
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
            case CertificateFacts.Fact.Available _ -> {
                steps.add("signed with the key of " + facts.from().get());
                yield new Attempt.Made();
            }
            case CertificateFacts.Fact.NotUsable(var status) ->
                notSigned(
                        demand,
                        Reason.NO_SIGNING_KEY,
                        (settings.softCertificates() ? "key of " : "key in hardware (AllowSMIMESoftCerts is false) of ")
                                + facts.from().get() + ": " + status.text());
            case CertificateFacts.Fact.LookupFailed(String why) ->
                new Attempt.Failed(tryLater(Reason.STORE_UNAVAILABLE, "signing key not known: " + why));
        };
    }

    private Attempt notSigned(Demand demand, Reason reason, String why) {
        if (demand == Demand.REQUIRED) {
            return new Attempt.Failed(refuse(reason, why));
        }
        steps.add("not signed: " + why);
        return Attempt.NOT_MADE;
    }

    private Attempt encrypt(Demand demand, Settings settings, Action.Protect asked) {
        if (demand == Demand.NEVER) {
            return Attempt.NOT_MADE;
        }
        return switch (certificates.recipientCertificate()) {
            case CertificateFacts.Fact.Available _ -> {
                steps.add("encrypted for " + facts.recipient() + " with "
                        + settings.encryption().cipher());
                yield new Attempt.Made();
            }
            case CertificateFacts.Fact.NotUsable(var status) -> {
                String why = "certificate of " + facts.recipient() + ": " + status.text();
                if (demand == Demand.REQUIRED) {
                    yield new Attempt.Failed(missingCertificate(asked.onMissingCertificate(), why));
                }
                steps.add("not encrypted: " + why);
                yield Attempt.NOT_MADE;
            }
            case CertificateFacts.Fact.LookupFailed(String why) ->
                lookupFailed(demand, asked.onLookupFailure(), "certificate of " + facts.recipient() + ": " + why);
        };
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
                        ? redirect(quarantine, Reason.CERTIFICATE_LOOKUP_FAILED, why)
                        : tryLater(Reason.CERTIFICATE_LOOKUP_FAILED, why));
    }

    private Decision missingCertificate(OnFailure onMissing, String why) {
        return switch (onMissing) {
            case OnFailure.Refuse _, OnFailure.DeliverAnyway _ -> refuse(Reason.NO_RECIPIENT_CERTIFICATE, why);
            case OnFailure.TryLater _ -> tryLater(Reason.RECIPIENT_CERTIFICATE_AWAITED, why);
            case OnFailure.SendTo(MailAddress quarantine) -> redirect(quarantine, Reason.NO_RECIPIENT_CERTIFICATE, why);
        };
    }

    private Incoming incoming(Action.Protect asked) {
        boolean comesIn = direction == Direction.INBOUND;
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

    private Decision refuse(Reason reason, String why) {
        steps.add("refused: " + why);
        return new Decision.Reject(reason);
    }

    private Decision tryLater(Reason reason, String why) {
        steps.add("deferred: " + why);
        return new Decision.Defer(reason);
    }

    private Decision redirect(MailAddress quarantine, Reason reason, String why) {
        steps.add("redirected to " + quarantine + ": " + why);
        return new Decision.Redirect(quarantine, reason);
    }

    private boolean fromIsOurs() {
        return facts.from().filter(policy::isInternal).isPresent();
    }

    /** Whether a protection could be made. */
    private sealed interface Attempt {
        Attempt NOT_MADE = new NotMade();

        record Made() implements Attempt {}

        record NotMade() implements Attempt {}

        record Failed(Decision decision) implements Attempt {}
    }

    /** Stands as rule id where no rule matched; no rule can have a colon in its id. */
    static final String AUTOMATIC_RULE = "built-in:automatic";
}
