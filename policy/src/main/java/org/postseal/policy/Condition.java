package org.postseal.policy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/** One line of a rule's {@code when}; all lines must hold, of the values in one line any. Immutable. */
sealed interface Condition {
    record InDirection(Set<Direction> any) implements Condition {}

    record Sender(Set<MailAddress> any) implements Condition {}

    record SenderDomain(DomainSet any) implements Condition {}

    record RecipientIs(Set<MailAddress> any) implements Condition {}

    record RecipientDomain(DomainSet any) implements Condition {}

    record Header(List<HeaderTest> any) implements Condition {}

    record OfKind(Set<Facts.Kind> any) implements Condition {}

    record WithContent(Set<Facts.Content> any) implements Condition {}

    record WithSignature(Set<Facts.Signature> any) implements Condition {}

    /**
     * A field of that name whose body passes; with several of the name, any of them.
     *
     * @param name in lower case
     */
    record HeaderTest(String name, TextTest test) {
        boolean holds(Facts facts) {
            return facts.headers().getOrDefault(name, List.of()).stream()
                    .anyMatch(body -> test.holds(EncodedWords.decode(body)));
        }
    }

    default boolean holds(Facts facts, Direction direction) {
        return switch (this) {
            case InDirection(Set<Direction> any) -> any.contains(direction);
            case Sender(Set<MailAddress> any) ->
                sender(facts).filter(any::contains).isPresent();
            case SenderDomain(DomainSet any) ->
                sender(facts).filter(address -> any.has(address.domain())).isPresent();
            case RecipientIs(Set<MailAddress> any) -> any.contains(facts.recipient());
            case RecipientDomain(DomainSet any) -> any.has(facts.recipient().domain());
            case Header header ->
                Retrospect.answer(header).orElseGet(() -> header.any().stream().anyMatch(test -> test.holds(facts)));
            case OfKind(Set<Facts.Kind> any) -> any.contains(facts.kind());
            case WithContent(Set<Facts.Content> any) -> any.contains(facts.content());
            case WithSignature(Set<Facts.Signature> any) -> any.contains(facts.signature());
        };
    }

    /** The single From address; without one, the reverse path. */
    static Optional<MailAddress> sender(Facts facts) {
        return facts.from().or(facts::envelopeSender);
    }

    /** The key it is written with. */
    default String key() {
        return switch (this) {
            case InDirection _ -> "direction";
            case RecipientIs _ -> "recipient";
            case OfKind _ -> "kind";
            case WithContent _ -> "content";
            case WithSignature _ -> "signature";
            case Header header
            when header.any().stream().allMatch(test -> test.name().equals("subject")) -> "subject";
            case Sender _, SenderDomain _, RecipientDomain _, Header _ -> {
                String name = getClass().getSimpleName();
                yield name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
            }
        };
    }
}
