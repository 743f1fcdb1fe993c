package org.postseal.policy;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/** Finds two conditions of one rule that no message can meet together. Only what is certain is said; an {@code internal} domain decides the direction. */
final class Contradiction {
    private final DomainSet internal;

    Contradiction(DomainSet internal) {
        this.internal = internal;
    }

    /** Why no message meets all of these; empty where one may. */
    Optional<String> in(List<Condition> conditions) {
        for (Condition one : conditions) {
            for (Condition other : conditions) {
                Optional<String> why = between(one, other);
                if (why.isPresent()) {
                    return why;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> between(Condition one, Condition other) {
        return switch (one) {
            case Condition.InDirection(Set<Direction> any) -> ofDirection(any, other);
            case Condition.Sender(Set<MailAddress> any) ->
                other instanceof Condition.SenderDomain(DomainSet domains) && hasNone(domains, any)
                        ? Optional.of("no address of sender has a domain of senderDomain")
                        : Optional.empty();
            case Condition.RecipientIs(Set<MailAddress> any) ->
                other instanceof Condition.RecipientDomain(DomainSet domains) && hasNone(domains, any)
                        ? Optional.of("no address of recipient has a domain of recipientDomain")
                        : Optional.empty();
            case Condition.WithContent(Set<Facts.Content> any) ->
                any.equals(EnumSet.of(Facts.Content.CLEAR))
                                && other instanceof Condition.WithSignature(Set<Facts.Signature> signature)
                                && !signature.contains(Facts.Signature.UNSIGNED)
                        ? Optional.of("content: clear is always signature: unsigned")
                        : Optional.empty();
            case Condition.SenderDomain _,
                    Condition.RecipientDomain _,
                    Condition.Header _,
                    Condition.OfKind _,
                    Condition.WithSignature _ -> Optional.empty();
        };
    }

    // As the decision takes the direction: by the recipient, and between our own users by the sender too.
    private Optional<String> ofDirection(Set<Direction> any, Condition other) {
        boolean isToOutside = OUTSIDE.containsAll(any);
        boolean isToOurs = INSIDE.containsAll(any);
        return switch (other) {
            case Condition.RecipientIs(Set<MailAddress> recipients) ->
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
            case Condition.Sender(Set<MailAddress> senders) ->
                any.equals(BETWEEN_US) && isForeign(senders)
                        ? Optional.of("no address of sender is internal, direction: internal is")
                        : Optional.empty();
            case Condition.SenderDomain(DomainSet domains) ->
                any.equals(BETWEEN_US) && isForeign(domains)
                        ? Optional.of("no domain of senderDomain is internal, direction: internal is")
                        : Optional.empty();
            case Condition.InDirection _,
                    Condition.Header _,
                    Condition.OfKind _,
                    Condition.WithContent _,
                    Condition.WithSignature _ -> Optional.empty();
        };
    }

    private boolean isOurs(Set<MailAddress> addresses) {
        return addresses.stream().allMatch(address -> internal.has(address.domain()));
    }

    private boolean isOurs(DomainSet domains) {
        return domains.entries().stream().allMatch(internal::covers);
    }

    private boolean isForeign(Set<MailAddress> addresses) {
        return hasNone(internal, addresses);
    }

    private boolean isForeign(DomainSet domains) {
        return domains.entries().stream()
                .noneMatch(entry -> internal.covers(entry)
                        || (entry.below() && internal.entries().stream().anyMatch(ours -> isBelow(ours, entry))));
    }

    private static boolean isBelow(DomainSet.Entry ours, DomainSet.Entry wide) {
        return ours.domain().ascii().endsWith("." + wide.domain().ascii());
    }

    private static boolean hasNone(DomainSet domains, Set<MailAddress> addresses) {
        return addresses.stream().noneMatch(address -> domains.has(address.domain()));
    }

    private static final Set<Direction> OUTSIDE = EnumSet.of(Direction.OUTBOUND, Direction.FORWARDED);
    private static final Set<Direction> INSIDE = EnumSet.of(Direction.INBOUND, Direction.INTERNAL);
    private static final Set<Direction> BETWEEN_US = EnumSet.of(Direction.INTERNAL);
}
