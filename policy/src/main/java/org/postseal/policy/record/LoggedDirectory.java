package org.postseal.policy.record;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;

/**
 * Repeats the answers that {@link DirectoryLog} kept. It remembers a question that was not asked then; a decision that
 * rests on such a question is worth nothing. Used for one decision.
 */
public final class LoggedDirectory implements DirectoryFacts {
    private final Map<String, String> answers = new HashMap<>();
    private Optional<String> unknown = Optional.empty();

    /** Takes the answers in the form of {@link DirectoryLog#answers}. */
    public LoggedDirectory(List<String> answers) {
        for (String answer : answers) {
            int end = answer.lastIndexOf('=');
            if (end > 0) {
                this.answers.put(answer.substring(0, end), answer.substring(end + 1));
            }
        }
    }

    /** Returns the question that was asked but has no answer; empty if there is none. */
    public Optional<String> unknown() {
        return unknown;
    }

    @Override
    public Fact recipientCertificate() {
        return fact(DirectoryLog.CERTIFICATE, "the recipient's certificate");
    }

    @Override
    public Match ciphertextMatch() {
        Optional<Match> known =
                Optional.ofNullable(answers.get(DirectoryLog.CIPHERTEXT)).flatMap(DirectoryWords::match);
        return known.orElseGet(() -> {
            unknown = Optional.of("whom the sender's encryption is for");
            return new Match.LookupFailed(NOT_ASKED);
        });
    }

    @Override
    public Fact readerCertificate(MailAddress reader) {
        return fact(DirectoryLog.reader(reader), "the certificate of " + reader);
    }

    @Override
    public Fact signingKey(KeyPlace place) {
        return key(DirectoryLog::key, place, "the sender's signing key");
    }

    @Override
    public Fact domainKey(KeyPlace place) {
        return key(DirectoryLog::domainKeyOf, place, "the signing key of the sender's domain");
    }

    private Fact key(Function<KeyPlace, String> question, KeyPlace place, String what) {
        String anywhere = question.apply(KeyPlace.ANYWHERE);
        // If there is no key anywhere, there is none in hardware either.
        boolean isNone = place == KeyPlace.HARDWARE
                && !answers.containsKey(question.apply(place))
                && !answers.getOrDefault(anywhere, DirectoryWords.USABLE).startsWith(DirectoryWords.USABLE);
        return fact(isNone ? anywhere : question.apply(place), what);
    }

    @Override
    public Membership member(MailAddress who, String group) {
        Optional<Membership> known = Optional.ofNullable(answers.get(DirectoryLog.membership(who, group)))
                .map(DirectoryWords.MEMBERSHIPS::get);
        return known.orElseGet(() -> {
            unknown = Optional.of("whether " + who + " is in group " + group);
            return new Membership.LookupFailed(NOT_ASKED);
        });
    }

    private Fact fact(String question, String what) {
        Optional<Fact> known = Optional.ofNullable(answers.get(question)).flatMap(DirectoryWords::fact);
        return known.orElseGet(() -> {
            unknown = Optional.of(what);
            return new Fact.LookupFailed(NOT_ASKED);
        });
    }

    private static final String NOT_ASKED = "was not asked then";
}
