package org.postseal.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.postseal.policy.Condition.HeaderTest;
import org.postseal.policy.yaml.Words;

/** A condition of a rule as a clause that can be read. */
final class ConditionWords {
    private ConditionWords() {}

    static String of(Condition condition) {
        return switch (condition) {
            case Condition.InDirection(var any) -> "mail is " + either(any);
            case Condition.Sender(People any) -> "the sender is " + people(any);
            case Condition.SenderDomain(DomainSet any) -> "the sender's domain is " + any;
            case Condition.RecipientIs(People any) -> "the recipient is " + people(any);
            case Condition.RecipientDomain(DomainSet any) -> "the recipient's domain is " + any;
            case Condition.OfKind(var any) -> "its kind is " + either(any);
            case Condition.WithTrait(var any) -> "it is or has " + either(any);
            case Condition.WithContent(var any) -> "it comes " + either(any);
            case Condition.WithSignature(var any) -> "its signature is " + either(any);
            case Condition.SignedBy(People people, DomainSet domains) ->
                "it is validly signed by " + signer(people, domains);
            case Condition.SignerIssuer(List<TextTest> any) ->
                "it is validly signed and the issuer "
                        + any.stream().map(ConditionWords::test).collect(Collectors.joining(" or "));
            case Condition.SignedWith(var any) -> "it is signed with " + either(any);
            case Condition.EncryptedWith(var any) -> "it is encrypted with " + either(any);
            case Condition.Suspicious(boolean wanted) ->
                wanted ? "what was opened looks changed" : "what was opened does not look changed";
            case Condition.OfSize size ->
                "its size is "
                        + size.over().map(bound -> "over " + octets(bound)).orElse("")
                        + (size.over().isPresent() && size.under().isPresent() ? " and " : "")
                        + size.under().map(bound -> "under " + octets(bound)).orElse("");
            case Condition.OfType(var any) -> "its media type is " + PolicyDescriber.some(any);
            case Condition.OverTls(TlsTest test) -> tls(test);
            case Condition.Authenticated(boolean wanted, var names) ->
                names.isEmpty()
                        ? wanted ? "the peer has proved a name" : "the peer has proved no name"
                        : "the peer has proved to be " + PolicyDescriber.some(names);
            case Condition.FromPeer(List<AddressRange> any) -> "it comes from " + PolicyDescriber.some(any);
            case Condition.AtTime(List<TimeWindow> any) ->
                "it comes " + any.stream().map(ConditionWords::window).collect(Collectors.joining(" or "));
            case Condition.Visible(boolean wanted) ->
                wanted ? "To or Cc names the recipient" : "neither To nor Cc names the recipient";
            case Condition.Header(List<HeaderTest> any, var _) ->
                any.stream()
                        .map(each -> "field " + each.name() + " " + test(each.test()))
                        .collect(Collectors.joining(" or "));
        };
    }

    private static String people(People any) {
        List<String> parts = new ArrayList<>();
        if (!any.addresses().isEmpty()) {
            parts.add(PolicyDescriber.some(any.addresses()));
        }
        if (!any.groups().isEmpty()) {
            parts.add("in the group " + PolicyDescriber.some(any.groups()));
        }
        return String.join(" or ", parts);
    }

    private static String signer(People people, DomainSet domains) {
        String who = people(people);
        String where = domains.entries().isEmpty() ? "" : "anybody of " + domains;
        return who + (who.isEmpty() || where.isEmpty() ? "" : " or ") + where;
    }

    private static String test(TextTest test) {
        return switch (test) {
            case TextTest.Present() -> "is there";
            case TextTest.Telling() -> "tells something";
            case TextTest.Contains(String text) -> "contains “" + text + "”";
            case TextTest.Equal(String wanted) -> "is “" + wanted + "”";
            case TextTest.Matches(SafePattern pattern) -> "matches /" + pattern + "/";
        };
    }

    private static String tls(TlsTest test) {
        return switch (test) {
            case TlsTest.None() -> "it comes without TLS";
            case TlsTest.AtLeast(Facts.TlsVersion version, boolean verified) ->
                "it comes over "
                        + (version == Facts.TlsVersion.TLS_1_2 ? "TLS 1.2 or later" : "TLS 1.3")
                        + (verified ? " with a verified certificate of the peer" : "");
        };
    }

    private static String window(TimeWindow window) {
        StringBuilder text = new StringBuilder();
        if (!window.days().isEmpty()) {
            text.append("on ")
                    .append(window.days().stream()
                            .sorted()
                            .map(day -> day.name().charAt(0)
                                    + day.name().substring(1).toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", ")))
                    .append(' ');
        }
        text.append("from ").append(window.from());
        window.to().ifPresent(end -> text.append(" to ").append(end));
        window.after().ifPresent(day -> text.append(" since ").append(day));
        window.before().ifPresent(day -> text.append(" before ").append(day));
        return text.append(" (").append(window.zone()).append(')').toString();
    }

    private static String octets(long octets) {
        return octets + " octets";
    }

    private static String either(Collection<? extends Enum<?>> any) {
        return any.stream().sorted().map(ConditionWords::word).collect(Collectors.joining(" or "));
    }

    private static String word(Enum<?> constant) {
        return switch (constant) {
            case SignedAlgorithm digest -> digest.name();
            case EncryptionAlgorithm cipher -> cipher.word();
            default -> Words.word(constant);
        };
    }
}
