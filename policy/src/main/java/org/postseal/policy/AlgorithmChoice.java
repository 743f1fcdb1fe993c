package org.postseal.policy;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.policy.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.MailboxPolicy.Enforcement;

/** The content cipher and key transport for one recipient, or why there is none. */
sealed interface AlgorithmChoice {
    /**
     * Both sides can.
     *
     * @param why for a person to read; empty where what is required is used
     */
    record Agreed(EncryptionSettings settings, String why) implements AlgorithmChoice {}

    /** The policy allows nothing that the recipient reads. */
    record NotAgreed(String why) implements AlgorithmChoice {}

    /** For a recipient with this key who reads this. */
    static AlgorithmChoice of(Settings settings, KeyFacts key, Capabilities said) {
        return new Negotiator(settings, said).choose(key);
    }

    /** What is made with these settings, whoever reads it; for checking a policy. */
    static List<EncryptionAlgorithm> satisfying(Settings settings) {
        return new Negotiator(settings, Capabilities.UNKNOWN).satisfying();
    }

    /** One choice in the making. Each recipient is judged alone, so nobody's client makes another's mail weaker. */
    final class Negotiator {
        private final Settings settings;
        private final Capabilities readable;
        private final boolean isExact;

        private Negotiator(Settings settings, Capabilities said) {
            this.settings = settings;
            this.readable = said.source() == Capabilities.Source.UNKNOWN
                    ? Readables.of(settings.value(MailboxParameter.RECIPIENTS_READ))
                    : said;
            this.isExact = settings.value(MailboxParameter.ENFORCEMENT) == Enforcement.EXACT;
        }

        private AlgorithmChoice choose(KeyFacts key) {
            Optional<EncryptionAlgorithm> required =
                    satisfying().stream().filter(this::isRead).findFirst();
            Optional<EncryptionAlgorithm> cipher = required.or(this::negotiated);
            if (cipher.isEmpty()) {
                return new NotAgreed(told() + " reads nothing of what the policy allows" + blocked());
            }
            String why = required.isPresent() ? "" : told() + " does not read " + required();
            if (key.kind() != KeyKind.RSA) {
                return agreed(cipher.get(), settings.value(MailboxParameter.KEY_TRANSPORT), why);
            }
            return transport()
                    .<AlgorithmChoice>map(transport -> agreed(cipher.get(), transport, why))
                    .orElseGet(() -> new NotAgreed(told() + " does not read "
                            + MailboxParameter.KEY_TRANSPORT.text(settings.value(MailboxParameter.KEY_TRANSPORT))
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

        /** What is as good as the required cipher, the preferred one first. */
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

        // What is authenticated comes first, then what is named, then what is stronger, and old ciphers come last.
        private List<EncryptionAlgorithm> byPreference(EncryptionAlgorithm named) {
            Comparator<EncryptionAlgorithm> preference = Comparator.comparing(EncryptionAlgorithm::isLegacy)
                    .thenComparing(algorithm -> !algorithm.isAuthenticated())
                    .thenComparing(algorithm -> algorithm != named || algorithm.isAuthenticated())
                    .thenComparing(Comparator.reverseOrder());
            return made().filter(algorithm -> algorithm.compareTo(named) >= 0)
                    .sorted(preference)
                    .toList();
        }

        // The best of the intersection that the negotiation leaves.
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
            Optional<RsaKeyTransport> required =
                    wanted.filter(readable.keyTransports()::contains).findFirst();
            return switch (settings.value(MailboxParameter.NEGOTIATION)) {
                case BLOCK -> required;
                case ONLY_STRONG, ALLOW_ANY ->
                    required.or(() -> readable.keyTransports().stream().max(Comparator.naturalOrder()));
            };
        }

        // of what is as good as required, the one that most read
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
            return readable.ciphers().contains(algorithm.cipher());
        }

        private String required() {
            String named = settings.value(MailboxParameter.ENCRYPTION_ALGORITHM).word();
            return isExact ? named : named + " or better";
        }

        private String told() {
            return switch (readable.source()) {
                case VERIFIED_MAIL -> "the recipient, by his mail,";
                case CERTIFICATE -> "the recipient, by his certificate,";
                case UNKNOWN -> "a recipient of whom nothing is known";
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
