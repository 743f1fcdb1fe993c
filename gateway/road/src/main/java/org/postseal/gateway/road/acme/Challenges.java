package org.postseal.gateway.road.acme;

import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.AcmeChallenges.AcmeChallenge;

/** The challenges that we wait for. Thread-safe. */
public interface Challenges {
    /** Returns false if no authority ever sends us a challenge; then no message is looked at for one. */
    boolean areExpected();

    /**
     * Returns the challenge of an address, whether it was answered or not.
     *
     * @throws org.postseal.certstore.StoreUnavailableException if nobody can say
     */
    Optional<AcmeChallenge> of(MailAddress address);

    /**
     * Keeps that a next hop has taken our answer, so that the authority can be told to look for it.
     *
     * @throws org.postseal.certstore.StoreUnavailableException if it cannot be kept
     */
    void answered(AcmeChallenge challenge, String token);

    /** The challenges of a gateway that no authority writes to. */
    static Challenges none() {
        return new Challenges() {
            @Override
            public boolean areExpected() {
                return false;
            }

            @Override
            public Optional<AcmeChallenge> of(MailAddress address) {
                return Optional.empty();
            }

            @Override
            public void answered(AcmeChallenge challenge, String token) {}
        };
    }
}
