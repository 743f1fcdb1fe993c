package org.postseal.policy.settings;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.EncryptionSettings.MlKem;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.protection.SigningSettings.RsaPadding;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.Words;
import org.postseal.policy.yaml.YamlValue;

/**
 * A parameter of a mailbox policy: its name, how it is read and written, its value if no level gives one, and which of
 * two values is stricter. The reader, the levels, the explanation and the reference table of the documentation are made
 * from these. Compared by identity; immutable.
 */
public final class MailboxParameter<T> {
    /** Levels only make it stricter, unless {@code mayWeaken} names it. */
    private static final boolean ADDS_UP = true;

    private final String name;
    private final int index;
    private final boolean addsUp;
    private final Shape<T> shape;
    private final T builtIn;
    private final T laxest;
    private final String meaning;
    private final Setting unsetSetting;

    private MailboxParameter(String name, boolean addsUp, Shape<T> shape, T builtIn, T laxest, String meaning) {
        this.name = name;
        this.index = ALL.size();
        this.addsUp = addsUp;
        this.shape = shape;
        this.builtIn = builtIn;
        this.laxest = laxest;
        this.meaning = meaning;
        this.unsetSetting = new Setting(name, shape.text.apply(builtIn), Level.BUILT_IN.toString());
        ALL.add(this);
    }

    /**
     * The form of the values.
     *
     * @param values for the documentation
     * @param schema for editors
     * @param stricter returns the stricter of two values
     */
    private record Shape<T>(
            Function<YamlValue, Optional<T>> reader,
            Function<T, String> text,
            String values,
            Schema schema,
            BinaryOperator<T> stricter) {}

    /** Returns the name in the policy; it is dotted for {@code minimumKeySize}. */
    public String name() {
        return name;
    }

    /** Returns its index in {@link #all()}. */
    int index() {
        return index;
    }

    public boolean addsUp() {
        return addsUp;
    }

    public Optional<T> read(YamlValue value) {
        return shape.reader.apply(value);
    }

    public String text(T value) {
        return shape.text.apply(value);
    }

    T stricter(T one, T other) {
        return shape.stricter.apply(one, other);
    }

    /** Returns true if {@code wanted} asks for less than {@code other} in any respect. */
    boolean isWeaker(T wanted, T other) {
        return !stricter(wanted, other).equals(wanted);
    }

    /** Returns the schema of the values, for editors. */
    public Schema schema() {
        return shape.schema;
    }

    /** Returns the meaning without markup. */
    public String meaning() {
        return meaning.replace("`", "");
    }

    /** Returns the value that holds if no level gives one. */
    T builtIn() {
        return builtIn;
    }

    /** Returns the least strict of all values. */
    T laxest() {
        return laxest;
    }

    /**
     * Returns the setting for the explanation if no level has given a value. It is made once, because most settings of
     * most decisions are like that.
     */
    Setting unsetSetting() {
        return unsetSetting;
    }

    /** Returns its row of the reference table. */
    String row() {
        return "| `" + name + "` | " + shape.values + " | `" + text(builtIn) + "` | " + meaning + " |";
    }

    @Override
    public String toString() {
        return name;
    }

    /** Returns all parameters in the order of the documentation. */
    public static List<MailboxParameter<?>> all() {
        return Collections.unmodifiableList(ALL);
    }

    /** Returns the parameter with the least size of such keys; empty for kinds that have one size only. */
    public static Optional<MailboxParameter<Integer>> leastSize(KeyKind kind) {
        return switch (kind) {
            case RSA -> Optional.of(RSA_BITS);
            case EC, BRAINPOOL -> Optional.of(EC_BITS);
            case ML_KEM -> Optional.of(ML_KEM_SET);
            case ML_DSA -> Optional.of(ML_DSA_SET);
            case ED25519, ED448, X25519, X448 -> Optional.empty();
        };
    }

