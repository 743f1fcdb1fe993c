package org.postseal.policy.condition;

import java.text.Normalizer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.facts.Part;
import org.postseal.policy.facts.Parts;
import org.postseal.policy.header.Assumptions;
import org.postseal.policy.header.FieldReadings;
import org.postseal.policy.header.HeaderQuestion;
import org.postseal.policy.header.HeaderTest;
import org.postseal.policy.header.OpenQuestion;
import org.postseal.policy.header.TextReadings;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.People;
import org.postseal.policy.protection.EncryptionAlgorithm;

/**
 * Holds the facts that the conditions of one decision look at. It remembers who was found in which group, the readings
 * of fields, and whether a condition looked under an encryption. Used once.
 */
public final class Asked {
    private final Facts facts;
    private final Direction direction;
    private final DirectoryFacts directory;
    private final Assumptions assumptions;
    private final Map<Question, Truth> answers;
    private final Map<String, List<FieldReadings>> fields;
    private final Set<MailAddress> senders;
    private final boolean isAnybody;
    private final boolean mustBeNamed;
    private final boolean isFromOutside;
    private boolean lookedInside;

    public Asked(Facts facts, DomainSet internal, DirectoryFacts directory) {
        this(facts, internal, directory, Assumptions.NONE);
    }

    public Asked(Facts facts, DomainSet internal, DirectoryFacts directory, Assumptions assumptions) {
        this(facts, internal, directory, assumptions, new HashMap<>());
    }

    private Asked(
            Facts facts,
            DomainSet internal,
            DirectoryFacts directory,
            Assumptions assumptions,
            Map<Question, Truth> answers) {
        this.facts = facts;
        this.direction = Direction.of(internal, facts);
        this.directory = directory;
        this.assumptions = assumptions;
        this.answers = answers;
        this.fields = new HashMap<>();
        Set<MailAddress> named =
                facts.message().author().senders(facts.envelopeSender(), isSubmitterAnother(facts, internal));
        this.senders = withMailboxes(named, internal);
        this.isAnybody = !facts.message().author().isComplete() || mayLogInAsAnybody(facts, named, internal);
        this.mustBeNamed = true;
        this.isFromOutside = false;
    }

    private Asked(Asked other, boolean mustBeNamed, boolean isFromOutside) {
        this.facts = other.facts;
        this.direction = other.direction;
        this.directory = other.directory;
        this.assumptions = other.assumptions;
        this.answers = other.answers;
        this.fields = other.fields;
        this.senders = other.senders;
        this.isAnybody = other.isAnybody;
        this.mustBeNamed = mustBeNamed;
        this.isFromOutside = isFromOutside;
    }

    // One of our own users must not escape a demand by writing as somebody else.
    private static boolean isSubmitterAnother(Facts facts, DomainSet internal) {
        return facts.originMaySubmit()
                && !facts.isAuthorSubmitting()
                && facts.envelopeSender()
                        .filter(sender -> internal.has(sender.domain()))
                        .isPresent();
    }

    // Servers look an address up in many ways to find its owner: they take quotes off, fold letters or leave accents
    // out, and take an address of their own host for a domain of theirs.
    private static boolean mayLogInAsAnybody(Facts facts, Set<MailAddress> named, DomainSet internal) {
        return facts.originMaySubmit()
                && !facts.peer().answersForFrom()
                && (facts.envelopeSender()
                                .filter(sender -> sender.domain().isLiteral())
                                .isPresent()
                        || named.stream().anyMatch(sender -> internal.has(sender.domain()) && !sender.isPlain()));
    }

    // Nor by another spelling of their address, with which their server lets them write.
    private static Set<MailAddress> withMailboxes(Set<MailAddress> senders, DomainSet internal) {
        // The order is always the same, because the questions about groups are recorded.
        Set<MailAddress> mailboxes = new TreeSet<>(Comparator.comparing(MailAddress::key));
        for (MailAddress sender : senders) {
            if (internal.has(sender.domain())) {
                sender.otherName().ifPresent(mailboxes::add);
            }
        }
        if (mailboxes.isEmpty()) {
            return senders;
        }
        mailboxes.addAll(senders);
        return mailboxes;
    }

