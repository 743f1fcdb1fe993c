package org.postseal.policy.reading;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.rule.Action.OnFailure;
import org.postseal.policy.yaml.Words;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads the action for a message that fails a demand. Each key allows the words that make sense for it. */
final class FailureReader {
    private final DomainSet internal;
    private final Optional<MailAddress> quarantine;
    private final RefusalTextReader texts;

    FailureReader(DomainSet internal, Optional<MailAddress> quarantine, RefusalTextReader texts) {
        this.internal = internal;
        this.quarantine = quarantine;
        this.texts = texts;
    }

    RefusalTextReader texts() {
        return texts;
    }

    Optional<OnFailure> read(YamlMapping then, String key, Map<String, Word> words) {
        return then.value(key).flatMap(value -> read(value, words));
    }

    private Optional<OnFailure> read(YamlValue value, Map<String, Word> words) {
        if (value.isMapping()) {
            return value.mapping().flatMap(mapping -> read(mapping, words));
        }
        return value.word(words).flatMap(word -> switch (word) {
            case REJECT -> Optional.of(new OnFailure.Refuse());
            case REJECT_ALL -> Optional.of(new OnFailure.RefuseAll());
            case DEFER -> Optional.of(new OnFailure.TryLater());
            case DELIVER, SEND_CLEAR -> Optional.of(new OnFailure.DeliverAnyway());
            case LEAVE_CLOSED -> Optional.of(new OnFailure.LeaveClosed());
            case SEND_SIGNED -> Optional.of(new OnFailure.SendSigned());
            case REDIRECT -> quarantine(value).map(OnFailure.SendTo::new);
        });
    }

    private Optional<OnFailure> read(YamlMapping outcome, Map<String, Word> words) {
        Optional<OnFailure> reject =
                reply(outcome, words, Word.REJECT).map(mapping -> new OnFailure.Refuse(texts.read(mapping)));
        Optional<OnFailure> rejectAll =
                reply(outcome, words, Word.REJECT_ALL).map(mapping -> new OnFailure.RefuseAll(texts.read(mapping)));
        Optional<OnFailure> defer =
                reply(outcome, words, Word.DEFER).map(mapping -> new OnFailure.TryLater(texts.read(mapping)));
        Optional<OnFailure> reply = reject.or(() -> rejectAll).or(() -> defer);
        Optional<YamlValue> address = reply.isPresent() ? outcome.value("redirect") : outcome.required("redirect");
        outcome.refuseOthers();
        if (outcome.names().size() > 1) {
            outcome.error("takes one outcome");
        }
        return reply.or(() -> address.flatMap(this::quarantineAddress).map(OnFailure.SendTo::new));
    }

    private static Optional<YamlMapping> reply(YamlMapping outcome, Map<String, Word> words, Word word) {
        return words.containsValue(word) ? outcome.mapping(Words.word(word)) : Optional.empty();
    }

    /** Returns the policy's quarantine; it is an error if there is none. */
    Optional<MailAddress> quarantine(YamlValue value) {
        if (quarantine.isEmpty()) {
            value.error("needs an address: set quarantine at the top, or write { redirect: ADDRESS }");
        }
        return quarantine;
    }

    Optional<MailAddress> quarantineAddress(YamlValue value) {
        return quarantine(value, internal);
    }

    /** Reads the quarantine address. Redirected mail goes there as it came, so the address must be internal. */
    static Optional<MailAddress> quarantine(YamlValue value, DomainSet internal) {
        Optional<MailAddress> address = value.parsed("a mail address", MailAddress::parse);
        if (address.isPresent() && !internal.has(address.get().domain())) {
            value.error("must be an internal address: a redirected message goes there as it came");
        } else if (address.isPresent() && !internal.spells(address.get().domain())) {
            value.error("must have its domain as internal spells it: an MTA takes another spelling for another domain");
        }
        return address;
    }

    boolean hasQuarantine() {
        return quarantine.isPresent();
    }

    /** All words, of which each key allows some. */
    enum Word {
        REJECT,
        REJECT_ALL,
        DEFER,
        DELIVER,
        LEAVE_CLOSED,
        SEND_SIGNED,
        SEND_CLEAR,
        REDIRECT
    }

    private static Map<String, Word> words(Word... some) {
        Map<String, Word> words = new LinkedHashMap<>();
        for (Word word : some) {
            words.put(Words.word(word), word);
        }
        return words;
    }

    static final Map<String, Word> ON_MISSING =
            words(Word.REJECT, Word.REJECT_ALL, Word.DEFER, Word.SEND_SIGNED, Word.SEND_CLEAR, Word.REDIRECT);
    // A server that is down is no reason to send a message back.
    static final Map<String, Word> ON_LOOKUP = words(Word.DEFER, Word.DELIVER, Word.REDIRECT);
    static final Map<String, Word> ON_INVALID = words(Word.REJECT, Word.DELIVER, Word.REDIRECT);
    static final Map<String, Word> ON_WEAK = ON_INVALID;
    // A refusal is not allowed: it would tell whoever changed the ciphertext that the padding was right.
    static final Map<String, Word> ON_UNAUTHENTICATED = words(Word.DELIVER, Word.LEAVE_CLOSED, Word.REDIRECT);
    static final Map<String, Word> ON_UNMET = words(Word.REJECT, Word.DEFER, Word.DELIVER, Word.REDIRECT);
}