    private static <T extends Comparable<T>> Shape<T> words(Map<String, T> words, Map<String, T> codes, T strictest) {
        Map<T, String> texts = new LinkedHashMap<>();
        words.forEach((word, value) -> texts.putIfAbsent(value, word));
        List<String> shown = new ArrayList<>();
        words.forEach((word, value) -> shown.add("`" + word + "`"
                + codes.entrySet().stream()
                        .filter(code -> code.getValue().equals(value))
                        .map(code -> " (" + code.getKey() + ")")
                        .findFirst()
                        .orElse("")));
        boolean highest = words.values().stream().allMatch(value -> value.compareTo(strictest) <= 0);
        Comparator<T> order = highest ? Comparator.naturalOrder() : Comparator.reverseOrder();
        return new Shape<>(
                value -> value.word(words, codes),
                value -> String.valueOf(texts.get(value)),
                String.join(", ", shown),
                schema(words, codes),
                BinaryOperator.maxBy(order));
    }

    // An editor reads a code as a number.
    private static Schema schema(Map<String, ?> words, Map<String, ?> codes) {
        List<Object> values = new ArrayList<>(words.keySet());
        codes.keySet().stream().sorted().map(Integer::valueOf).forEach(values::add);
        return Schema.word(values);
    }

    private static Shape<Boolean> bool(boolean strictest, Map<String, Boolean> codes) {
        return new Shape<>(
                value -> value.bool(codes),
                String::valueOf,
                codes.isEmpty() ? "`true`, `false`" : "`true` (1), `false` (0)",
                codes.isEmpty() ? Schema.bool() : Schema.anyOf(Schema.bool(), schema(Map.of(), codes)),
                (one, other) -> one == strictest ? one : other);
    }

    private static Shape<Integer> bits(int least, int most) {
        return new Shape<>(
                value -> value.integer(least, most),
                String::valueOf,
                "bits, " + least + " to " + most,
                Schema.integer(least, most),
                Integer::max);
    }

    /** Of two lists of allowed values, the stricter one is their intersection. */
    private static <E extends Enum<E>> Shape<Set<E>> set(Class<E> type, Map<String, E> words) {
        return new Shape<>(
                value -> elements(value, type, words),
                set -> words.entrySet().stream()
                        .filter(word -> set.contains(word.getValue()))
                        .map(Map.Entry::getKey)
                        .toList()
                        .toString(),
                "a list of `" + String.join("`, `", words.keySet()) + "`",
                Schema.oneOrMore(Schema.word(words.keySet())),
                (one, other) -> {
                    Set<E> both = EnumSet.noneOf(type);
                    both.addAll(one);
                    both.retainAll(other);
                    return both;
                });
    }

    /** Returns the same shape, except that an empty list takes away what a level above allows. */
    private static Shape<Set<LegacyAlgorithm>> possiblyNone(Shape<Set<LegacyAlgorithm>> some) {
        return new Shape<>(
                value -> {
                    if (value.isBool()) {
                        value.error("must list the allowed algorithms, such as [TripleDES], or [] for none; they"
                                + " cannot be allowed all at once");
                        return Optional.empty();
                    }
                    return value.isList() && value.list().isEmpty() ? Optional.of(Set.of()) : some.reader.apply(value);
                },
                some.text,
                some.values,
                Schema.anyOf(some.schema, Schema.constant(List.of())),
                some.stricter);
    }

    private static <E extends Enum<E>> Optional<Set<E>> elements(YamlValue value, Class<E> type, Map<String, E> words) {
        Set<E> elements = EnumSet.noneOf(type);
        boolean isWhole = true;
        for (YamlValue item : value.oneOrMore()) {
            Optional<E> element = item.word(words);
            isWhole &= element.isPresent();
            element.ifPresent(elements::add);
        }
        return isWhole && !elements.isEmpty() ? Optional.of(elements) : Optional.empty();
    }

