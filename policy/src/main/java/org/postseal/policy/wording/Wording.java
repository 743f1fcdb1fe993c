package org.postseal.policy.wording;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.outcome.Reason;

/**
 * Says to people why their mail was refused or held back, what they can do, and whom they can ask: the section {@code
 * words} of a policy. Immutable.
 *
 * @param contact whom to ask; empty if the policy has no such section, and then replies have their fixed texts
 * @param utf8Replies whether a client that says SMTPUTF8 gets text beyond ASCII
 */
public record Wording(Optional<String> contact, boolean utf8Replies, Languages languages, Texts texts) {
    /** A policy without words has this value. */
    public static final Wording NONE = new Wording(Optional.empty(), false, Languages.ENGLISH, Texts.NONE);

    /**
     * A recipient who was refused.
     *
     * @param text the name of the text that the rule asks for
     * @param sender of the envelope; empty for the null reverse path
     * @param subject as it came, outside any encryption; empty if it says nothing
     */
    public record Refusal(
            Reason reason,
            Optional<String> text,
            MailAddress recipient,
            Optional<MailAddress> sender,
            Optional<String> subject) {}

    /**
     * A message that was held back for some recipients.
     *
     * @param sender who is told
     * @param host the name of the gateway
     */
    public record HeldBack(
            MailAddress sender,
            String host,
            Optional<String> messageId,
            Optional<String> subject,
            List<Refusal> recipients) {}

    /** Holds a notice that is ready to be sent; its lines end in LF. */
    public record Notice(String subject, String body) {}

    /** Returns true if replies are put into words. */
    public boolean isOn() {
        return contact.isPresent();
    }

    /**
     * Returns the text of a reply, with one paragraph for each language. It is empty if there is no more to say than
     * the fixed text of the reason.
     *
     * @param mayBeUtf8 true if the client takes more than ASCII
     */
    public List<String> reply(Refusal refusal, boolean mayBeUtf8) {
        boolean isWorded = refusal.text().isPresent()
                || BuiltInWords.told(refusal.reason()).isPresent();
        if (!isOn() || !isWorded) {
            return List.of();
        }
        Map<String, Template> own =
                texts.find(refusal.text(), BuiltInWords.told(refusal.reason()).orElse(refusal.reason()));
        Set<String> paragraphs = new LinkedHashSet<>();
        for (String language : languages.of(refusal.sender(), refusal.recipient())) {
            paragraphs.add(paragraph(own, refusal, written(own, language), mayBeUtf8)
                    .or(() -> paragraph(own, refusal, BuiltInWords.ENGLISH, mayBeUtf8))
                    .or(() -> paragraph(Map.of(), refusal, language, mayBeUtf8))
                    .orElseGet(refusal.reason()::publicText));
        }
        return List.copyOf(paragraphs);
    }

    /** Returns the language itself, or else English, or else the first language, whichever the text is in. */
    private static String written(Map<String, Template> text, String language) {
        return text.isEmpty() || text.containsKey(language)
                ? language
                : text.containsKey(BuiltInWords.ENGLISH)
                        ? BuiltInWords.ENGLISH
                        : text.keySet().iterator().next();
    }

    /** Returns what is said in this language; empty if that cannot be said in ASCII, and has to be. */
    private Optional<String> paragraph(Map<String, Template> own, Refusal refusal, String language, boolean mayBeUtf8) {
        Template template = Optional.ofNullable(own.get(language)).orElseGet(BuiltInWords.in(language)::reply);
        String text = template.filled(placeholder -> value(placeholder, refusal, language, mayBeUtf8)).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
        return (mayBeUtf8 ? Optional.of(text) : PlainText.ascii(language, text)).filter(said -> !said.isEmpty());
    }

    private Optional<String> value(Placeholder placeholder, Refusal refusal, String language, boolean mayBeUtf8) {
        return switch (placeholder) {
            case RECIPIENT -> {
                String address = refusal.recipient().toString();
                yield Optional.of(mayBeUtf8 ? address : PlainText.marked(address));
            }
            case SUBJECT ->
                mayBeUtf8 ? refusal.subject() : refusal.subject().flatMap(text -> PlainText.ascii(language, text));
            case CONTACT -> contact;
            case REASON ->
                Optional.of(sentence(refusal.reason(), language)
                        .map(sentence -> one(sentence.reason(), refusal, language, mayBeUtf8))
                        .orElseGet(refusal.reason()::publicText));
            case ADVICE ->
                sentence(refusal.reason(), language)
                        .flatMap(Phrases.Sentence::advice)
                        .map(advice -> one(advice, refusal, language, mayBeUtf8));
            case HOST, MESSAGE_ID, RECIPIENTS -> Optional.empty();
        };
    }

    private String one(Template sentence, Refusal refusal, String language, boolean mayBeUtf8) {
        return String.join(" ", sentence.filled(placeholder -> value(placeholder, refusal, language, mayBeUtf8)));
    }

    private static Optional<Phrases.Sentence> sentence(Reason reason, String language) {
        return BuiltInWords.told(reason).map(BuiltInWords.in(language).sentences()::get);
    }

    /** Returns the notice to the sender, in each of their languages. */
    public Notice notice(HeldBack held) {
        List<String> spoken = languages.of(
                Optional.of(held.sender()), held.recipients().getFirst().recipient());
        String subject = filled(notice(spoken.getFirst()).subject(), held, spoken.getFirst());
        String body = spoken.stream()
                .map(language -> filled(notice(language).body(), held, language))
                .distinct()
                .collect(Collectors.joining(BETWEEN_LANGUAGES));
        return new Notice(subject, body + "\n");
    }

    /** Returns the notice in this language; that in English if there is none, the policy's own before ours. */
    private NoticeText notice(String language) {
        String written =
                texts.notices().containsKey(language) || BuiltInWords.has(language) ? language : BuiltInWords.ENGLISH;
        return texts.notices().getOrDefault(written, BuiltInWords.in(written).notice());
    }

    private String filled(Template template, HeldBack held, String language) {
        Function<Placeholder, Optional<String>> values = placeholder -> switch (placeholder) {
            case HOST -> Optional.of(held.host());
            case MESSAGE_ID -> held.messageId();
            case SUBJECT -> isOn() ? held.subject() : Optional.empty();
            case CONTACT -> contact;
            case RECIPIENTS -> Optional.of(recipients(held, language));
            case RECIPIENT, REASON, ADVICE -> Optional.empty();
        };
        return String.join("\n", template.filled(values)).strip();
    }

    private String recipients(HeldBack held, String language) {
        List<Refusal> all = held.recipients();
        String lines = all.stream()
                .limit(MOST_LINES)
                .map(refusal -> one(BuiltInWords.in(language).held(), refusal, language, true))
                .collect(Collectors.joining("\n"));
        return all.size() > MOST_LINES ? lines + "\n+ " + (all.size() - MOST_LINES) : lines;
    }

    private static final int MOST_LINES = 50;
    private static final String BETWEEN_LANGUAGES = "\n\n----------\n\n";
}
