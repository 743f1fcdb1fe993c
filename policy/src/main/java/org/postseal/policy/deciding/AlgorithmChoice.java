package org.postseal.policy.deciding;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.settings.Enforcement;
import org.postseal.policy.settings.Level;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.Readables;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.settings.SmimeParameter;

/** The content cipher and key transport for one recipient, or the reason why there is none. */
sealed interface AlgorithmChoice {
    /**
     * The policy allows algorithms that all readers read.
     *
     * @param why explains the choice to people; empty if the required algorithm is used
     */
    record Agreed(EncryptionSettings settings, String why) implements AlgorithmChoice {}

    /** The policy allows nothing that the recipient and the other readers all read. */
    record NotAgreed(String why) implements AlgorithmChoice {}

    /**
     * Chooses for a copy that all these people read.
     *
     * @param readers the recipient, and everybody else who can read the recipient's copy
     */
    static AlgorithmChoice of(Settings settings, List<Fact.Available> readers) {
        return new Negotiator(settings, readers).choose();
    }

    /**
     * Makes one choice. It knows a single recipient, and those who read that recipient's copy, so nobody's client makes
     * the mail of another recipient weaker.
     */
    final class Negotiator {
        private final Settings settings;
        private final List<Fact.Available> readers;
        private final boolean isExact;

        private Negotiator(Settings settings, List<Fact.Available> readers) {
            this.settings = settings;
            this.readers = readers.stream()
                    .map(each -> new Fact.Available(each.key(), readable(settings, each.reads())))
                    .toList();
            this.isExact = settings.value(MailboxParameter.ENFORCEMENT) == Enforcement.EXACT;
        }

        private static Capabilities readable(Settings settings, Capabilities said) {
            return switch (said.source()) {
                case UNKNOWN -> Readables.of(settings.value(MailboxParameter.RECIPIENTS_READ));
                case MAIL_PROGRAM ->
                    isOfThem(settings) ? Readables.of(settings.value(MailboxParameter.RECIPIENTS_READ)) : said;
                case VERIFIED_MAIL, CERTIFICATE -> said;
            };
        }

        // The policy knows a recipient better than a table does if a partner or a rule says what they read. A level of
        // the sender only guesses.
        private static boolean isOfThem(Settings settings) {
            return settings.of(MailboxParameter.RECIPIENTS_READ).level().rank().compareTo(Level.Rank.PARTNER) >= 0;
        }

        private AlgorithmChoice choose() {
            Optional<EncryptionAlgorithm> required =
                    satisfying().stream().filter(this::isRead).findFirst();
            Optional<EncryptionAlgorithm> cipher = required.or(this::negotiated);
            if (cipher.isEmpty()) {
                return new NotAgreed(nothingRead() + blocked());
            }
            String why = required.isPresent() ? "" : notRead(required());
            if (readers.stream().noneMatch(Negotiator::hasRsa)) {
                return agreed(cipher.get(), settings.value(MailboxParameter.KEY_TRANSPORT), why);
            }
            return transport()
                    .<AlgorithmChoice>map(transport -> agreed(cipher.get(), transport, why))
                    .orElseGet(() -> new NotAgreed(
                            notRead(MailboxParameter.KEY_TRANSPORT.text(settings.value(MailboxParameter.KEY_TRANSPORT)))
                                    + blocked()));
        }

        private Agreed agreed(EncryptionAlgorithm algorithm, RsaKeyTransport transport, String why) {
            return new Agreed(
                    new EncryptionSettings(
                            algorithm.cipher(),
                            transport,
                            settings.smime().is(SmimeParameter.USE_KEY_IDENTIFIER),
                            mlKem()),
                    why);
        }

        private EncryptionSettings.MlKem mlKem() {
            return settings.value(MailboxParameter.KEY_ALGORITHMS).contains(KeyKind.ML_KEM)
                    ? settings.value(MailboxParameter.ML_KEM)
                    : EncryptionSettings.MlKem.UNUSED;
        }

        /** Returns the ciphers that are at least as good as the required one; the preferred one comes first. */
        private List<EncryptionAlgorithm> satisfying() {
            EncryptionAlgorithm named = settings.value(MailboxParameter.ENCRYPTION_ALGORITHM);
            if (isExact) {
                return Stream.of(named).filter(this::isMade).toList();
            }
            List<EncryptionAlgorithm> listed = listed();
            if (!listed.isEmpty()
                    && settings.of(MailboxParameter.ENCRYPTION_ALGORITHM)
                            .level()
                            .isBuiltIn()) {
                return listed;
            }
            List<EncryptionAlgorithm> enough = listed.stream()
                    .filter(algorithm -> algorithm.compareTo(named) >= 0)
                    .toList();
            return enough.isEmpty() ? byPreference(named) : enough;
        }