    /** Returns what is asked of {@link Facts#asSentOn}. Both share the answers about groups. */
    public Asked asSentOn(DomainSet internal) {
        return new Asked(facts.asSentOn(), internal, directory, assumptions, answers);
    }

    /** Returns a view in which rules need not name the kind of mail to match it. Both views share the answers. */
    public Asked ofAnyRule() {
        return new Asked(this, false, isFromOutside);
    }

    /** Returns a view in which nobody knows what is under an encryption. Both views share the answers. */
    public Asked fromOutside() {
        return new Asked(this, mustBeNamed, true);
    }

    /** Returns true if conditions on what is under an encryption have no answer. */
    public boolean isFromOutside() {
        return isFromOutside;
    }

    /** Returns true if a rule matches automatic and rights-protected mail only if it names such mail. */
    public boolean mustBeNamed() {
        return mustBeNamed;
    }

    public Facts.Message message() {
        return facts.message();
    }

    boolean isOfOurs() {
        return facts.originMaySubmit();
    }

    Facts.Peer peer() {
        return facts.peer();
    }

    public MailAddress recipient() {
        return facts.recipient();
    }

    boolean isVisible() {
        return facts.visible();
    }

    Facts.Content content() {
        return facts.content();
    }

    /**
     * Tells whether the message came in one of these ways. A doubtful ciphertext came in two ways, encrypted and clear,
     * because some mail programs show it as clear text. The readings say how many of them must be named:
     *
     * <ul>
     *   <li>{@code ANY_OR_UNKNOWN}, for a rule that demands, refuses or redirects: either of them
     *   <li>{@code ALL}, for an exception: both
     *   <li>{@code ANY}, for every other rule: encrypted, and for mail of our own users clear as well, so that no rule
     *       takes such mail from a rule behind it that demands encryption
     * </ul>
     */
    boolean isContent(Set<Facts.Content> any, TextReadings readings) {
        boolean asItLooks = any.contains(content());
        if (facts.existing().doubt().isEmpty()) {
            return asItLooks;
        }
        boolean asClear = any.contains(Facts.Content.CLEAR);
        return switch (readings) {
            case ANY_OR_UNKNOWN -> asItLooks || asClear;
            case ANY -> asItLooks && (asClear || !facts.originMaySubmit());
            case ALL -> asItLooks && asClear;
        };
    }

    /**
     * Returns the cipher. A doubtful ciphertext has one only where a condition on encrypted content alone would hold
     * for it.
     */
    Optional<EncryptionAlgorithm> cipher(TextReadings readings) {
        boolean isCounted = facts.existing().doubt().isEmpty()
                || switch (readings) {
                    case ANY_OR_UNKNOWN -> true;
                    case ANY -> !facts.originMaySubmit();
                    case ALL -> false;
                };
        return facts.existing().cipher().filter(_ -> isCounted);
    }

    public Direction direction() {
        return direction;
    }

    /**
     * Returns everybody who may be the sender: the single From address, or the reverse path if there is none. If mail
     * programs may show different authors, it returns each of them and the reverse path. In mail of our own, it also
     * returns an internal reverse path that is another address than From, unless the peer answers for From. An address
     * of ours that has another name for the same mailbox ({@link MailAddress#otherName}) is returned by both.
     */
    public Set<MailAddress> senders() {
        return senders;
    }

    /**
     * Returns true if some program may read an address at this domain in From. Programs leave out comments, quotes,
     * blanks and whatever else they do not understand, but none shows letters that do not stand there in this order.
     */
    public boolean mayAuthorBeAt(Domain domain) {
        List<FieldReadings> from = facts.headers().readings("from");
        return from.isEmpty()
                || from.stream()
                        .anyMatch(field -> !field.isComplete()
                                || field.texts().stream()
                                        .map(text -> letters(text.text()))
                                        .anyMatch(text -> holds(text, letters(domain.ascii()))
                                                || holds(text, letters(domain.spelling()))));
    }

