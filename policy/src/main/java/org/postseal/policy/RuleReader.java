package org.postseal.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.Action.Demand;
import org.postseal.policy.Action.OnFailure;
import org.postseal.policy.yaml.Words;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code rules}. Used once. */
final class RuleReader {
    private final ConditionReader conditionReader;
    private final DomainSet internal;
    private final Optional<MailAddress> quarantine;
    private final Settings organisation;

    RuleReader(
            ConditionReader conditionReader,
            DomainSet internal,
            Optional<MailAddress> quarantine,
            Settings organisation) {
        this.conditionReader = conditionReader;
        this.internal = internal;
        this.quarantine = quarantine;
        this.organisation = organisation;
    }

    List<Rule> read(YamlValue section) {
        List<Rule> rules = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        Optional<String> always = Optional.empty();
        List<YamlValue> items = section.list();
        if (section.isList() && items.isEmpty()) {
            section.error("has no rule; the last one must be when: always");
        }
        boolean lastIsKnown = false;
        for (YamlValue item : items) {
            Optional<YamlMapping> mapping = item.mapping();
            if (mapping.isEmpty()) {
                lastIsKnown = false;
                continue;
            }
            Optional<String> id = id(mapping.get(), lines);
            Optional<List<Condition>> conditions =
                    mapping.get().required("when").flatMap(conditionReader::read);
            if (always.isPresent()) {
                item.error("is never reached: rule " + always.get() + " before it matches everything");
            }
            Optional<Action> action =
                    mapping.get().required("then").flatMap(then -> action(then, conditions.orElse(List.of())));
            mapping.get().refuseOthers();
            lastIsKnown = conditions.isPresent();
            if (conditions.isPresent()) {
                Rule rule = new Rule(id.orElse("?"), conditions.get(), action.orElse(new Action.Reject()));
                rules.add(rule);
                if (rule.isAlways() && always.isEmpty()) {
                    always = Optional.of(rule.id());
                }
            }
        }
        if (lastIsKnown && always.isEmpty()) {
            items.getLast().error("the last rule must be when: always, so that nothing is left undecided");
        }
        return rules;
    }

    private static Optional<String> id(YamlMapping rule, Map<String, Integer> lines) {
        Optional<YamlValue> value = rule.required("id");
        Optional<String> id = value.flatMap(YamlValue::string);
        if (id.isPresent() && !PolicyReader.isName(id.get())) {
            value.get().error(PolicyReader.NAME_RULE);
        }
        id.ifPresent(name -> {
            Integer first = lines.putIfAbsent(name, value.get().line());
            if (first != null) {
                value.get().error("duplicate id '" + YamlValue.clean(name) + "', first given on line " + first);
            }
        });
        return id;
    }

    private Optional<Action> action(YamlValue then, List<Condition> conditions) {
        if (then.isSingle()) {
            Optional<SimpleAction> word = then.word(SimpleAction.class);
            return word.flatMap(simple -> switch (simple) {
                case MAILBOX_POLICY -> Optional.of(new Action.ByMailboxPolicy());
                case REJECT -> Optional.of(new Action.Reject());
                case DEFER -> Optional.of(new Action.Defer());
                case REDIRECT -> quarantine(then).map(Action.Redirect::new);
            });
        }
        return then.mapping().flatMap(mapping -> {
            if (mapping.names().isEmpty()) {
                mapping.error("says nothing; write then: mailboxPolicy to leave it to the mailbox policy");
                return Optional.empty();
            }
            Optional<Action> outcome = outcome(mapping);
            boolean isOutcome = OUTCOMES.stream().anyMatch(mapping.names()::contains);
            Action.Protect protect = protect(mapping, conditions);
            mapping.refuseOthers();
            if (isOutcome && mapping.names().size() > 1) {
                mapping.error("reject, defer and redirect stand alone");
            }
            return isOutcome ? outcome : Optional.of(protect);
        });
    }

    private Optional<Action> outcome(YamlMapping then) {
        Optional<YamlMapping> reject = then.mapping("reject");
        reject.ifPresent(YamlMapping::refuseOthers);
        Optional<YamlMapping> defer = then.mapping("defer");
        defer.ifPresent(YamlMapping::refuseOthers);
        Optional<MailAddress> redirect = then.value("redirect").flatMap(this::quarantineAddress);
        return reject.<Action>map(_ -> new Action.Reject())
                .or(() -> defer.map(_ -> new Action.Defer()))
                .or(() -> redirect.map(Action.Redirect::new));
    }

