package org.postseal.policy.reading;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.Demand;
import org.postseal.policy.rule.Action.OnFailure;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.MailboxPolicyChecks;
import org.postseal.policy.settings.Requirement;
import org.postseal.policy.settings.SenderEncryption;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads a rule's {@code then}. */
final class ActionReader {
    private final FailureReader failures;
    private final Settings organisation;

    ActionReader(FailureReader failures, Settings organisation) {
        this.failures = failures;
        this.organisation = organisation;
    }

    /**
     * The action that was read.
     *
     * @param notice whether the sender gets a notice
     */
    record Then(Action action, boolean notice) {}

    /**
     * Reads the action.
     *
     * @param directions in which the rule can match
     */
    Optional<Then> read(YamlValue then, Set<Direction> directions) {
        if (then.isSingle()) {
            return then.word(SimpleAction.class)
                    .flatMap(simple -> switch (simple) {
                        case MAILBOX_POLICY -> Optional.<Action>of(new Action.ByMailboxPolicy());
                        case REJECT -> Optional.of(new Action.Reject(Optional.empty()));
                        case DEFER -> Optional.of(new Action.Defer(Optional.empty()));
                        case REDIRECT -> failures.quarantine(then).map(Action.Redirect::new);
                    })
                    .map(action -> new Then(action, false));
        }
        return then.mapping().flatMap(mapping -> {
            if (mapping.names().isEmpty()) {
                mapping.error("says nothing; write then: mailboxPolicy to leave it to the mailbox policy");
                return Optional.empty();
            }
            Optional<Action> outcome = outcome(mapping);
            boolean isOutcome = OUTCOMES.stream().anyMatch(mapping.names()::contains);
            Action.Protect protect = protect(mapping, directions);
            boolean notice = mapping.word("notify", NOTIFY).orElse(false);
            mapping.refuseOthers();
            long others = mapping.names().stream()
                    .filter(name -> !name.equals("notify"))
                    .count();
            if (isOutcome && others > 1) {
                mapping.error("reject, defer and redirect stand alone, or with notify");
            }
            if (notice
                    && outcome.filter(action -> !(action instanceof Action.Redirect))
                            .isPresent()) {
                mapping.place("notify").warning("has no effect: the sender hears of a refusal by the reply, once");
            }
            return (isOutcome ? outcome : Optional.<Action>of(protect)).map(action -> new Then(action, notice));
        });
    }

    private Optional<Action> outcome(YamlMapping then) {
        Optional<Action> reject = then.mapping("reject")
                .map(refusal -> new Action.Reject(failures.texts().read(refusal)));
        Optional<Action> defer = then.mapping("defer")
                .map(refusal -> new Action.Defer(failures.texts().read(refusal)));
        Optional<MailAddress> redirect = then.value("redirect").flatMap(failures::quarantineAddress);
        return reject.or(() -> defer).or(() -> redirect.map(Action.Redirect::new));
    }

    private Action.Protect protect(YamlMapping then, Set<Direction> directions) {
        Optional<Demand> sign = then.word("sign", Demand.class);
        Optional<Demand> encrypt = then.word("encrypt", Demand.class);
        Optional<Boolean> decrypt = then.word("decrypt", WHETHER);
        Optional<Boolean> verify = then.word("verify", WHETHER);
        if (decrypt.orElse(false) && !verify.orElse(true)) {
            then.value("verify")
                    .orElseThrow()
                    .error("cannot be never with decrypt: ifPossible; opened mail is always verified");
        }
        warnOfWeakening(then, "sign", sign, organisation.signed());
        warnOfWeakening(then, "encrypt", encrypt, organisation.encrypted());
        warnOfIdle(then, "sign", sign, organisation.signed(), OF_SIGNATURES);
        warnOfIdle(then, "encrypt", encrypt, organisation.encrypted(), OF_ENCRYPTION);
        Settings.OfRule settings = RuleSettings.read(then);
        warnOfAnybody(then, encrypt, settings);
        boolean mayComeIn = directions.contains(Direction.INBOUND) || directions.contains(Direction.FORWARDED);
        if (sign.equals(Optional.of(Demand.REQUIRED)) && mayComeIn) {
            then.value("sign")
                    .orElseThrow()
                    .warning("also matches mail from outside, which is never signed and so refused;"
                            + " add direction: [outbound, internal]");
        }
        return new Action.Protect(
                sign,
                encrypt,
                decrypt,
                verify,
                onMissingCertificate(then, sign, encrypt),
                onLookupFailure(then, encrypt),
                failures.read(then, "onInvalidSignature", FailureReader.ON_INVALID),
                failures.read(then, "onWeakProtection", FailureReader.ON_WEAK),
                settings,
                new InboundReader(failures).read(then, directions, verify),
                HeaderEditReader.read(then));
    }

