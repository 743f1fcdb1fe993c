package org.postseal.gateway.road.directory;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.AcmeChallenges;
import org.postseal.certstore.database.AcmeChallenges.AcmeChallenge;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.gateway.road.acme.Challenges;

/**
 * The challenges in the database, where {@code postseal enrol} puts them. Any gateway of a fleet may meet their mail.
 *
 * @param isRunning false for a command, which changes nothing
 */
record StoredChallenges(AcmeChallenges stored, BooleanSupplier isRunning) implements Challenges {
    @Override
    public boolean areExpected() {
        return true;
    }

    @Override
    public Optional<AcmeChallenge> of(MailAddress address) {
        return asked(() -> stored.of(address));
    }

    @Override
    public void answered(AcmeChallenge challenge, String token) {
        if (isRunning.getAsBoolean()) {
            // If the order is gone by now, nobody waits for the answer.
            boolean _ = asked(() -> stored.answered(challenge, token));
        }
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (DatabaseException e) {
            throw new StoreUnavailableException("challenges: " + e.getMessage(), e);
        }
    }
}
