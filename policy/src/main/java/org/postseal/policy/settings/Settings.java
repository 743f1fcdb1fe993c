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

/** What the levels together ask of a sender's mail: organisation, then domain, group and user, setting by setting. Immutable. */
public final class Settings {
    /** Before any level has spoken: nothing is required; SHA-256 and AES-256-CBC, which every client reads, if a rule asks for protection. */
    public static final Settings BUILT_IN = new Settings(
            "",
            SmimeConfig.DEFAULT,
            MailboxParameter.all().stream().map(Requirement::unset).toArray(Requirement<?>[]::new));

    private final String mailboxPolicy;
    private final SmimeConfig smime;
    private final Requirement<?>[] values;
    /** Told of each message; where {@code default} is all that a sender has, these are the same settings each time. Two threads may make it at once, of which either will do. */
    private @Nullable List<Setting> explained;

    private Settings(String mailboxPolicy, SmimeConfig smime, Requirement<?>[] values) {
        this.mailboxPolicy = mailboxPolicy;
        this.smime = smime;
        this.values = values;
    }

    /** Name of the last level that applied; empty when none did. */
    public String mailboxPolicy() {
        return mailboxPolicy;
    }

    /** The {@code smime} section, which is the same for everybody. */
    public SmimeConfig smime() {
        return smime;
    }

    /** One parameter with the level that gave it. */
    @SuppressWarnings("unchecked")
    public <T> Requirement<T> of(MailboxParameter<T> parameter) {
        // unset() puts each parameter's own requirement in its place, and nothing but then() and stricter() replaces it
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

    /** The {@code smime} section speaks for the organisation. */
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

    /** With one more level. */
    Settings then(MailboxPolicy policy, Level.Rank rank) {
        Level level = new Level(rank, "mailbox policy " + policy.name());
        Settings next = new Settings(policy.name(), smime, values.clone());
        for (MailboxParameter<?> parameter : MailboxParameter.all()) {
            next.take(parameter, policy, level);
        }
        return next;
    }

    /** Without the requirement to sign, for a From address whose key cannot be ours. */
    public Settings withoutSignature() {
        return unset(mailboxPolicy, MailboxParameter.MESSAGES_SIGNED);
    }

    /** The algorithms without any requirement and without further readers, for mail that is not our own senders'. */
    public Settings withoutRequirements() {
        return unset(
                "",
                MailboxParameter.MESSAGES_SIGNED,
                MailboxParameter.MESSAGES_ENCRYPTED,
                MailboxParameter.SENDER_ENCRYPTION,
                MailboxParameter.ENCRYPT_FOR);
    }

    /** With what a rule says of settings. */
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

    /** Of two levels of equal rank, such as two groups, the stricter in each setting. */
    Settings stricter(Settings other) {
        Settings next = new Settings(mailboxPolicy + "+" + other.mailboxPolicy, smime, values.clone());
        MailboxParameter.all().forEach(parameter -> next.takeStricter(parameter, other));
        return next;
    }

    /** Where the key may be that signs. A smart card that is demanded of everybody is not given up by a mailbox policy. */
    public KeyPlace keyPlace() {
        return value(MailboxParameter.SOFT_CERTIFICATES) && !smime.is(SmimeParameter.ONLY_USE_SMART_CARD)
                ? KeyPlace.ANYWHERE
                : KeyPlace.HARDWARE;
    }

    /** The key that {@link #keyPlace} asks for, for a person to read. */
    public String keyNeeded() {
        if (keyPlace() == KeyPlace.ANYWHERE) {
            return "key";
        }
        return smime.is(SmimeParameter.ONLY_USE_SMART_CARD)
                ? "key in hardware (OWAOnlyUseSmartCard is true)"
                : "key in hardware (AllowSMIMESoftCerts is false)";
    }

    /** Every setting with its value and level; the same list each time. */
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

    /** The same without what is built in, and without the section that is the same for everybody. */
    public List<Setting> given() {
        return explained().stream()
                .filter(setting -> !setting.level().equals(Level.BUILT_IN.toString()))
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
        // what a rule says of a parameter was read by it
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

    /** What a rule says of settings; each only where it does. */
    public record OfRule(Map<MailboxParameter<?>, Object> values) {
        public static final OfRule NONE = new OfRule(Map.of());

        /** Without what counts for signatures only. */
        public OfRule ofEncryption() {
            return only(parameter -> !OF_SIGNATURES.contains(parameter));
        }

        /** As far as it does not weaken encryption. */
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
