package org.postseal.policy;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * Whether one condition cannot hold without another, whatever the message. The answer may be no where a closer look would say yes, but never the other way
 * round: rules are told to be idle by it.
 */
final class Implication {
    private Implication() {}

    /** True only if every message for which {@code one} holds is one for which {@code other} does. */
    static boolean of(Condition one, Condition other) {
        return one.equals(other)
                || isAlways(other)
                || switch (other) {
                    case Condition.InDirection(Set<Direction> any) ->
                        one instanceof Condition.InDirection(Set<Direction> mine) && any.containsAll(mine);
                    case Condition.Sender(Set<MailAddress> any) ->
                        one instanceof Condition.Sender(Set<MailAddress> mine) && any.containsAll(mine);
                    case Condition.SenderDomain(DomainSet any) ->
                        (one instanceof Condition.Sender(Set<MailAddress> mine) && covers(any, mine))
                                || (one instanceof Condition.SenderDomain(DomainSet domains) && covers(any, domains));
                    case Condition.RecipientIs(Set<MailAddress> any) ->
                        one instanceof Condition.RecipientIs(Set<MailAddress> mine) && any.containsAll(mine);
                    case Condition.RecipientDomain(DomainSet any) ->
                        (one instanceof Condition.RecipientIs(Set<MailAddress> mine) && covers(any, mine))
                                || (one instanceof Condition.RecipientDomain(DomainSet domains)
                                        && covers(any, domains));
                    case Condition.Header(List<Condition.HeaderTest> any) ->
                        one instanceof Condition.Header(List<Condition.HeaderTest> mine)
                                && mine.stream().allMatch(test -> any.stream().anyMatch(wider -> of(test, wider)));
                    case Condition.OfKind(Set<Facts.Kind> any) ->
                        one instanceof Condition.OfKind(Set<Facts.Kind> mine) && any.containsAll(mine);
                    case Condition.WithContent(Set<Facts.Content> any) ->
                        one instanceof Condition.WithContent(Set<Facts.Content> mine) && any.containsAll(mine);
                    case Condition.WithSignature(Set<Facts.Signature> any) ->
                        one instanceof Condition.WithSignature(Set<Facts.Signature> mine) && any.containsAll(mine);
                };
    }

    /** It names every value there is. */
    private static boolean isAlways(Condition condition) {
        return switch (condition) {
            case Condition.InDirection(Set<Direction> any) -> any.containsAll(EnumSet.allOf(Direction.class));
            case Condition.OfKind(Set<Facts.Kind> any) -> any.containsAll(EnumSet.allOf(Facts.Kind.class));
            case Condition.WithContent(Set<Facts.Content> any) -> any.containsAll(EnumSet.allOf(Facts.Content.class));
            case Condition.WithSignature(Set<Facts.Signature> any) ->
                any.containsAll(EnumSet.allOf(Facts.Signature.class));
            case Condition.Sender _,
                    Condition.SenderDomain _,
                    Condition.RecipientIs _,
                    Condition.RecipientDomain _,
                    Condition.Header _ -> false;
        };
    }

    private static boolean of(Condition.HeaderTest one, Condition.HeaderTest other) {
        return one.name().equals(other.name()) && of(one.test(), other.test());
    }

    // Two expressions are compared as they are compiled; what one of them matches is not reasoned about.
    private static boolean of(TextTest one, TextTest other) {
        return switch (other) {
            case TextTest.Present _ -> true;
            case TextTest.Contains(String part) ->
                one instanceof TextTest.Contains(String whole) && whole.contains(part);
            case TextTest.Equal(String wanted) ->
                one instanceof TextTest.Equal(String mine) && mine.equalsIgnoreCase(wanted);
            case TextTest.Matches _ -> one.equals(other);
        };
    }

    private static boolean covers(DomainSet domains, Set<MailAddress> addresses) {
        return addresses.stream().allMatch(address -> domains.has(address.domain()));
    }

    private static boolean covers(DomainSet domains, DomainSet others) {
        return others.entries().stream().allMatch(domains::covers);
    }
}
