package org.postseal.policy;

import java.util.Collections;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * Whether some message may meet two rules. The answer may be yes where a closer look would say no, but never the other
 * way round.
 */
final class Meeting {
    private Meeting() {}

    static boolean mayMeet(Rule one, Rule other) {
        return one.conditions().stream()
                .allMatch(mine -> other.conditions().stream().allMatch(theirs -> mayMeet(mine, theirs)));
    }

    private static boolean mayMeet(Condition mine, Condition theirs) {
        return switch (mine) {
            case Condition.InDirection(Set<Direction> any) ->
                !(theirs instanceof Condition.InDirection(Set<Direction> others)) || meet(any, others);
            case Condition.OfKind(Set<Facts.Kind> any) ->
                !(theirs instanceof Condition.OfKind(Set<Facts.Kind> others)) || meet(any, others);
            case Condition.WithContent(Set<Facts.Content> any) ->
                !(theirs instanceof Condition.WithContent(Set<Facts.Content> others)) || meet(any, others);
            case Condition.RecipientDomain(DomainSet any) ->
                switch (theirs) {
                    case Condition.RecipientDomain(DomainSet others) -> meet(any, others);
                    case Condition.RecipientIs(People people) -> meet(any, people);
                    case Condition.OnPeople _, Condition.OnMessage _ -> true;
                };
            case Condition.RecipientIs(People any) ->
                switch (theirs) {
                    case Condition.RecipientDomain(DomainSet others) -> meet(others, any);
                    case Condition.RecipientIs(People people) -> meet(any, people);
                    case Condition.OnPeople _, Condition.OnMessage _ -> true;
                };
            case Condition.SenderDomain(DomainSet any) ->
                switch (theirs) {
                    case Condition.SenderDomain(DomainSet others) -> meet(any, others);
                    case Condition.Sender(People people) -> meet(any, people);
                    case Condition.OnPeople _, Condition.OnMessage _ -> true;
                };
            case Condition.Sender(People any) ->
                switch (theirs) {
                    case Condition.SenderDomain(DomainSet others) -> meet(others, any);
                    case Condition.Sender(People people) -> meet(any, people);
                    case Condition.OnPeople _, Condition.OnMessage _ -> true;
                };
            case Condition.OnMessage _ -> true;
        };
    }

    private static boolean meet(Set<?> any, Set<?> others) {
        return !Collections.disjoint(any, others);
    }

    private static boolean meet(DomainSet any, DomainSet others) {
        return any.entries().stream().anyMatch(others::covers)
                || others.entries().stream().anyMatch(any::covers);
    }

    // Who is in a group of a directory server is not known here
    private static boolean meet(DomainSet any, People people) {
        return !people.groups().isEmpty()
                || people.addresses().stream().map(MailAddress::domain).anyMatch(any::has);
    }

    private static boolean meet(People any, People people) {
        return !any.groups().isEmpty() || !people.groups().isEmpty() || meet(any.addresses(), people.addresses());
    }
}
