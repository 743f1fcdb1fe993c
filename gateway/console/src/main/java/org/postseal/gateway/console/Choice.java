package org.postseal.gateway.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.directory.CertificateExplanation;
import org.postseal.certstore.directory.CertificateExplanation.Asked;
import org.postseal.certstore.directory.CertificateExplanation.Line;
import org.postseal.certstore.directory.CertificateExplanation.Outcome;
import org.postseal.certstore.directory.CertificateExplanation.Reply;
import org.postseal.gateway.road.directory.DirectoryView;

/**
 * Says which certificate is chosen to encrypt to an address or to sign for it, and why every other one is not.
 *
 * @param state {@code verified} if one is chosen, {@code pending} if a source that was not looked into may change that,
 * {@code broken} if none may be used, {@code unknown} if it cannot be said, and empty if there is nothing to choose
 * from
 * @param says the outcome in words
 * @param sources the sources in the order in which mail asks them
 */
public record Choice(String state, List<String> says, List<Source> sources) {
    /**
     * Holds the answer of one source.
     *
     * @param says what the source said as a whole; empty if it has certificates
     */
    public record Source(String name, String says, List<Candidate> candidates) {}

    /**
     * Holds one certificate of a source.
     *
     * @param verdict {@code chosen}, {@code usable} or {@code refused}
     * @param why the reason for the verdict
     */
    public record Candidate(String sha256, String link, String subject, String notAfter, String verdict, String why) {}

    /** Returns the choice of a signing certificate for the case that it cannot be seen who has a key. */
    static Choice withoutKeys(MailAddress address) {
        return new Choice(
                "unknown",
                List.of("This cannot be seen from here: the console knows the keys only from the public copy that"
                        + " the gateway writes (directory.publicCopy). On the gateway, postseal cert explain "
                        + address + " --for sign says it."),
                List.of());
    }

    static Choice unknown(String why) {
        return new Choice("unknown", List.of("This cannot be said now: " + why), List.of());
    }

    static Choice of(CertificateExplanation explanation, DirectoryView seen) {
        return switch (explanation.purpose()) {
            case ENCRYPT -> toEncrypt(explanation, seen);
            case SIGN -> toSign(explanation);
        };
    }

    private static Choice toSign(CertificateExplanation explanation) {
        Optional<Outcome.Chosen> chosen = chosen(explanation);
        if (explanation.outcome() instanceof Outcome.NoneUsable(CertificateStatus.Missing _)) {
            return new Choice("", List.of("There is no key for this address: nothing is signed for it."), List.of());
        }
        return new Choice(
                chosen.isEmpty() ? "broken" : "verified",
                List.of(outcome(explanation.outcome())),
                explanation.sources().stream()
                        .map(asked -> source(asked, chosen, "", "has no key for this address"))
                        .toList());
    }

    private static Optional<Outcome.Chosen> chosen(CertificateExplanation explanation) {
        return explanation.outcome() instanceof Outcome.Chosen one ? Optional.of(one) : Optional.empty();
    }

    private static Choice toEncrypt(CertificateExplanation explanation, DirectoryView seen) {
        Optional<Outcome.Chosen> chosen = chosen(explanation);
        List<Source> sources = new ArrayList<>();
        List<String> unseen = new ArrayList<>();
        boolean isDecided = false;
        for (String name : seen.sources()) {
            String notSeen = seen.unseen().getOrDefault(name, "");
            if (!notSeen.isEmpty() && !isDecided) {
                unseen.add(name);
            }
            Optional<Asked> asked = explanation.sources().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst();
            sources.add(asked.map(each -> source(each, chosen, notSeen, "has nothing for this address"))
                    .orElseGet(() -> new Source(name, "was not asked, see above", List.of())));
            isDecided |= chosen.filter(one -> one.source().equals(name)).isPresent();
        }
        List<String> says = new ArrayList<>(List.of(outcome(explanation.outcome())));
        if (!unseen.isEmpty()) {
            says.add("That holds if " + String.join(", ", unseen)
                    + (unseen.size() == 1 ? " has" : " have")
                    + " no certificate that may be used: mail asks there, but this page did not."
                    + " On the gateway, postseal cert explain "
                    + explanation.address() + " asks every source.");
        }
        String state = chosen.isEmpty() ? "broken" : "verified";
        return new Choice(unseen.isEmpty() ? state : "pending", says, sources);
    }

    private static Source source(Asked asked, Optional<Outcome.Chosen> chosen, String notSeen, String nothing) {
        return switch (asked.reply()) {
            case Reply.Failed(String why) -> new Source(asked.name(), "fails: " + why, List.of());
            case Reply.NotCovered() -> new Source(asked.name(), "is not asked for this domain", List.of());
            case Reply.Answered(boolean _, List<Line> lines) ->
                new Source(
                        asked.name(),
                        lines.isEmpty()
                                ? notSeen.isEmpty() ? nothing : "what was read has nothing for this address; " + notSeen
                                : notSeen,
                        lines.stream()
                                .map(line -> candidate(asked, line, chosen))
                                .toList());
        };
    }

    private static Candidate candidate(Asked asked, Line line, Optional<Outcome.Chosen> chosen) {
        boolean isChosen = chosen.filter(one ->
                        one.source().equals(asked.name()) && one.line().id().equals(line.id()))
                .isPresent();
        boolean isUsable = line.status() instanceof CertificateStatus.Usable;
        List<String> why = new ArrayList<>();
        if (isUsable) {
            why.add(
                    isChosen
                            ? "may be used, and goes first"
                            : line.isReached()
                                    ? "may be used; another one goes before it"
                                    : "may be used; mail stops at an earlier source");
        } else {
            why.add(Times.shown(line.status().text()) + " (code "
                    + line.status().code().number() + ")");
        }
        if (!line.isExact()) {
            why.add("carries another address of the owner");
        }
        if (line.isFlagged()) {
            why.add("marked by its owner");
        }
        if (line.key().filter(CertificateExplanation.KeyKind.HARDWARE::equals).isPresent()) {
            why.add("its key is in hardware");
        }
        if (!line.origin().isEmpty()) {
            why.add("found as " + line.origin());
        }
        return new Candidate(
                line.id().hex(),
                CertificateRow.link(line.id().hex()),
                line.subject(),
                Times.day(line.notAfter()),
                isChosen ? "chosen" : isUsable ? "usable" : "refused",
                String.join(", ", why));
    }

    private static String outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Chosen(String source, Line line, var over) ->
                "Chosen: " + brief(line) + " from " + source
                        + over.map(beaten -> ", over " + brief(beaten.line()) + " from " + beaten.source() + ", since "
                                        + beaten.by().text())
                                .orElse(", the only one that may be used")
                        + ".";
            case Outcome.NoneUsable(CertificateStatus status) ->
                "None may be used: " + Times.shown(status.text()) + " (code "
                        + status.code().number() + ").";
            case Outcome.Unavailable(String source, String why) ->
                "Mail would wait: " + source + " must be asked and cannot answer: " + why;
        };
    }

    private static String brief(Line line) {
        return line.id().hex().substring(0, 16);
    }
}
