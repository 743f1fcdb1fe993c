package org.postseal.policy.cases;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.record.DirectoryWords;

/**
 * Gives everybody the same supposed answer, in the words of cases. A question without a supposed answer counts as a
 * failed look-up. Immutable.
 */
public final class SupposedDirectory implements DirectoryFacts {
    public static final List<String> CERTIFICATES = List.copyOf(DirectoryWords.FACTS.keySet());
    /** The words that can be supposed of a key. */
    public static final List<String> KEYS = List.copyOf(DirectoryReader.KEYS.keySet());

    private final CaseDirectory directory;

    private SupposedDirectory(CaseDirectory directory) {
        this.directory = directory;
    }

    /** Returns an instance with these answers; empty if a word cannot be supposed. */
    public static Optional<SupposedDirectory> of(Optional<String> certificate, Optional<String> key) {
        Optional<Fact> ofRecipient =
                certificate.isEmpty() ? Optional.of(NOT_SAID) : certificate.map(DirectoryWords.FACTS::get);
        Optional<CaseDirectory.Key> ofSender = key.isEmpty()
                ? Optional.of(new CaseDirectory.Key(NOT_SAID, KeyPlace.ANYWHERE))
                : key.map(DirectoryReader.KEYS::get);
        return ofRecipient.flatMap(fact -> ofSender.map(known -> new SupposedDirectory(new CaseDirectory(
                new Answers<>(Map.of(EVERYBODY, fact)), new Answers<>(Map.of(EVERYBODY, known)), Map.of()))));
    }

    @Override
    public Fact recipientCertificate() {
        return directory.factsFor(SOMEBODY, Optional.empty(), Set.of()).recipientCertificate();
    }

    @Override
    public Match ciphertextMatch() {
        return switch (recipientCertificate()) {
            case Fact.Available _ -> new Match.ByCertificate();
            case Fact.NotUsable(CertificateStatus status) -> new Match.NotKnown(status);
            case Fact.LookupFailed(String why) -> new Match.LookupFailed(why);
        };
    }

    @Override
    public Fact readerCertificate(MailAddress reader) {
        return recipientCertificate();
    }

    @Override
    public Fact signingKey(KeyPlace place) {
        return directory.factsFor(SOMEBODY, Optional.of(SOMEBODY), Set.of()).signingKey(place);
    }

    @Override
    public Fact domainKey(KeyPlace place) {
        return signingKey(place);
    }

    @Override
    public Membership member(MailAddress who, String group) {
        return new Membership.LookupFailed(WHY);
    }

    private static final String EVERYBODY = "*";
    private static final String WHY = "nothing is looked up here";
    private static final Fact NOT_SAID = new Fact.LookupFailed(WHY);
    private static final MailAddress SOMEBODY = MailAddress.of("somebody@invalid");
}
