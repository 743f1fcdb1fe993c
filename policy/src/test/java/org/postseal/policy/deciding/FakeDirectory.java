package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;

/**
 * Answers look-ups as the test says, and fails the test if a question is asked twice. Nobody is in a group unless the
 * test says so.
 */
public final class FakeDirectory implements DirectoryFacts {
    public static final Fact YES = new Fact.Available();
    public static final Fact NO = new Fact.NotUsable(new CertificateStatus.Missing());
    public static final Fact DOWN = new Fact.LookupFailed("no answer");

    private final Fact recipientCertificate;
    private final Fact signingKey;
    private final KeyPlace placeOfKey;
    private final Map<Question, Membership> memberships = new HashMap<>();
    private final Set<Question> groupsAsked = new HashSet<>();
    private final Map<MailAddress, Fact> readers = new HashMap<>();
    private final Set<MailAddress> readersAsked = new HashSet<>();
    private int recipientAsked;
    private int keyAsked;
    private int domainAsked;
    private int matchAsked;
    private Fact domainKey = NO;
    private Match match = new Match.ByCertificate();

    public FakeDirectory(Fact recipientCertificate, Fact signingKey) {
        this(recipientCertificate, signingKey, KeyPlace.ANYWHERE);
    }

    /** Makes an instance with the key in this place; {@code ANYWHERE} means in software. */
    public FakeDirectory(Fact recipientCertificate, Fact signingKey, KeyPlace placeOfKey) {
        this.placeOfKey = placeOfKey;
        this.recipientCertificate = recipientCertificate;
        this.signingKey = signingKey;
    }

    /** Adds a member of a group, or somebody whose membership is not known. */
    public FakeDirectory with(String who, String group, Membership membership) {
        memberships.put(new Question(MailAddress.of(who), group), membership);
        return this;
    }

    @Override
    public Fact recipientCertificate() {
        assertThat(++recipientAsked).isEqualTo(1);
        return recipientCertificate;
    }

    /** Says who the ciphertext is for; it is for a certificate of the recipient unless the test says otherwise. */
    public FakeDirectory match(Match said) {
        match = said;
        return this;
    }

    @Override
    public Match ciphertextMatch() {
        assertThat(++matchAsked).isEqualTo(1);
        return match;
    }

    /** Adds the certificate of a further reader; nobody has one unless the test says so. */
    public FakeDirectory reader(String address, Fact certificate) {
        readers.put(MailAddress.of(address), certificate);
        return this;
    }

    @Override
    public Fact readerCertificate(MailAddress reader) {
        assertThat(readersAsked.add(reader)).isTrue();
        return readers.getOrDefault(reader, NO);
    }

    public Set<MailAddress> readersAsked() {
        return Set.copyOf(readersAsked);
    }

    @Override
    public Fact signingKey(KeyPlace place) {
        assertThat(++keyAsked).isEqualTo(1);
        return place == KeyPlace.HARDWARE && placeOfKey != place ? NO : signingKey;
    }

    /** Sets the key of the sender's domain; there is none unless the test says so. */
    public FakeDirectory domain(Fact key) {
        domainKey = key;
        return this;
    }

    @Override
    public Fact domainKey(KeyPlace place) {
        assertThat(++domainAsked).isEqualTo(1);
        return place == KeyPlace.HARDWARE && placeOfKey != place ? NO : domainKey;
    }

    public boolean isDomainAsked() {
        return domainAsked > 0;
    }

    @Override
    public Membership member(MailAddress who, String group) {
        Question question = new Question(who, group);
        assertThat(groupsAsked.add(question)).isTrue();
        return memberships.getOrDefault(question, new Membership.NotMember());
    }

    /** Returns the groups that were asked about, whoever the question was about. */
    public Set<String> groupsAsked() {
        return groupsAsked.stream().map(Question::group).collect(Collectors.toSet());
    }

    /**
     * Tells which facts were asked for: {@code -}, {@code c}, {@code k}, {@code m} or {@code kc}, with a {@code g}
     * before it if a group was asked for.
     */
    public String asked() {
        String asked = (groupsAsked.isEmpty() ? "" : "g")
                + (keyAsked > 0 ? "k" : "")
                + (recipientAsked > 0 ? "c" : "")
                + (matchAsked > 0 ? "m" : "");
        return asked.isEmpty() ? "-" : asked;
    }

    private record Question(MailAddress who, String group) {}
}