    private static String letters(String text) {
        return MailAddress.folded(Normalizer.normalize(MailAddress.folded(text), Normalizer.Form.NFKC));
    }

    private static boolean holds(String text, String domain) {
        int at = -1;
        for (int i = 0; i < domain.length(); i++) {
            if (Character.isLetterOrDigit(domain.charAt(i))) {
                at = text.indexOf(domain.charAt(i), at + 1);
                if (at < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Returns true if the sender may be anybody: mail programs may show any author, or one of our own users submits the
     * message under an address by which a server may know anybody.
     */
    public boolean isSenderAnybody() {
        return isAnybody;
    }

    /**
     * Tells whether somebody is among these people. It asks a directory server only if neither the address nor the
     * domain settles it.
     */
    Truth isAmong(People people, MailAddress who) {
        Truth truth =
                Truth.of(people.addresses().contains(who) || people.domains().has(who.domain()));
        for (String group : people.groups()) {
            if (truth instanceof Truth.Yes) {
                return truth;
            }
            truth = truth.or(member(who, group));
        }
        return truth;
    }

    /** Tells whether somebody is in a group that a directory server knows. */
    public Truth member(MailAddress who, String group) {
        return answers.computeIfAbsent(
                new Question(who, group), question -> switch (directory.member(question.who(), question.group())) {
                    case DirectoryFacts.Membership.Member _ -> Truth.of(true);
                    case DirectoryFacts.Membership.NotMember _ -> Truth.of(false);
                    case DirectoryFacts.Membership.LookupFailed(String why) ->
                        new Truth.NotKnown("whether " + who + " is in group " + group + ": " + why);
                });
    }

    /** Answers a question about header fields, either from an assumption or from the fields themselves. */
    boolean answer(HeaderQuestion question, TextReadings readings) {
        Optional<Boolean> assumed = assumptions.answer(question);
        return assumed.isPresent() ? assumed.get() : isMetByFields(question, readings);
    }

    private boolean isMetByFields(HeaderQuestion question, TextReadings readings) {
        for (HeaderTest test : question.any()) {
            List<FieldReadings> found = fields(test.name());
            if (facts.headers().answer(test, readings, () -> test.isMetBy(found, readings))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells whether a part of the message passes a test, from an assumption or from the parts themselves. No other
     * method leads a condition to the parts, and a condition that calls this one declares it ({@link
     * Condition.Needs#NOT_RECORDED}).
     *
     * @param condition the one that asks, always with the same test
     */
    boolean hasPart(OpenQuestion condition, Predicate<Part> test) {
        return assumptions.answer(condition).orElseGet(() -> {
            Parts parts = message().parts();
            fields.computeIfAbsent(FILE_NAME, _ -> parts.fileNames());
            return parts.any(condition, test);
        });
    }

    /** Returns the readings of the fields with this name, which is in lower case. */
    public List<FieldReadings> fields(String name) {
        return fields.computeIfAbsent(name, facts.headers()::readings);
    }

    /**
     * Returns the names of the fields that a condition looked at and that some mail program may show in a way that is
     * not known.
     */
    public List<String> incomplete() {
        return fields.entrySet().stream()
                .filter(field -> !field.getValue().stream().allMatch(FieldReadings::isComplete))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * Returns the protection together with what may have been found under an encryption: a signature, or a sign of
     * changes. No other method leads there, and a condition that calls this one declares it
     * ({@link Condition.Needs#INSIDE}).
     */
    Facts.Existing inside() {
        lookedInside |= isEncrypted();
        return facts.existing();
    }

    public boolean isEncrypted() {
        return content() == Facts.Content.ENCRYPTED;
    }

    /** Returns true if content that one of our keys opened had a say in which rule matches. */
    public boolean lookedInside() {
        return lookedInside;
    }

    private record Question(MailAddress who, String group) {}

    // No field has this name, because it has blanks.
    private static final String FILE_NAME = "content-disposition of a part";
}
