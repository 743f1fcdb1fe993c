package org.postseal.gateway.road.pipeline;

import java.util.function.Supplier;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;
import org.postseal.policy.facts.DirectoryFacts;

/** Times the answers that the policy gets about certificates, keys and groups, each as {@link Stage#FACTS}. */
record TimedFacts(DirectoryFacts directory, StageClock clock) implements DirectoryFacts {
    @Override
    public Fact recipientCertificate() {
        return timed(directory::recipientCertificate);
    }

    @Override
    public Match ciphertextMatch() {
        return timed(directory::ciphertextMatch);
    }

    @Override
    public Fact readerCertificate(MailAddress reader) {
        return timed(() -> directory.readerCertificate(reader));
    }

    @Override
    public Fact signingKey(KeyPlace place) {
        return timed(() -> directory.signingKey(place));
    }

    @Override
    public Fact domainKey(KeyPlace place) {
        return timed(() -> directory.domainKey(place));
    }

    @Override
    public Membership member(MailAddress who, String group) {
        return timed(() -> directory.member(who, group));
    }

    private <T> T timed(Supplier<T> question) {
        try (StageClock.Running _ = clock.begin(Stage.FACTS)) {
            return question.get();
        }
    }
}