    private Action.Protect protect(YamlMapping then, List<Condition> conditions) {
        Optional<Demand> sign = then.word("sign", Demand.class);
        Optional<Demand> encrypt = then.word("encrypt", Demand.class);
        Optional<Boolean> decrypt = then.word("decrypt", WHETHER);
        Optional<Boolean> verify = then.word("verify", WHETHER);
        if (decrypt.orElse(false) && !verify.orElse(true)) {
            then.value("verify")
                    .orElseThrow()
                    .error("never does not go with decrypt: ifPossible; what is opened is verified");
        }
        warnOfWeakening(then, "sign", sign, organisation.signed());
        warnOfWeakening(then, "encrypt", encrypt, organisation.encrypted());
        if (sign.equals(Optional.of(Demand.REQUIRED)) && mayComeFromOutside(conditions)) {
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
                then.value("onMissingCertificate")
                        .flatMap(value -> onFailure(value, ON_MISSING))
                        .orElse(new OnFailure.Refuse()),
                onLookupFailure(then, encrypt),
                then.value("onInvalidSignature").flatMap(value -> onFailure(value, ON_INVALID)),
                new Settings.Algorithms(
                        then.word(MailboxPolicy.Require.SIGNED_ALGORITHM.word(), SIGNED),
                        then.word(MailboxPolicy.Require.ENCRYPTION_ALGORITHM.word(), ENCRYPTION),
                        then.word("RSAKeyTransport", MailboxPolicyReader.KEY_TRANSPORT),
                        then.word("RSASignaturePadding", MailboxPolicyReader.PADDING)));
    }

    private OnFailure onLookupFailure(YamlMapping then, Optional<Demand> encrypt) {
        Optional<YamlValue> value = then.value("onLookupFailure");
        Optional<OnFailure> asked = value.flatMap(found -> onFailure(found, ON_LOOKUP));
        if (asked.equals(Optional.of(new OnFailure.DeliverAnyway()))
                && !encrypt.equals(Optional.of(Demand.IF_POSSIBLE))) {
            value.orElseThrow().error("deliver goes with encrypt: ifPossible only");
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

    private static boolean mayComeFromOutside(List<Condition> conditions) {
        return conditions.stream()
                .noneMatch(condition -> condition instanceof Condition.InDirection(var any)
                        && !any.contains(Direction.INBOUND)
                        && !any.contains(Direction.FORWARDED));
    }

    private Optional<OnFailure> onFailure(YamlValue value, Map<String, OnFailureWord> words) {
        if (value.isMapping()) {
            return value.mapping().flatMap(mapping -> {
                Optional<OnFailure> to = mapping.required("redirect")
                        .flatMap(this::quarantineAddress)
                        .map(OnFailure.SendTo::new);
                mapping.refuseOthers();
                return to;
            });
        }
        return value.word(words).flatMap(word -> switch (word) {
            case REJECT -> Optional.of(new OnFailure.Refuse());
            case DEFER -> Optional.of(new OnFailure.TryLater());
            case DELIVER -> Optional.of(new OnFailure.DeliverAnyway());
            case REDIRECT -> quarantine(value).map(OnFailure.SendTo::new);
        });
    }

    private Optional<MailAddress> quarantine(YamlValue value) {
        if (quarantine.isEmpty()) {
            value.error("needs an address: set quarantine at the top, or write { redirect: ADDRESS }");
        }
        return quarantine;
    }

    private Optional<MailAddress> quarantineAddress(YamlValue value) {
        return PolicyReader.quarantine(value, internal);
    }

    enum SimpleAction {
        MAILBOX_POLICY,
        REJECT,
        DEFER,
        REDIRECT
    }

    enum OnFailureWord {
        REJECT,
        DEFER,
        DELIVER,
        REDIRECT
    }

    private static <T> Map<String, T> without(Map<String, T> words, Predicate<T> unwanted) {
        Map<String, T> rest = new LinkedHashMap<>(words);
        rest.values().removeIf(unwanted);
        return rest;
    }

    private static final List<String> OUTCOMES = List.of("reject", "defer", "redirect");
    private static final Map<String, OnFailureWord> ALL_WORDS = Words.of(OnFailureWord.class);
    // A clear copy where encryption is required is not among the words.
    static final Map<String, OnFailureWord> ON_MISSING = without(ALL_WORDS, word -> word == OnFailureWord.DELIVER);
    // A server that is down is no reason to send a message back.
    static final Map<String, OnFailureWord> ON_LOOKUP = without(ALL_WORDS, word -> word == OnFailureWord.REJECT);
    static final Map<String, OnFailureWord> ON_INVALID = without(ALL_WORDS, word -> word == OnFailureWord.DEFER);
    static final Map<String, SignedAlgorithm> SIGNED = without(SignedAlgorithm.WORDS, SignedAlgorithm::isLegacy);
    static final Map<String, EncryptionAlgorithm> ENCRYPTION =
            without(EncryptionAlgorithm.WORDS, EncryptionAlgorithm::isLegacy);
    static final Map<String, Boolean> WHETHER = whether();

    private static Map<String, Boolean> whether() {
        Map<String, Boolean> words = new LinkedHashMap<>();
        words.put("ifPossible", true);
        words.put("never", false);
        return words;
    }
}
