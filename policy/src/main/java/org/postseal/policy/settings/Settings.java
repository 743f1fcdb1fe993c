package org.postseal.policy.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.KeyPlace;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.HeaderSettings;
import org.postseal.policy.protection.SignedAlgorithm;

/**
 * The demands of all levels on a sender's mail: organisation, then domain, group and user, setting by setting.
 * Immutable.
 */
public final class Settings {
    /**
     * The settings before any level has given one: nothing is required. If a rule asks for protection, it is SHA-256
     * and AES-256-CBC, which every client reads.
     */
    public static final Settings BUILT_IN = new Settings(
            "",
            SmimeConfig.DEFAULT,
            MailboxParameter.all().stream().map(Requirement::unset).toArray(Requirement<?>[]::new));

    private final String mailboxPolicy;
    private final SmimeConfig smime;
    private final Requirement<?>[] values;
    /**
     * The explanation that each message gets. If a sender has only {@code default}, these settings are the same object
     * each time. Two threads may make the list at once; either result is good.
     */
    private @Nullable List<Setting> explained;

    private Settings(String mailboxPolicy, SmimeConfig smime, Requirement<?>[] values) {
        this.mailboxPolicy = mailboxPolicy;
        this.smime = smime;
        this.values = values;
    }

    /** Returns the name of the last level that applied; empty if none did. */
    public String mailboxPolicy() {
        return mailboxPolicy;
    }

    /** Returns the {@code smime} section, which is the same for everybody. */
    public SmimeConfig smime() {
        return smime;
    }

    /** Returns one parameter with the level that gave it. */
    @SuppressWarnings("unchecked")
    public <T> Requirement<T> of(MailboxParameter<T> parameter) {
        // The cast is safe: unset() puts a requirement of this parameter in this place, and then() and stricter()
        // replace it only by another one of the same parameter.
        return (Requirement<T>) values[parameter.index()];
    }

    public <T> T value(MailboxParameter<T> parameter) {
        return of(parameter).value();
    }

    public Requirement<Boolean> signed() {
        return of(MailboxParameter.MESSAGES_SIGNED);
    }

    public Requirement<Boolean> encrypted() {
        return of(MailboxParameter.MESSAGES_ENCRYPTED);
    }

    public Requirement<SignedAlgorithm> signedAlgorithm() {
        return of(MailboxParameter.SIGNED_ALGORITHM);
    }

    public Requirement<EncryptionAlgorithm> encryptionAlgorithm() {
        return of(MailboxParameter.ENCRYPTION_ALGORITHM);
    }

    public Enforcement enforcement() {
        return value(MailboxParameter.ENFORCEMENT);
    }

    public HeaderSettings headers() {
        return new HeaderSettings(
                value(MailboxParameter.HEADER_PROTECTION),
                value(MailboxParameter.HIDE_SUBJECT),
                value(MailboxParameter.LEGACY_DISPLAY));
    }

    /** Applies the {@code smime} section, which speaks for the organisation. */
    Settings with(SmimeConfig section) {
        Settings next = new Settings(mailboxPolicy, section, values.clone());
        next.demand(
                MailboxParameter.MESSAGES_SIGNED, section.is(SmimeParameter.ALWAYS_SIGN), SmimeParameter.ALWAYS_SIGN);
        next.demand(
                MailboxParameter.MESSAGES_ENCRYPTED,
                section.is(SmimeParameter.ALWAYS_ENCRYPT),
                SmimeParameter.ALWAYS_ENCRYPT);
        return next;
    }

    Settings then(MailboxPolicy policy, Level.Rank rank) {
        Level level = new Level(rank, "mailbox policy " + policy.name());
        Settings next = new Settings(policy.name(), smime, values.clone());
        for (MailboxParameter<?> parameter : MailboxParameter.all()) {
            next.take(parameter, policy, level);
        }
        return next;
    }

    /** Returns the settings without the requirement to sign, for a From address whose key cannot be ours. */
    public Settings withoutSignature() {
        return unset(mailboxPolicy, MailboxParameter.MESSAGES_SIGNED);
    }

    /**
     * Returns the algorithms without any requirement and without further readers, for mail that is not from our own
     * senders.
     */
    public Settings withoutRequirements() {
        return unset(
                "",
                MailboxParameter.MESSAGES_SIGNED,
                MailboxParameter.MESSAGES_ENCRYPTED,
                MailboxParameter.SENDER_ENCRYPTION,
                MailboxParameter.ENCRYPT_FOR);
    }

