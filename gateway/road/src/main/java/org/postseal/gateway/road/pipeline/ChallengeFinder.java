package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.AcmeChallenges.AcmeChallenge;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.road.acme.Challenge;
import org.postseal.gateway.road.acme.ChallengeMail;
import org.postseal.gateway.road.acme.Challenges;
import org.postseal.gateway.road.acme.Proof;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.pipeline.Preparation.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the recipient for whom a message is the challenge of an ACME authority (RFC 8823 §3.1). There is one object per
 * message. A message that does not fit an order of ours in every point is mail like any other.
 */
final class ChallengeFinder {
    private static final Logger LOG = LoggerFactory.getLogger(ChallengeFinder.class);

    private final Inspected inspected;
    private final Challenges challenges;
    private final Optional<ChallengeMail> mail;

    ChallengeFinder(Inspected inspected, Challenges challenges) {
        this.inspected = inspected;
        this.challenges = challenges;
        this.mail = challenges.areExpected() && isFromOutside() ? ChallengeMail.of(header()) : Optional.empty();
    }

    /** @param why says for the explanation how it is known */
    record Found(Challenge challenge, String why) {}

    /**
     * Returns the challenge that the message is for this recipient; empty for any other mail.
     *
     * @param view the message as this recipient may see it
     * @throws org.postseal.certstore.StoreUnavailableException if the message has the form of a challenge and nobody
     *     can say whether we wait for it
     * @throws JournalException if it was answered before, and the journal cannot say whether this is a retry
     */
    Optional<Found> of(int position, ContentView view) throws JournalException {
        MailAddress recipient = envelope().recipients().get(position).address();
        Optional<ChallengeMail> mine = mail.filter(read -> read.to().equals(recipient));
        if (mine.isEmpty()) {
            return Optional.empty();
        }
        Optional<AcmeChallenge> expected = expected(recipient)
                .filter(each -> each.from().equals(mine.get().from())
                        && each.expires().isAfter(envelope().received()));
        if (expected.isEmpty() || !isOpen(expected.get(), mine.get(), position)) {
            return Optional.empty();
        }
        Optional<String> proof = proof(view, mine.get().from());
        if (proof.isEmpty()) {
            LOG.warn(
                    "{}: not answered, although it looks like the challenge that {} waits for: neither a DKIM signature"
                            + " of {} that covers all fields, as a trusted server says, nor a valid signature by S/MIME"
                            + " shows that it is genuine",
                    envelope().queueId(),
                    recipient,
                    mine.get().from().domain());
        }
        return proof.map(how -> new Found(
                new Challenge(expected.get(), mine.get()),
                "this is the challenge of an ACME authority, " + mine.get().from() + ", proved by " + how));
    }

    private boolean isFromOutside() {
        return !inspected.inspection().peer().maySubmit()
                && envelope().release().isEmpty();
    }

    private Optional<AcmeChallenge> expected(MailAddress recipient) {
        try (Preparation.Stay _ = inspected.arrival().preparation().at(Phase.ASKING)) {
            return challenges.of(recipient);
        }
    }

    /**
     * A token is answered once. Another one is answered, too: the first may have been that of an earlier order, or of
     * one that somebody else has begun for the address. A message that comes again is still the challenge if the
     * journal knows it, since its peer has had no reply then. Otherwise somebody sends it anew.
     */
    private boolean isOpen(AcmeChallenge expected, ChallengeMail mine, int position) throws JournalException {
        return !expected.answered().contains(mine.token())
                || inspected.arrival().outside().served().contains(position);
    }

    private Optional<String> proof(ContentView view, MailAddress from) {
        if (Proof.byDkim(header(), inspected.trustedServers(), from)) {
            return Optional.of("DKIM");
        }
        boolean isEncrypted = inspected.inspection().layers().ciphertext().isPresent();
        return view.headers()
                .filter(signed -> !isEncrypted && Proof.bySmime(view.verdict(), signed, header(), from))
                .map(_ -> "an S/MIME signature");
    }

    private HeaderBlock header() {
        return inspected.inspection().root().header();
    }

    private Envelope envelope() {
        return inspected.arrival().envelope();
    }
}
