package org.postseal.policy.deciding;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;

/** Asks each question once, so that two decisions about one message rest on the same answers. For one thread. */
final class AskedOnce implements DirectoryFacts {
    private final DirectoryFacts directory;
    private final Map<String, Fact> facts = new HashMap<>();
    private final Map<String, Membership> memberships = new HashMap<>();
    private @Nullable Match match;

    AskedOnce(DirectoryFacts directory) {
        this.directory = directory;
    }

    @Override
    public Fact recipientCertificate() {
        return facts.computeIfAbsent("recipient", _ -> directory.recipientCertificate());
    }

    @Override
    public Match ciphertextMatch() {
        Match answer = match == null ? directory.ciphertextMatch() : match;
        match = answer;
        return answer;
    }

    @Override
    public Fact readerCertificate(MailAddress reader) {
        return facts.computeIfAbsent("reader " + reader, _ -> directory.readerCertificate(reader));
    }

    @Override
    public Fact signingKey(KeyPlace place) {
        return facts.computeIfAbsent("key " + place, _ -> directory.signingKey(place));
    }

    @Override
    public Fact domainKey(KeyPlace place) {
        return facts.computeIfAbsent("domain " + place, _ -> directory.domainKey(place));
    }

    @Override
    public Membership member(MailAddress who, String group) {
        return memberships.computeIfAbsent(who + " " + group, _ -> directory.member(who, group));
    }
}
