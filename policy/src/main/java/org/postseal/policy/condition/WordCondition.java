package org.postseal.policy.condition;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.TextReadings;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.yaml.Words;

/**
 * A condition that names words for a fact, such as {@code kind}. It holds if the fact is any of them.
 *
 * @param readings which ways a doubtful ciphertext counts as ({@link Asked#isContent}); for any other fact it makes no
 *     difference
 */
public record WordCondition<E extends Enum<E>>(Fact<E> fact, Set<E> any, TextReadings readings) implements Condition {
    public static final Fact<Direction> DIRECTION = new Fact<>(
            new ConditionType(
                    "direction",
                    Needs.ENVELOPE,
                    "Where the message goes for this recipient.",
                    "`outbound`, `inbound`, `internal`, `forwarded` ([how they are told"
                            + " apart](policy.md#direction))",
                    ConditionForm.words(Words.of(Direction.class), any -> of(WordCondition.DIRECTION, any))),
            Values.ONE,
            "mail is ",
            Words::word,
            (any, asked, _) -> any.contains(asked.direction()));

    /** A rule that names no kind means ordinary mail, so naming all kinds says more than naming none. */
    public static final Fact<Facts.Kind> KIND = new Fact<>(
            new ConditionType(
                    "kind",
                    Needs.MESSAGE,
                    "Ordinary mail, or mail that no rule touches unless it names it.",
                    "`ordinary`, `nullSender`, `autoReply`",
                    ConditionForm.words(Words.of(Facts.Kind.class), any -> of(WordCondition.KIND, any))),
            Values.ONE_OR_NONE,
            "its kind is ",
            Words::word,
            (any, asked, _) -> any.contains(asked.message().kind()));

    public static final Fact<Facts.Trait> TRAIT = new Fact<>(
            new ConditionType(
                    "trait",
                    Needs.MESSAGE,
                    "Further properties of the message.",
                    "any of the [traits](#traits) below",
                    ConditionForm.words(Words.of(Facts.Trait.class), any -> of(WordCondition.TRAIT, any))),
            Values.MANY,
            "it is or has ",
            Words::word,
            (any, asked, _) -> !Collections.disjoint(any, asked.message().traits()));

    public static final Fact<Facts.Content> CONTENT = new Fact<>(
            new ConditionType(
                    "content",
                    Needs.MESSAGE,
                    "How the message came.",
                    "how the message came: `clear`, `signed`, `encrypted`, `otherCms` (certificates only,"
                            + " compressed); what [may be no encryption](#doubtful-encryption) is more than one",
                    ConditionForm.words(Words.of(Facts.Content.class), any -> of(WordCondition.CONTENT, any))),
            Values.ONE,
            "it comes ",
            Words::word,
            (any, asked, readings) -> asked.isContent(any, readings));

    public static final Fact<Facts.Signature> SIGNATURE = new Fact<>(
            new ConditionType(
                    "signature",
                    Needs.INSIDE,
                    "The verdict on its signature.",
                    "`unsigned`, `valid`, `invalid`, `unverifiable`: the verdict on its signature, also on one under"
                            + " an encryption that could be opened. A good signature that not every mail program reads"
                            + " alike, or whose signed Subject or address fields stand outside with other values, is"
                            + " `unverifiable`, and so is mail that only some programs take for signed"
                            + " ([claims.md](claims.md#signed))",
                    ConditionForm.words(Words.of(Facts.Signature.class), any -> of(WordCondition.SIGNATURE, any))),
            Values.ONE,
            "its signature is ",
            Words::word,
            (any, asked, _) -> any.contains(asked.inside().signature()));

    static final Fact<SignedAlgorithm> SIGNED_WITH = new Fact<>(
            new ConditionType(
                    "signedWith",
                    Needs.INSIDE,
                    "The weakest digest of the signature.",
                    "the weakest digest of its signature, valid or not: names as in `RequireSignedSMIMEAlgorithm`",
                    ConditionForm.words(SignedAlgorithm.WORDS, any -> of(WordCondition.SIGNED_WITH, any))),
            Values.ONE_OR_NONE,
            "it is signed with ",
            SignedAlgorithm::name,
            (any, asked, _) -> asked.inside().digest().filter(any::contains).isPresent());

