package org.postseal.certstore.enrolment;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Answer;
import org.shredzone.acme4j.Problem;

/** What the problems of an ACME server mean for an order (RFC 8555 §6.7). */
final class AcmeProblems {
    private AcmeProblems() {}

    /**
     * Returns what a request that has failed means.
     *
     * @param says begins the reason: the authority, and a verb
     * @param after how long the server asks to wait
     */
    static Answer answer(String says, Problem problem, Optional<Duration> after) {
        String reason = says + " " + words(problem);
        if (isRefusal(problem)) {
            return new Answer.Refused(reason);
        }
        return after.isPresent() || type(problem).equals("rateLimited")
                ? new Answer.Later(reason, after)
                : new Answer.Unavailable(reason);
    }

    /** Returns true if the same order will fail again. Problems of the account are solved once, for all orders. */
    static boolean isRefusal(Problem problem) {
        return Stream.concat(Stream.of(problem), problem.getSubProblems().stream())
                .anyMatch(each -> REFUSALS.contains(type(each)));
    }

    static String words(Problem problem) {
        return Stream.concat(Stream.of(problem), problem.getSubProblems().stream())
                .map(each -> type(each)
                        + each.getDetail()
                                .or(each::getTitle)
                                .map(text -> ": " + text)
                                .orElse(""))
                .collect(Collectors.joining("; "));
    }

    private static String type(Problem problem) {
        URI type = problem.getType();
        return type.toString().replaceFirst("^urn:ietf:params:acme:error:", "");
    }

    private static final Set<String> REFUSALS = Set.of("rejectedIdentifier", "unsupportedIdentifier", "caa", "badCSR");
}
