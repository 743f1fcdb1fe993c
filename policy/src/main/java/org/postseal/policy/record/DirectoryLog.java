package org.postseal.policy.record;

import java.util.ArrayList;
import java.util.List;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;

/**
 * Passes every question on and keeps the answer, as {@code certificate=usable}, {@code key=missing},
 * {@code hardwareKey=expired}, {@code reader:ADDRESS=usable}, {@code ciphertext=forCertificate} or
 * {@code member:GROUP:ADDRESS=notMember}. This is the form of the audit log, which {@link LoggedDirectory} reads again.
 * Used for one decision.
 */
public final class DirectoryLog implements DirectoryFacts {
    private final DirectoryFacts directory;
    private final List<String> answers = new ArrayList<>();

    public DirectoryLog(DirectoryFacts directory) {
        this.directory = directory;
    }

    /** Returns the answers so far, in the order of the questions. */
    public List<String> answers() {
        return List.copyOf(answers);
    }

    @Override
    public Fact recipientCertificate() {
        Fact answer = directory.recipientCertificate();
        answers.add(CERTIFICATE + "=" + DirectoryWords.word(answer));
        return answer;
    }

    @Override
    public Match ciphertextMatch() {
        Match answer = directory.ciphertextMatch();
        answers.add(CIPHERTEXT + "=" + DirectoryWords.word(answer));
        return answer;
    }

    @Override
    public Fact readerCertificate(MailAddress reader) {
        Fact answer = directory.readerCertificate(reader);
        answers.add(reader(reader) + "=" + DirectoryWords.word(answer));
        return answer;
    }

    @Override
    public Fact signingKey(KeyPlace place) {
        Fact answer = directory.signingKey(place);
        answers.add(key(place) + "=" + DirectoryWords.word(answer));
        return answer;
    }

    @Override
    public Fact domainKey(KeyPlace place) {
        Fact answer = directory.domainKey(place);
        answers.add(domainKeyOf(place) + "=" + DirectoryWords.word(answer));
        return answer;
    }

    @Override
    public Membership member(MailAddress who, String group) {
        Membership answer = directory.member(who, group);
        answers.add(membership(who, group) + "=" + DirectoryWords.word(answer));
        return answer;
    }

    static String key(KeyPlace place) {
        return switch (place) {
            case ANYWHERE -> "key";
            case HARDWARE -> "hardwareKey";
        };
    }

    static String domainKeyOf(KeyPlace place) {
        return switch (place) {
            case ANYWHERE -> "domainKey";
            case HARDWARE -> "hardwareDomainKey";
        };
    }

    static String reader(MailAddress reader) {
        return "reader:" + reader.key();
    }

    static String membership(MailAddress who, String group) {
        return "member:" + group + ":" + who.key();
    }

    static final String CERTIFICATE = "certificate";
    static final String CIPHERTEXT = "ciphertext";
}
