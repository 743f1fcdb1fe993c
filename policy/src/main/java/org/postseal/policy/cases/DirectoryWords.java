package org.postseal.policy.cases;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postseal.certstore.CertificateStatus;
import org.postseal.policy.DirectoryFacts.Fact;
import org.postseal.policy.DirectoryFacts.Membership;

/** The words for what a directory answers, in cases and in the audit log. */
final class DirectoryWords {
    private DirectoryWords() {}

    static String word(Fact fact) {
        return switch (fact) {
            case Fact.Available _ -> USABLE;
            case Fact.NotUsable(var status) -> word(status);
            case Fact.LookupFailed _ -> LOOKUP_FAILED;
        };
    }

    static String word(Membership membership) {
        return switch (membership) {
            case Membership.Member _ -> MEMBER;
            case Membership.NotMember _ -> NOT_MEMBER;
            case Membership.LookupFailed _ -> LOOKUP_FAILED;
        };
    }

    private static String word(CertificateStatus status) {
        return switch (status) {
            case CertificateStatus.Usable _ -> USABLE;
            case CertificateStatus.Missing _ -> "missing";
            case CertificateStatus.NotYetValid _ -> "notYetValid";
            case CertificateStatus.Expired _ -> "expired";
            case CertificateStatus.Revoked _ -> "revoked";
            case CertificateStatus.IssuerRevoked _ -> "issuerRevoked";
            case CertificateStatus.Untrusted _ -> "untrusted";
            case CertificateStatus.WrongUsage _ -> "wrongUsage";
            case CertificateStatus.AddressMismatch _ -> "addressMismatch";
            case CertificateStatus.RevocationOffline _ -> "revocationOffline";
            case CertificateStatus.RevocationUnknown _ -> "revocationUnknown";
            case CertificateStatus.Blocked _ -> "blocked";
        };
    }

    private static Map<String, Fact> facts() {
        Map<String, Fact> words = new LinkedHashMap<>();
        words.put(USABLE, new Fact.Available());
        put(words, new CertificateStatus.Missing());
        put(words, new CertificateStatus.NotYetValid(LATER));
        put(words, new CertificateStatus.Expired(EARLIER));
        put(words, new CertificateStatus.Revoked(EARLIER));
        put(words, new CertificateStatus.IssuerRevoked(EARLIER));
        put(words, new CertificateStatus.Untrusted(AS_WRITTEN));
        put(words, new CertificateStatus.WrongUsage(AS_WRITTEN));
        put(words, new CertificateStatus.AddressMismatch(AS_WRITTEN));
        put(words, new CertificateStatus.RevocationOffline(AS_WRITTEN));
        put(words, new CertificateStatus.RevocationUnknown(AS_WRITTEN));
        put(words, new CertificateStatus.Blocked(AS_WRITTEN));
        words.put(LOOKUP_FAILED, new Fact.LookupFailed(NOT_REACHED));
        return words;
    }

    private static void put(Map<String, Fact> words, CertificateStatus status) {
        words.put(word(status), new Fact.NotUsable(status));
    }

    private static Map<String, Membership> memberships() {
        return Map.of(
                MEMBER,
                new Membership.Member(),
                NOT_MEMBER,
                new Membership.NotMember(),
                LOOKUP_FAILED,
                new Membership.LookupFailed(NOT_REACHED));
    }

    static final String USABLE = "usable";
    static final String LOOKUP_FAILED = "lookupFailed";
    static final String NOT_REACHED = "the directory does not answer";
    private static final String MEMBER = "member";
    private static final String NOT_MEMBER = "notMember";
    private static final String AS_WRITTEN = "no more is known";
    private static final Instant EARLIER = Instant.parse("2025-12-31T00:00:00Z");
    private static final Instant LATER = Instant.parse("2026-12-31T00:00:00Z");
    static final Map<String, Fact> FACTS = facts();
    static final Map<String, Membership> MEMBERSHIPS = memberships();
}