    private static final Map<String, Boolean> BOOLEAN_CODES = Map.of("0", false, "1", true);
    private static final Map<String, Negotiation> NEGOTIATION_WORDS = wordsOf(Negotiation.values(), Negotiation::word);
    private static final Map<String, Readables.Item> READABLE_WORDS =
            wordsOf(Readables.Item.values(), Readables.Item::word);
    private static final List<MailboxParameter<?>> ALL = new ArrayList<>();

    static final Map<String, RsaKeyTransport> KEY_TRANSPORT_WORDS =
            wordsOf(RsaKeyTransport.values(), MailboxParameter::word);
    private static final Map<String, MlKem> ML_KEM_WORDS =
            wordsOf(new MlKem[] {MlKem.BESIDE, MlKem.ALONE}, each -> each.name().toLowerCase(Locale.ROOT));
    static final Map<String, RsaPadding> PADDING_WORDS = wordsOf(RsaPadding.values(), RsaPadding::name);

    static final MailboxParameter<Boolean> MESSAGES_SIGNED = new MailboxParameter<>(
            "RequireSignedSMIMEMessages",
            ADDS_UP,
            bool(true, BOOLEAN_CODES),
            false,
            false,
            "every message of the sender is signed");
    public static final MailboxParameter<SignedAlgorithm> SIGNED_ALGORITHM = new MailboxParameter<>(
            "RequireSignedSMIMEAlgorithm",
            ADDS_UP,
            words(SignedAlgorithm.WORDS, SignedAlgorithm.CODES, SignedAlgorithm.SHA512),
            SignedAlgorithm.SHA256,
            SignedAlgorithm.MD5,
            "the digest of signatures; see `enforcement`");
    static final MailboxParameter<Boolean> MESSAGES_ENCRYPTED = new MailboxParameter<>(
            "RequireEncryptedSMIMEMessages",
            ADDS_UP,
            bool(true, BOOLEAN_CODES),
            false,
            false,
            "every message of the sender is encrypted, or not sent");
    public static final MailboxParameter<EncryptionAlgorithm> ENCRYPTION_ALGORITHM = new MailboxParameter<>(
            "RequireEncryptionSMIMEAlgorithm",
            ADDS_UP,
            words(EncryptionAlgorithm.WORDS, EncryptionAlgorithm.CODES, EncryptionAlgorithm.AES256_GCM),
            EncryptionAlgorithm.AES256,
            EncryptionAlgorithm.RC2_40,
            "the content cipher; see `enforcement` and the negotiation");
    public static final MailboxParameter<Negotiation> NEGOTIATION = new MailboxParameter<>(
            "AllowSMIMEEncryptionAlgorithmNegotiation",
            false,
            words(
                    NEGOTIATION_WORDS,
                    Map.of("0", Negotiation.BLOCK, "1", Negotiation.ONLY_STRONG, "2", Negotiation.ALLOW_ANY),
                    Negotiation.BLOCK),
            Negotiation.ALLOW_ANY,
            Negotiation.ALLOW_ANY,
            "what to do for a recipient who cannot read the required algorithm");
    static final MailboxParameter<Boolean> SOFT_CERTIFICATES = new MailboxParameter<>(
            "AllowSMIMESoftCerts",
            false,
            bool(false, BOOLEAN_CODES),
            true,
            true,
            "`false`: only a key in a hardware token signs");
    public static final MailboxParameter<Enforcement> ENFORCEMENT = new MailboxParameter<>(
            "enforcement",
            false,
            words(Words.of(Enforcement.class), Map.of(), Enforcement.EXACT),
            Enforcement.MINIMUM,
            Enforcement.MINIMUM,
            "`minimum`: a named algorithm is the weakest one allowed; `exact`: it is the only one allowed");
    public static final MailboxParameter<Set<LegacyAlgorithm>> LEGACY_ALGORITHMS = new MailboxParameter<>(
            "allowLegacyAlgorithms",
            false,
            possiblyNone(set(LegacyAlgorithm.class, LegacyAlgorithm.WRITTEN)),
            Set.of(),
            Set.copyOf(LegacyAlgorithm.WRITTEN.values()),
            "old algorithms that may be used for new mail,"
                    + " and in mail to these people are opened and trusted; `[]`: none");
    public static final MailboxParameter<Set<LegacyAlgorithm>> READ_LEGACY_ALGORITHMS = new MailboxParameter<>(
            "readLegacyAlgorithms",
            false,
            possiblyNone(set(LegacyAlgorithm.class, LegacyAlgorithm.WORDS)),
            Set.of(),
            Set.copyOf(EnumSet.allOf(LegacyAlgorithm.class)),
            "old algorithms that are also opened and trusted in mail to these people,"
                    + " but never used for new mail; `[]`: none");
    public static final MailboxParameter<RsaKeyTransport> KEY_TRANSPORT = new MailboxParameter<>(
            "RSAKeyTransport",
            false,
            words(KEY_TRANSPORT_WORDS, Map.of(), RsaKeyTransport.OAEP_SHA512),
            RsaKeyTransport.PKCS1,
            RsaKeyTransport.PKCS1,
            "how content keys are encrypted to RSA keys; follows `enforcement` and the negotiation as the cipher does");
    public static final MailboxParameter<RsaPadding> PADDING = new MailboxParameter<>(
            "RSASignaturePadding",
            false,
            words(PADDING_WORDS, Map.of(), RsaPadding.PSS),
            RsaPadding.PKCS1,
            RsaPadding.PKCS1,
            "how RSA keys sign");
    public static final MailboxParameter<WantedSigner> SIGNER = new MailboxParameter<>(
            "signer",
            false,
            words(Words.of(WantedSigner.class), Map.of(), WantedSigner.OWN),
            WantedSigner.OWN,
            WantedSigner.DOMAIN,
            "whose key signs: the From address's (`own`), its domain's (`domain`, RFC 3183),"
                    + " or its domain's where it has none (`ownOrDomain`)");
    public static final MailboxParameter<MlKem> ML_KEM = new MailboxParameter<>(
            "mlKem",
            false,
            words(ML_KEM_WORDS, Map.of(), MlKem.ALONE),
            MlKem.BESIDE,
            MlKem.BESIDE,
            "for a recipient with an ML-KEM certificate and another one:"
                    + " encrypt to both (`beside`), or to the ML-KEM certificate only (`alone`)");
    public static final MailboxParameter<FurtherReaders> ENCRYPT_FOR = new MailboxParameter<>(
            "encryptFor",
            false,
            new Shape<>(
                    FurtherReaders::read,
                    FurtherReaders::text,
                    "a list of `sender` and addresses",
                    FurtherReaders.schema(),
                    FurtherReaders::with),
            FurtherReaders.NONE,
            FurtherReaders.NONE,
            "people who can read every copy that is encrypted for somebody else, without getting it; `[]`: nobody");
    public static final MailboxParameter<SenderEncryption> SENDER_ENCRYPTION = new MailboxParameter<>(
            "acceptSenderEncryption",
            ADDS_UP,
            words(Words.of(SenderEncryption.class), Map.of(), SenderEncryption.NEVER),
            SenderEncryption.FOR_RECIPIENT,
            SenderEncryption.STRUCTURE,
            "which encryption of the sender's own counts where encryption is required: one for a certificate"
                    + " of the recipient (`forRecipient`), any that is sound (`structure`), or none (`never`)");
    public static final MailboxParameter<Set<KeyKind>> KEY_ALGORITHMS = new MailboxParameter<>(
            "keyAlgorithms",
            false,
            set(KeyKind.class, KeyKind.WORDS),
            Set.copyOf(EnumSet.of(
                    KeyKind.RSA,
                    KeyKind.EC,
                    KeyKind.BRAINPOOL,
                    KeyKind.ED25519,
                    KeyKind.ED448,
                    KeyKind.X25519,
                    KeyKind.X448,
                    KeyKind.ML_KEM)),
            Set.copyOf(EnumSet.allOf(KeyKind.class)),
            "keys that may sign and be encrypted to;"
                    + " `EC` and `Brainpool` are ECDSA and ECDH on curves of NIST and of RFC 5639");
    public static final MailboxParameter<Integer> RSA_BITS = new MailboxParameter<>(
            "minimumKeySize.RSA", false, bits(2048, 16384), 2048, 2048, "of senders' and recipients' RSA keys");
    public static final MailboxParameter<Integer> EC_BITS = new MailboxParameter<>(
            "minimumKeySize.EC",
            false,
            bits(256, 521),
            256,
            256,
            "of senders' and recipients' keys on curves, for `EC` and `Brainpool`");
    static final MailboxParameter<Integer> ML_KEM_SET = new MailboxParameter<>(
            "minimumKeySize.ML-KEM",
            false,
            bits(512, 1024),
            512,
            512,
            "the number of the parameter set of ML-KEM keys");
    static final MailboxParameter<Integer> ML_DSA_SET = new MailboxParameter<>(
            "minimumKeySize.ML-DSA", false, bits(44, 87), 44, 44, "the number of the parameter set of ML-DSA keys");
    public static final MailboxParameter<Set<Readables.Item>> RECIPIENTS_READ = new MailboxParameter<>(
            "recipientsRead",
            false,
            set(Readables.Item.class, READABLE_WORDS),
            Set.copyOf(EnumSet.of(
                    Readables.Item.AES128, Readables.Item.AES192, Readables.Item.AES256, Readables.Item.PKCS1)),
            Set.copyOf(new LinkedHashSet<>(EnumSet.allOf(Readables.Item.class))),
            "the algorithms that recipients are assumed to read if nothing else is known");
    public static final MailboxParameter<Boolean> HEADER_PROTECTION = new MailboxParameter<>(
            "headerProtection",
            false,
            bool(true, Map.of()),
            true,
            false,
            "signatures and encryption cover the header fields too (RFC 9788)");
    public static final MailboxParameter<Boolean> HIDE_SUBJECT = new MailboxParameter<>(
            "hideSubject",
            false,
            bool(true, Map.of()),
            false,
            false,
            "an encrypted message shows `[...]` instead of its Subject and no other field repeats the Subject,"
                    + " or the message is refused");
    public static final MailboxParameter<Boolean> LEGACY_DISPLAY = new MailboxParameter<>(
            "legacyDisplay",
            false,
            bool(false, Map.of()),
            true,
            true,
            "a hidden Subject stands above the text too, for mail programs that do not know RFC 9788");

    public static final MailboxParameter<Boolean> DOMAIN_SIGNATURES = new MailboxParameter<>(
            "believeDomainSignatures",
            false,
            bool(false, Map.of()),
            false,
            true,
            "in mail to these people, a valid signature of the sender's domain counts as the sender's (RFC 3183)");
    public static final MailboxParameter<Boolean> OPEN_HEADERLESS = new MailboxParameter<>(
            "openHeaderless",
            false,
            bool(false, Map.of()),
            false,
            true,
            "in mail to these people, text without a header section that no authentication tag protects"
                    + " can be opened (with onSuspicious: deliver)");

    private static String word(RsaKeyTransport transport) {
        return switch (transport) {
            case PKCS1 -> "PKCS1";
            case OAEP_SHA1 -> "OAEP-SHA1";
            case OAEP_SHA256 -> "OAEP-SHA256";
            case OAEP_SHA384 -> "OAEP-SHA384";
            case OAEP_SHA512 -> "OAEP-SHA512";
        };
    }

    private static <E> Map<String, E> wordsOf(E[] values, Function<E, String> word) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E value : values) {
            words.put(word.apply(value), value);
        }
        return words;
    }
}