    static final Fact<EncryptionAlgorithm> ENCRYPTED_WITH = new Fact<>(
            new ConditionType(
                    "encryptedWith",
                    Needs.MESSAGE,
                    "The cipher it came with.",
                    "the cipher it came with: names as in `RequireEncryptionSMIMEAlgorithm`",
                    ConditionForm.words(EncryptionAlgorithm.WORDS, any -> of(WordCondition.ENCRYPTED_WITH, any))),
            Values.ONE_OR_NONE,
            "it is encrypted with ",
            EncryptionAlgorithm::word,
            (any, asked, readings) ->
                    asked.cipher(readings).filter(any::contains).isPresent());

    /**
     * A fact that has words.
     *
     * @param clause the text before the words
     * @param word returns the word for one value
     * @param holds tells whether the fact is one of these values
     */
    public record Fact<E extends Enum<E>>(
            ConditionType type, Values values, String clause, Function<E, String> word, Holding<E> holds) {}

    /** Tells whether a fact is one of these values. */
    interface Holding<E extends Enum<E>> {
        boolean test(Set<E> any, Asked asked, TextReadings readings);
    }

    /** How many of its values a fact has. */
    enum Values {
        ONE,
        ONE_OR_NONE,
        MANY
    }

    public static <E extends Enum<E>> WordCondition<E> of(Fact<E> fact, Set<E> any) {
        return new WordCondition<>(fact, any, TextReadings.ANY);
    }

    /** Returns the consequence of a condition that only encrypted mail meets. */
    static Consequence encrypted(String key) {
        return new Consequence(
                of(CONTENT, EnumSet.of(Facts.Content.ENCRYPTED)), key + " holds for content: encrypted only");
    }

    /** Returns the consequence of a condition that only mail with a valid signature meets. */
    static Consequence validSignature(String key) {
        return new Consequence(
                of(SIGNATURE, EnumSet.of(Facts.Signature.VALID)), key + " holds for valid signatures only");
    }

    /** Returns the values that conditions name for a fact; empty if none is about it. */
    @SuppressWarnings("unchecked") // a condition on a fact has values of this fact
    public static <E extends Enum<E>> Optional<Set<E>> named(Fact<E> fact, List<Condition> conditions) {
        for (Condition condition : conditions) {
            if (condition instanceof WordCondition<?> words && words.fact.equals(fact)) {
                return Optional.of((Set<E>) words.any);
            }
        }
        return Optional.empty();
    }

    @Override
    public ConditionType type() {
        return fact.type;
    }

    @Override
    public Truth holds(Asked asked) {
        return Truth.of(fact.holds.test(any, asked, readings));
    }

    @Override
    public WordCondition<E> with(TextReadings wanted) {
        return isOfCiphertext() ? new WordCondition<>(fact, any, wanted) : this;
    }

    private boolean isOfCiphertext() {
        return fact.equals(CONTENT) || fact.equals(ENCRYPTED_WITH);
    }

    @Override
    public String words() {
        return fact.clause + any.stream().sorted().map(fact.word).collect(Collectors.joining(" or "));
    }

    @Override
    public boolean isWithin(Condition wider) {
        return wider instanceof WordCondition<?> words
                && words.fact.equals(fact)
                && readings.isWithin(words.readings)
                && words.any.containsAll(any);
    }

    @Override
    public boolean isAlways() {
        return fact.values == Values.ONE
                && !any.isEmpty()
                && EnumSet.complementOf(EnumSet.copyOf(any)).isEmpty();
    }

    @Override
    public Optional<Consequence> consequence() {
        if (fact.equals(ENCRYPTED_WITH)) {
            return Optional.of(encrypted(key()));
        }
        return fact.equals(CONTENT) && any.equals(EnumSet.of(Facts.Content.CLEAR))
                ? Optional.of(new Consequence(
                        of(SIGNATURE, EnumSet.of(Facts.Signature.UNSIGNED)),
                        "content: clear is always signature: unsigned"))
                : Optional.empty();
    }

    @Override
    public List<Condition> parts() {
        return Condition.each(any, value -> of(fact, EnumSet.of(value)).with(readings));
    }

    @Override
    public boolean mayMeet(Condition other) {
        return fact.values == Values.MANY
                || !(other instanceof WordCondition<?> words)
                || !words.fact.equals(fact)
                || !Collections.disjoint(any, words.any);
    }

    /** Returns true if any of these conditions may read a doubtful ciphertext in several ways. */
    public static boolean looksAtCiphertext(List<Condition> conditions) {
        return conditions.stream().anyMatch(each -> each instanceof WordCondition<?> words && words.isOfCiphertext());
    }
}