    public Settings with(OfRule rule, Level level) {
        if (rule.values().isEmpty()) {
            return this;
        }
        MailboxPolicy asPolicy = new MailboxPolicy(
                mailboxPolicy,
                Optional.empty(),
                MailboxPolicy.Assignment.NONE,
                Optional.empty(),
                rule.values(),
                Set.of());
        Settings next = new Settings(mailboxPolicy, smime, values.clone());
        rule.values().keySet().forEach(parameter -> next.take(parameter, asPolicy, level));
        return next;
    }

    /**
     * Returns the stricter value of each setting, for two levels of equal rank such as two groups, and for two possible
     * senders.
     */
    public Settings stricter(Settings other) {
        String both =
                mailboxPolicy.equals(other.mailboxPolicy) ? mailboxPolicy : mailboxPolicy + "+" + other.mailboxPolicy;
        Settings next = new Settings(both, smime, values.clone());
        MailboxParameter.all().forEach(parameter -> next.takeStricter(parameter, other));
        return next;
    }

    /** Returns where the signing key may be. If everybody must use a smart card, no mailbox policy can allow less. */
    public KeyPlace keyPlace() {
        return value(MailboxParameter.SOFT_CERTIFICATES) && !smime.is(SmimeParameter.ONLY_USE_SMART_CARD)
                ? KeyPlace.ANYWHERE
                : KeyPlace.HARDWARE;
    }

    /** Returns the name of the key that {@link #keyPlace} asks for, for people. */
    public String keyNeeded() {
        if (keyPlace() == KeyPlace.ANYWHERE) {
            return "key";
        }
        return smime.is(SmimeParameter.ONLY_USE_SMART_CARD)
                ? "key in hardware (OWAOnlyUseSmartCard is true)"
                : "key in hardware (AllowSMIMESoftCerts is false)";
    }

    /** Returns every setting with its value and level; the same list each time. */
    public List<Setting> explained() {
        List<Setting> known = explained;
        if (known == null) {
            List<Setting> settings = new ArrayList<>(values.length + 8);
            Arrays.stream(values).forEach(value -> settings.add(value.setting()));
            settings.addAll(smime.explained());
            known = List.copyOf(settings);
            explained = known;
        }
        return known;
    }

    /**
     * Returns the settings of {@link #explained} without those that are built in or from the {@code smime} section,
     * which is the same for everybody.
     */
    public List<Setting> given() {
        return explained().stream()
                .filter(setting -> !setting.isBuiltIn())
                .filter(setting -> !setting.level().equals("smime"))
                .toList();
    }

    private <T> void take(MailboxParameter<T> parameter, MailboxPolicy policy, Level level) {
        values[parameter.index()] =
                of(parameter).then(policy.value(parameter), policy.mayWeaken().contains(parameter), level);
    }

    private <T> void takeStricter(MailboxParameter<T> parameter, Settings other) {
        values[parameter.index()] = of(parameter).stricter(other.of(parameter));
    }

    @SuppressWarnings("unchecked")
    private <T> boolean isWeaker(MailboxParameter<T> parameter, @Nullable Object wanted) {
        // The parameter's own reader has made the value, so it has the parameter's type.
        return wanted != null && parameter.isWeaker((T) wanted, value(parameter));
    }

    private void demand(MailboxParameter<Boolean> parameter, boolean isDemanded, SmimeParameter by) {
        values[parameter.index()] = of(parameter)
                .then(isDemanded ? Optional.of(true) : Optional.empty(), false, Level.smime(by.parameter()));
    }

    private Settings unset(String of, MailboxParameter<?>... parameters) {
        Settings next = new Settings(of, smime, values.clone());
        for (MailboxParameter<?> parameter : parameters) {
            next.values[parameter.index()] = Requirement.unset(parameter);
        }
        return next;
    }

    /** A rule's settings; a setting that the rule does not give has no entry. */
    public record OfRule(Map<MailboxParameter<?>, Object> values) {
        public static final OfRule NONE = new OfRule(Map.of());

        /** Returns the settings that do not count for signatures only. */
        public OfRule ofEncryption() {
            return only(parameter -> !OF_SIGNATURES.contains(parameter));
        }

        /** Returns the settings that do not weaken encryption. */
        public OfRule noWeakerThan(Settings required) {
            return only(parameter ->
                    OF_SIGNATURES.contains(parameter) || !required.isWeaker(parameter, values.get(parameter)));
        }

        private OfRule only(Predicate<MailboxParameter<?>> kept) {
            Map<MailboxParameter<?>, Object> some = new LinkedHashMap<>(values);
            some.keySet().removeIf(kept.negate());
            return new OfRule(some);
        }

        private static final Set<MailboxParameter<?>> OF_SIGNATURES =
                Set.of(MailboxParameter.SIGNED_ALGORITHM, MailboxParameter.PADDING, MailboxParameter.SIGNER);
    }
}
