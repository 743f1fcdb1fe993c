package org.postseal.certstore.revocation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.fetch.Deadline;

/** What one validation has brought, used up and found out. For one thread. */
final class Run {
    /** Lists of one issuer that a message may bring; the newest are looked at, and they never keep one of ours from being looked at. */
    private static final int MAX_BROUGHT = 8;

    final Instant time;
    final IssuerFinder finder;
    final Deadline deadline;
    /** The certificates being looked into: a list whose signer's own status hangs on the list is no proof. */
    final Set<MailCertificate> inProgress = new HashSet<>();

    private final Map<X500Name, List<RevocationList>> brought = new HashMap<>();
    private final Map<Object, Optional<MailCertificate>> signers = new HashMap<>();
    private final Map<MailCertificate, List<PathEvidence.Revocation>> evidence = new HashMap<>();
    private final boolean isQuiet;
    private int fetchesLeft;

    /**
     * @param fetches that it may make; with 0 nobody is asked at all
     */
    Run(Instant time, IssuerFinder finder, Deadline deadline, List<RevocationList> brought, int fetches) {
        this.time = time;
        this.finder = finder;
        this.deadline = deadline;
        this.fetchesLeft = fetches;
        this.isQuiet = fetches == 0;
        brought.forEach(list -> this.brought
                .computeIfAbsent(list.issuer(), _ -> new ArrayList<>())
                .add(list));
        this.brought.values().forEach(lists -> {
            lists.sort(Comparator.comparing(RevocationList::thisUpdate).reversed());
            lists.subList(Math.min(MAX_BROUGHT, lists.size()), lists.size()).clear();
        });
    }

    /** Lists of this issuer that came with the message, newest first. */
    List<RevocationList> brought(X500Name issuer) {
        return brought.getOrDefault(issuer, List.of());
    }

    /** Whether any came. */
    boolean hasBrought() {
        return !brought.isEmpty();
    }

    /** Takes one from the budget of fetches; false when there is none left. */
    boolean mayFetch() {
        return fetchesLeft-- > 0 && !deadline.isOver();
    }

    /** True when nobody may be asked, not even for later. */
    boolean isQuiet() {
        return isQuiet;
    }

    /** Notes what is known of one certificate. */
    void restsOn(MailCertificate certificate, List<? extends PathEvidence.Revocation> revocation) {
        evidence.put(certificate, List.copyOf(revocation));
    }

    /** What was noted of each certificate of a path, leaf first and anchor last. */
    PathEvidence evidence(List<MailCertificate> path) {
        List<PathEvidence.Part> parts = new ArrayList<>();
        for (MailCertificate certificate : path) {
            String without = parts.size() == path.size() - 1 ? "trust anchor" : "not asked";
            parts.add(new PathEvidence.Part(
                    certificate,
                    evidence.getOrDefault(certificate, List.of(new PathEvidence.Revocation.Unanswered(without)))));
        }
        return new PathEvidence(parts);
    }

    /** Signatures verified in this run, by list and issuer of the certificate. */
    Map<Object, Optional<MailCertificate>> signers() {
        return signers;
    }
}
