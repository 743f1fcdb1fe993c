package org.postseal.policy;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Finds two conditions of one rule that no message can meet together. Only what is certain is said; an {@code internal} domain decides the direction. */
final class Contradiction {
    private final DomainSet internal;

    Contradiction(DomainSet internal) {
        this.internal = internal;
    }

    /** Why no message meets the rule; empty where one may. */
    Optional<String> in(Rule rule) {
        for (Condition one : rule.conditions()) {
            for (Condition other : rule.conditions()) {
                Optional<String> why = between(one, other);
                if (why.isPresent()) {
                    return why;
                }
            }
        }
        return isExcepted(rule) ? Optional.of("unless holds for everything that when holds for") : Optional.empty();
    }

    private static boolean isExcepted(Rule rule) {
        return !rule.unless().isEmpty()
                && rule.unless().stream()
                        .allMatch(exception ->
                                rule.conditions().stream().anyMatch(condition -> Implication.of(condition, exception)));
    }

    private Optional<String> between(Condition one, Condition other) {
        return switch (one) {
            case Condition.InDirection(Set<Direction> any) -> ofDirection(any, other);
            case Condition.Sender(People any) ->
                other instanceof Condition.SenderDomain(DomainSet domains) && hasNone(domains, any)
                        ? Optional.of("no address of sender has a domain of senderDomain")
                        : Optional.empty();
            case Condition.RecipientIs(People any) ->
                other instanceof Condition.RecipientDomain(DomainSet domains) && hasNone(domains, any)
                        ? Optional.of("no address of recipient has a domain of recipientDomain")
                        : Optional.empty();
            case Condition.WithContent(Set<Facts.Content> any) -> ofContent(any, other);
            case Condition.WithSignature(Set<Facts.Signature> any) ->
                !any.contains(Facts.Signature.VALID)
                                && (other instanceof Condition.SignedBy || other instanceof Condition.SignerIssuer)
                        ? Optional.of(other.key() + " holds for valid signatures only")
                        : Optional.empty();
            case Condition.OnPeople _, Condition.OnMessage _ -> Optional.empty();
        };
    }

    private static Optional<String> ofContent(Set<Facts.Content> any, Condition other) {
        if (any.equals(EnumSet.of(Facts.Content.CLEAR))
                && other instanceof Condition.WithSignature(Set<Facts.Signature> signature)
                && !signature.contains(Facts.Signature.UNSIGNED)) {
            return Optional.of("content: clear is always signature: unsigned");
        }
        boolean isOfCiphertext =
                other instanceof Condition.EncryptedWith || other.equals(new Condition.Suspicious(true));
        return isOfCiphertext && !any.contains(Facts.Content.ENCRYPTED)
                ? Optional.of(other.key() + " holds for content: encrypted only")
                : Optional.empty();
    }

    // As the decision takes the direction: by the recipient, and between our own users by the sender too.
    private Optional<String> ofDirection(Set<Direction> any, Condition other) {
        boolean isToOutside = OUTSIDE.containsAll(any);
        boolean isToOurs = INSIDE.containsAll(any);
        return switch (other) {
            case Condition.RecipientIs(People recipients) ->
                isToOutside && isOurs(recipients)
                        ? Optional.of("every address of recipient is internal, the direction is not")
                        : isToOurs && isForeign(recipients)
                                ? Optional.of("no address of recipient is internal, the direction is")
                                : Optional.empty();
            case Condition.RecipientDomain(DomainSet domains) ->
                isToOutside && isOurs(domains)
                        ? Optional.of("every domain of recipientDomain is internal, the direction is not")
                        : isToOurs && isForeign(domains)
                                ? Optional.of("no domain of recipientDomain is internal, the direction is")
                                : Optional.empty();
            case Condition.Sender(People senders) ->
                any.equals(BETWEEN_US) && isForeign(senders)
                        ? Optional.of("no address of sender is internal, direction: internal is")
                        : Optional.empty();
            case Condition.SenderDomain(DomainSet domains) ->
                any.equals(BETWEEN_US) && isForeign(domains)
                        ? Optional.of("no domain of senderDomain is internal, direction: internal is")
                        : Optional.empty();
            case Condition.OnMessage _ -> Optional.empty();
        };
    }

    // Who is in a group of a directory server is not known here.
    private boolean isOurs(People people) {
        return people.groups().isEmpty()
                && people.addresses().stream().allMatch(address -> internal.has(address.domain()));
    }

    private boolean isOurs(DomainSet domains) {
        return domains.entries().stream().allMatch(internal::covers);
    }

    private boolean isForeign(People people) {
        return hasNone(internal, people);
    }

    private boolean isForeign(DomainSet domains) {
        return domains.entries().stream()
                .noneMatch(entry -> internal.covers(entry)
                        || (entry.below() && internal.entries().stream().anyMatch(ours -> isBelow(ours, entry))));
    }

    private static boolean isBelow(DomainSet.Entry ours, DomainSet.Entry wide) {
        return ours.domain().ascii().endsWith("." + wide.domain().ascii());
    }

    private static boolean hasNone(DomainSet domains, People people) {
        return people.groups().isEmpty()
                && people.addresses().stream().noneMatch(address -> domains.has(address.domain()));
    }

    private static final Set<Direction> OUTSIDE = EnumSet.of(Direction.OUTBOUND, Direction.FORWARDED);
    private static final Set<Direction> INSIDE = EnumSet.of(Direction.INBOUND, Direction.INTERNAL);
    private static final Set<Direction> BETWEEN_US = EnumSet.of(Direction.INTERNAL);
}