    private Optional<OnFailure> onMissingCertificate(
            YamlMapping then, Optional<Demand> sign, Optional<Demand> encrypt) {
        Optional<OnFailure> asked = failures.read(then, "onMissingCertificate", FailureReader.ON_MISSING);
        Optional<YamlValue> value = then.value("onMissingCertificate");
        if (asked.equals(Optional.of(new OnFailure.DeliverAnyway()))
                && !encrypt.equals(Optional.of(Demand.IF_POSSIBLE))) {
            value.orElseThrow().error("sendClear goes with encrypt: ifPossible only");
        }
        if (asked.equals(Optional.of(new OnFailure.SendSigned()))) {
            if (sign.equals(Optional.of(Demand.NEVER))) {
                value.orElseThrow().error("sendSigned does not go with sign: never");
            } else if (organisation.encrypted().forbids(false)) {
                value.orElseThrow()
                        .warning("has no effect: " + organisation.encrypted().from()
                                + " requires encryption and does not say mayWeaken; such mail is refused");
            } else if (encrypt.equals(Optional.of(Demand.REQUIRED))) {
                value.orElseThrow()
                        .warning("sends a copy that anybody can read, signed, to recipients without a certificate");
            }
        }
        return asked;
    }

    private OnFailure onLookupFailure(YamlMapping then, Optional<Demand> encrypt) {
        Optional<OnFailure> asked = failures.read(then, "onLookupFailure", FailureReader.ON_LOOKUP);
        if (asked.equals(Optional.of(new OnFailure.DeliverAnyway()))
                && !encrypt.equals(Optional.of(Demand.IF_POSSIBLE))) {
            then.value("onLookupFailure").orElseThrow().error("deliver goes with encrypt: ifPossible only");
        }
        return asked.orElse(new OnFailure.TryLater());
    }

    private static void warnOfWeakening(
            YamlMapping then, String key, Optional<Demand> demand, Requirement<Boolean> organisation) {
        if (demand.isPresent() && demand.get() != Demand.REQUIRED && organisation.forbids(false)) {
            then.value(key)
                    .orElseThrow()
                    .warning("has no effect on our own mail: " + organisation.from()
                            + " requires it and does not say mayWeaken");
        }
    }

    private void warnOfAnybody(YamlMapping then, Optional<Demand> encrypt, Settings.OfRule settings) {
        String name = MailboxParameter.SENDER_ENCRYPTION.name();
        Requirement<SenderEncryption> levels = organisation.of(MailboxParameter.SENDER_ENCRYPTION);
        Object ofRule = settings.values().get(MailboxParameter.SENDER_ENCRYPTION);
        boolean isDemanded = encrypt.equals(Optional.of(Demand.REQUIRED))
                || (encrypt.isEmpty() && organisation.encrypted().value())
                || then.names().contains("requireEncrypted");
        if (ofRule == null) {
            boolean isWeak = levels.value() == SenderEncryption.STRUCTURE;
            then.value("encrypt")
                    .filter(_ -> isWeak && encrypt.equals(Optional.of(Demand.REQUIRED)))
                    .ifPresent(value -> value.warning("is also met by mail that is encrypted for somebody else: "
                            + levels.from() + " says " + name + ": structure"));
        } else if (ofRule instanceof SenderEncryption by && levels.forbids(by)) {
            then.value(name)
                    .ifPresent(value -> value.warning("has no effect on our own mail: " + levels.from()
                            + " asks for more and does not say mayWeaken"));
        } else if (ofRule == SenderEncryption.STRUCTURE && isDemanded) {
            then.value(name).ifPresent(value -> value.warning(MailboxPolicyChecks.FOR_ANYBODY));
        }
    }

    private static void warnOfIdle(
            YamlMapping then,
            String key,
            Optional<Demand> demand,
            Requirement<Boolean> organisation,
            List<String> settings) {
        if (demand.equals(Optional.of(Demand.NEVER)) && !organisation.forbids(false)) {
            settings.forEach(setting -> then.value(setting)
                    .ifPresent(value -> value.warning(
                            "has an effect only if a mailbox policy requires it anyway: " + key + " is never")));
        }
    }

    enum SimpleAction {
        MAILBOX_POLICY,
        REJECT,
        DEFER,
        REDIRECT
    }

    private static final List<String> OF_SIGNATURES = List.of("RSASignaturePadding", "signer");
    private static final List<String> OF_ENCRYPTION =
            List.of("onMissingCertificate", "recipientsRead", "encryptFor", "hideSubject");
    private static final List<String> OUTCOMES = List.of("reject", "defer", "redirect");
    static final Map<String, Boolean> WHETHER = either("ifPossible", "never");

    static final Map<String, Boolean> NOTIFY = either("sender", "nobody");

    private static Map<String, Boolean> either(String yes, String no) {
        Map<String, Boolean> words = new LinkedHashMap<>();
        words.put(yes, true);
        words.put(no, false);
        return words;
    }
}