        // Authenticated ciphers come first, the strongest at the head. Then comes the named cipher, then stronger ones.
        // Old ciphers come last.
        private List<EncryptionAlgorithm> byPreference(EncryptionAlgorithm named) {
            Comparator<EncryptionAlgorithm> preference = Comparator.comparing(EncryptionAlgorithm::isLegacy)
                    .thenComparing(algorithm -> !algorithm.isAuthenticated())
                    .thenComparing(algorithm -> algorithm != named || algorithm.isAuthenticated())
                    .thenComparing(Comparator.reverseOrder());
            return made().filter(algorithm -> algorithm.compareTo(named) >= 0)
                    .sorted(preference)
                    .toList();
        }

        // Picks the strongest cipher that both sides can use and the negotiation allows.
        private Optional<EncryptionAlgorithm> negotiated() {
            Stream<EncryptionAlgorithm> ours = listed().isEmpty() ? made() : listed().stream();
            Stream<EncryptionAlgorithm> both = ours.filter(this::isRead);
            return switch (settings.value(MailboxParameter.NEGOTIATION)) {
                case BLOCK -> Optional.empty();
                case ONLY_STRONG -> both.filter(EncryptionAlgorithm::isStrong).max(Comparator.naturalOrder());
                case ALLOW_ANY -> both.max(Comparator.naturalOrder());
            };
        }

        private Optional<RsaKeyTransport> transport() {
            RsaKeyTransport named = settings.value(MailboxParameter.KEY_TRANSPORT);
            Stream<RsaKeyTransport> wanted = isExact
                    ? Stream.of(named)
                    : TRANSPORTS.stream().filter(transport -> transport.compareTo(named) >= 0);
            Optional<RsaKeyTransport> required = wanted.filter(this::isRead).findFirst();
            return switch (settings.value(MailboxParameter.NEGOTIATION)) {
                case BLOCK -> required;
                case ONLY_STRONG, ALLOW_ANY ->
                    required.or(() -> Stream.of(RsaKeyTransport.values())
                            .filter(this::isRead)
                            .max(Comparator.naturalOrder()));
            };
        }

        // The order of preference: the more recipients read a transport, the earlier it comes.
        private static final List<RsaKeyTransport> TRANSPORTS = List.of(
                RsaKeyTransport.OAEP_SHA256,
                RsaKeyTransport.OAEP_SHA384,
                RsaKeyTransport.OAEP_SHA512,
                RsaKeyTransport.OAEP_SHA1,
                RsaKeyTransport.PKCS1);

        private List<EncryptionAlgorithm> listed() {
            return settings.smime().ciphers().stream().filter(this::isMade).toList();
        }

        private Stream<EncryptionAlgorithm> made() {
            return Stream.of(EncryptionAlgorithm.values()).filter(this::isMade);
        }

        private boolean isMade(EncryptionAlgorithm algorithm) {
            return LegacyAlgorithm.allows(settings.value(MailboxParameter.LEGACY_ALGORITHMS), algorithm);
        }

        private boolean isRead(EncryptionAlgorithm algorithm) {
            return readers.stream().allMatch(reader -> reader.reads().ciphers().contains(algorithm.cipher()));
        }

        // A key of another kind is never reached by RSA key transport, so it has no say here.
        private boolean isRead(RsaKeyTransport transport) {
            return readers.stream()
                    .filter(Negotiator::hasRsa)
                    .allMatch(reader -> reader.reads().keyTransports().contains(transport));
        }

        private static boolean hasRsa(Fact.Available reader) {
            return reader.key().kind() == KeyKind.RSA;
        }

        private String required() {
            String named = settings.value(MailboxParameter.ENCRYPTION_ALGORITHM).word();
            return isExact ? named : named + " or better";
        }

        private String nothingRead() {
            return readers.size() > 1
                    ? "the policy allows nothing that the recipient and the readers by encryptFor all read"
                    : told() + " reads nothing of what the policy allows";
        }

        private String notRead(String what) {
            return readers.size() > 1
                    ? "the recipient and the readers by encryptFor do not all read " + what
                    : told() + " does not read " + what;
        }

        private String told() {
            return switch (readers.getFirst().reads().source()) {
                case VERIFIED_MAIL -> "the recipient, according to their mail,";
                case CERTIFICATE -> "the recipient, according to their certificate,";
                case MAIL_PROGRAM -> "the recipient, according to what their mail program reads,";
                case UNKNOWN -> "a recipient about whom nothing is known";
            };
        }

        private String blocked() {
            return switch (settings.value(MailboxParameter.NEGOTIATION)) {
                case BLOCK -> ", and BlockNegotiation forbids another";
                case ONLY_STRONG, ALLOW_ANY -> "";
            };
        }
    }
}
