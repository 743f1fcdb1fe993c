package org.postseal.policy;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Whether one condition cannot hold without another, whatever the message. The answer may be no where a closer look would say yes, but never the other way
 * round: rules are told to be idle by it.
 */
final class Implication {
    private Implication() {}

    /** True only if every message for which {@code one} holds is one for which {@code other} does. */
    static boolean of(Condition one, Condition other) {
        return one.equals(other) || isAlways(other) || isPart(one, other);
    }

    private static boolean isPart(Condition one, Condition other) {
        return switch (other) {
            case Condition.InDirection(Set<Direction> any) ->
                one instanceof Condition.InDirection(Set<Direction> mine) && any.containsAll(mine);
            case Condition.Sender(People any) -> one instanceof Condition.Sender(People mine) && has(any, mine);
            case Condition.SenderDomain(DomainSet any) ->
                (one instanceof Condition.Sender(People mine) && covers(any, mine))
                        || (one instanceof Condition.SenderDomain(DomainSet domains) && covers(any, domains));
            case Condition.RecipientIs(People any) ->
                one instanceof Condition.RecipientIs(People mine) && has(any, mine);
            case Condition.RecipientDomain(DomainSet any) ->
                (one instanceof Condition.RecipientIs(People mine) && covers(any, mine))
                        || (one instanceof Condition.RecipientDomain(DomainSet domains) && covers(any, domains));
            case Condition.Header(List<Condition.HeaderTest> any, TextReadings readings) ->
                one instanceof Condition.Header(List<Condition.HeaderTest> mine, TextReadings own)
                        && own.isWithin(readings)
                        && mine.stream().allMatch(test -> any.stream().anyMatch(wider -> of(test, wider)));
            case Condition.OfKind(Set<Facts.Kind> any) ->
                one instanceof Condition.OfKind(Set<Facts.Kind> mine) && any.containsAll(mine);
            case Condition.WithTrait(Set<Facts.Trait> any) ->
                one instanceof Condition.WithTrait(Set<Facts.Trait> mine) && any.containsAll(mine);
            case Condition.WithContent(Set<Facts.Content> any) ->
                one instanceof Condition.WithContent(Set<Facts.Content> mine) && any.containsAll(mine);
            case Condition.WithSignature(Set<Facts.Signature> any) ->
                one instanceof Condition.WithSignature(Set<Facts.Signature> mine) && any.containsAll(mine);
            case Condition.SignedBy wide -> one instanceof Condition.SignedBy mine && isPart(mine, wide);
            case Condition.SignerIssuer(List<TextTest> any) ->
                one instanceof Condition.SignerIssuer(List<TextTest> mine)
                        && mine.stream().allMatch(test -> any.stream().anyMatch(wider -> of(test, wider)));
            case Condition.SignedWith(Set<SignedAlgorithm> any) ->
                one instanceof Condition.SignedWith(Set<SignedAlgorithm> mine) && any.containsAll(mine);
            case Condition.EncryptedWith(Set<EncryptionAlgorithm> any) ->
                one instanceof Condition.EncryptedWith(Set<EncryptionAlgorithm> mine) && any.containsAll(mine);
            case Condition.OfSize wide -> one instanceof Condition.OfSize mine && isPart(mine, wide);
            case Condition.OfType(Set<String> any) ->
                one instanceof Condition.OfType(Set<String> mine)
                        && mine.stream().allMatch(type -> any.contains(type) || any.contains(everySubtype(type)));
            case Condition.OverTls(TlsTest test) ->
                one instanceof Condition.OverTls(TlsTest mine) && isPart(mine, test);
            case Condition.Authenticated wide -> one instanceof Condition.Authenticated mine && isPart(mine, wide);
            case Condition.AtTime(List<TimeWindow> any) ->
                one instanceof Condition.AtTime(List<TimeWindow> mine) && any.containsAll(mine);
            // compared as a whole
            case Condition.FromPeer _, Condition.Visible _, Condition.Suspicious _ -> false;
        };
    }

    private static boolean isPart(Condition.SignedBy mine, Condition.SignedBy wide) {
        return wide.people().groups().containsAll(mine.people().groups())
                && mine.people().addresses().stream()
                        .allMatch(address -> wide.people().addresses().contains(address)
                                || wide.domains().has(address.domain()))
                && covers(wide.domains(), mine.domains());
    }

    private static boolean isPart(Condition.OfSize mine, Condition.OfSize wide) {
        return wide.over()
                        .map(bound -> mine.over().filter(own -> own >= bound).isPresent())
                        .orElse(true)
                && wide.under()
                        .map(bound -> mine.under().filter(own -> own <= bound).isPresent())
                        .orElse(true);
    }

    private static String everySubtype(String type) {
        return type.substring(0, type.indexOf('/') + 1) + "*";
    }

    private static boolean isPart(TlsTest mine, TlsTest wide) {
        return wide instanceof TlsTest.AtLeast(Facts.TlsVersion version, boolean verified)
                && mine instanceof TlsTest.AtLeast(Facts.TlsVersion own, boolean isVerified)
                && own.compareTo(version) >= 0
                && (isVerified || !verified);
    }

    private static boolean isPart(Condition.Authenticated mine, Condition.Authenticated wide) {
        return mine.wanted()
                && wide.wanted()
                && (wide.names().isEmpty()
                        || (!mine.names().isEmpty() && wide.names().containsAll(mine.names())));
    }

    /** It names every value there is. */
    private static boolean isAlways(Condition condition) {
        return (condition instanceof Condition.InDirection(Set<Direction> any)
                        && any.containsAll(EnumSet.allOf(Direction.class)))
                || (condition instanceof Condition.WithContent(Set<Facts.Content> contents)
                        && contents.containsAll(EnumSet.allOf(Facts.Content.class)))
                || (condition instanceof Condition.WithSignature(Set<Facts.Signature> signatures)
                        && signatures.containsAll(EnumSet.allOf(Facts.Signature.class)));
    }

    private static boolean of(Condition.HeaderTest one, Condition.HeaderTest other) {
        return one.name().equals(other.name()) && of(one.test(), other.test());
    }

    // What an expression matches is not reasoned about.
    private static boolean of(TextTest one, TextTest other) {
        return switch (other) {
            case TextTest.Present _ -> true;
            case TextTest.Contains(String part) ->
                one instanceof TextTest.Contains(String whole) && whole.contains(part);
            case TextTest.Equal(String wanted) ->
                one instanceof TextTest.Equal(String mine) && mine.equalsIgnoreCase(wanted);
            case TextTest.Matches _, TextTest.Telling _ -> one.equals(other);
        };
    }

    private static boolean has(People any, People mine) {
        return any.addresses().containsAll(mine.addresses()) && any.groups().containsAll(mine.groups());
    }

    // Who is in a group of a directory server is not known here.
    private static boolean covers(DomainSet domains, People people) {
        return people.groups().isEmpty()
                && people.addresses().stream().allMatch(address -> domains.has(address.domain()));
    }

    private static boolean covers(DomainSet domains, DomainSet others) {
        return others.entries().stream().allMatch(domains::covers);
    }
}
